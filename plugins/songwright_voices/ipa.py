"""IPA as eSpeak and Piper write it: from misaki's letters, and cut into sounds.

eSpeak's American English (``en-us``), which Piper's English voices learned, differs from misaki in spelling
more than in sound. Exact are diphthongs, affricates, the tap, stress, ``ɜɹ`` → ``ɜː`` and ``əɹ`` → ``ɚ``.
Approximated, since misaki does not tell: long vowels (``ɑ``, ``ɔ`` and ``u`` are always long, ``i`` under stress
and in a word of one syllable), ``ᵊ`` (always ``ə``, where eSpeak has a syllabic consonant after ``t`` and ``d``),
and a schwa at a word's start (``ɐ``).
"""

from __future__ import annotations

import re

from songwright_voices.misaki import IPA, PUNCTUATION, STRESS, Sound

_VOWELS = "aeiouyæɐɑɒɔəɘɚɛɜɝɞɤɨɪøœɶɵʉɯʊʌʏᵻ"
_GLIDES = {"ɪ": "aeɔouʊɛ", "ʊ": "aoəɒɔɛ", "ø": "ɔ", "ʏ": "ɔœ", "i": "ɛœ", "u": "ʌ"}
_SECOND = {"t": "ʃɕʂ", "d": "ʒʑʐ"}
_MARKS = frozenset("ːˑʰʲʷˤˠ˞̩̯̪̃̊̈̆̍̚͡‿")
_ENGLISH = (
    (re.compile(r"(?<=[ɜ])ɹ"), "ː"),
    (re.compile(r"əɹ"), "ɚ"),
    (re.compile(r"^([ˈˌ]?)ə(?=[^ɪʊː]+.)"), r"\1ɐ"),
    (re.compile(r"([ɑɔu])(?![ɪː])"), r"\1ː"),
    (re.compile(r"([ˈˌ]i|^[^ˈˌaeiouæɐɑɒɔəɚɛɜɪʊʌᵻ]*i$)(?!ː)"), r"\1ː"),
)


def from_misaki(word: str) -> str:
    """One word of misaki's letters as eSpeak's ``en-us`` would write it, its punctuation kept.

    >>> from_misaki("hˈɑɹbəɹ"), from_misaki("bˈɜɹnɪŋ,"), from_misaki("si"), from_misaki("hˈæpi")
    ('hˈɑːɹbɚ', 'bˈɜːnɪŋ,', 'siː', 'hˈæpi')
    """
    core = word.strip("".join(PUNCTUATION))
    at = word.find(core)
    spelled = "".join(letter if letter == "ᵻ" else IPA.get(letter, letter) for letter in core)
    for pattern, put in _ENGLISH:
        spelled = pattern.sub(put, spelled)
    return word[:at] + spelled + word[at + len(core) :]


def sounds(text: str) -> tuple[Sound, ...]:
    """The sounds of a text in IPA; words are what spaces separate, punctuation and stress are no sounds.

    >>> [sound.phoneme for sound in sounds("tʃˈaɪld")]
    ['tʃ', 'aɪ', 'l', 'd']
    """
    found: list[Sound] = []
    word, stress = 0, 0
    for i, letter in enumerate(text):
        before = found[-1] if found and found[-1].last == i - 1 and found[-1].word == word else None
        if letter == " ":
            word += 1
        elif letter in STRESS:
            stress = STRESS[letter]
        elif letter in _MARKS:
            if before:
                found[-1] = _longer(before, letter, i)
        elif before and len(before.phoneme) == 1 and _joins(before.phoneme, letter):
            found[-1] = _longer(before, letter, i)
        elif letter.isalpha():
            vowel = letter in _VOWELS
            found.append(Sound(letter, i, i, word, stress if vowel else 0))
            stress = 0 if vowel else stress
    return tuple(found)


def _joins(first: str, second: str) -> bool:
    """Whether two letters are one sound: a diphthong or an affricate."""
    return first in _GLIDES.get(second, "") or second in _SECOND.get(first, "")


def _longer(sound: Sound, letter: str, last: int) -> Sound:
    return Sound(sound.phoneme + letter, sound.first, last, sound.word, sound.stress)
