"""Misaki's English phoneme letters (hibari, Kokoro) as IPA sounds, and back.

Misaki writes diphthongs as capitals and affricates as ligatures, one character a sound:
``hˈO`` is *ho* with a stressed ``oʊ``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

IPA = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "Q": "əʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "T": "ɾ",
    "ʧ": "tʃ",
    "ʤ": "dʒ",
    "ʦ": "ts",
    "ʣ": "dz",
    "ᵊ": "ə",
    "ᵻ": "ɪ",
}
_LETTER = {ipa: letter for letter, ipa in IPA.items() if letter not in "ᵊᵻ"}
STRESS = {"ˈ": 2, "ˌ": 1}
PUNCTUATION = frozenset(';:,.!?—…"()“”')


@dataclass(frozen=True)
class Sound:
    """One sound of a phoneme string and the characters that write it (``[first, last]``, a length mark included)."""

    phoneme: str
    first: int
    last: int
    word: int
    stress: int


def sounds(letters: str) -> tuple[Sound, ...]:
    """The sounds of a phoneme string; words are what spaces separate, punctuation and stress are no sounds."""
    found: list[Sound] = []
    word, stress = 0, 0
    for i, letter in enumerate(letters):
        if letter == " ":
            word += 1
        elif letter in STRESS:
            stress = STRESS[letter]
        elif letter == "ː" and found:
            found[-1] = Sound(found[-1].phoneme + "ː", found[-1].first, i, found[-1].word, found[-1].stress)
        elif letter not in PUNCTUATION and letter.isalpha():
            ipa = IPA.get(letter, letter)
            vowel = ipa[0] in "aeiouæɑɐɒɔəɚɛɜɨɪʊʌœøɯ"
            found.append(Sound(ipa, i, i, word, stress if vowel else 0))
            stress = 0 if vowel else stress
    return tuple(found)


def letters(ipa: str) -> str:
    """IPA as misaki's letters: ``"oʊ"`` → ``"O"``, ``"tʃ"`` → ``"ʧ"``."""
    for sound, letter in sorted(_LETTER.items(), key=lambda pair: -len(pair[0])):
        ipa = ipa.replace(sound, letter)
    return ipa.replace("g", "ɡ").replace("r", "ɹ")


def join(words: Sequence[str]) -> str:
    """Words of phonemes as one string."""
    return " ".join(words)
