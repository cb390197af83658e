"""What the singing engine knows of sounds: which are vowels, which are voiced, which may start a syllable.

Phonemes are IPA strings, one sound each: a vowel or diphthong (``"ɛ"``, ``"oʊ"``), a consonant or an
affricate (``"ɹ"``, ``"tʃ"``), with length marks and other diacritics left on.
"""

from __future__ import annotations

from collections.abc import Sequence

#: First letters of vowels, of English and of what other languages' providers bring.
_VOWELS = frozenset("aeiouyɑɐɒæɔəɘɚɛɜɝɞɤɨɪøœɵʉɯʊʌᵊᵻʏɶ")

_VOICELESS = frozenset("ptkfsʃθhħxχçcqɸʔʂɕʈ") | frozenset(("tʃ", "ts", "tɕ", "tʂ", "pf"))

#: Loudness rank of consonants: a syllable's onset rises to its vowel, its coda falls from it.
_SONORITY = {"w": 5, "j": 5, "ɥ": 5, "ɹ": 4, "r": 4, "ɾ": 4, "l": 3, "ɫ": 3, "m": 2, "n": 2, "ŋ": 2}

#: English onsets of two consonants besides those with s: what may follow each first consonant.
_SECOND = {
    "p": "lɹj", "b": "lɹj", "t": "ɹwj", "d": "ɹwj", "k": "lɹwj", "ɡ": "lɹwj", "f": "lɹj",
    "v": "j", "m": "j", "n": "j", "h": "j", "θ": "ɹw", "ʃ": "ɹ",
}  # fmt: skip
_AFTER_S = frozenset("ptklmnwf")

#: How easily a vowel gives up its syllable when a lyric has fewer than the dictionary.
_WEAKNESS = {"ə": 5, "ᵊ": 6, "ɐ": 4, "ᵻ": 4, "ɨ": 4, "ɪ": 3, "ʊ": 2, "ɚ": 3, "i": 1}


def is_vowel(phoneme: str) -> bool:
    """Whether it can carry a note: a vowel or diphthong.

    >>> is_vowel("oʊ"), is_vowel("tʃ")
    (True, False)
    """
    return bool(phoneme) and phoneme[0] in _VOWELS


def is_diphthong(phoneme: str) -> bool:
    """Whether it glides from one vowel to another: ``eɪ``, ``aʊ``."""
    return is_vowel(phoneme) and len(phoneme) > 1 and phoneme[1] in _VOWELS


def is_voiceless(phoneme: str) -> bool:
    """Whether the vocal folds are still while it sounds."""
    return phoneme in _VOICELESS or (phoneme[:1] in _VOICELESS and not is_vowel(phoneme))


def sonority(phoneme: str) -> int:
    """0 for stops and fricatives, up to 5 for glides, 6 for vowels."""
    return 6 if is_vowel(phoneme) else _SONORITY.get(phoneme[:1], 1 if not is_voiceless(phoneme) else 0)


def weakness(phoneme: str, stress: int) -> int:
    """How easily the vowel is swallowed; higher goes first, stressed vowels last."""
    return _WEAKNESS.get(phoneme[:1], 0) - 10 * stress


def may_start_syllable(consonants: Sequence[str]) -> bool:
    """Whether English begins syllables with these consonants.

    >>> may_start_syllable(["s", "t", "ɹ"]), may_start_syllable(["n", "d"])
    (True, False)
    """
    match list(consonants):
        case []:
            return True
        case [only]:
            return only != "ŋ"
        case ["s", second]:
            return second in _AFTER_S
        case [first, second]:
            return second in _SECOND.get(first, "")
        case ["s", second, third]:
            return second in ("p", "t", "k") and third in _SECOND[second]
    return False
