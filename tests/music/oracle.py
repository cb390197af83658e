"""music21, for tests: its keys, chords and numerals as pitch classes."""

from __future__ import annotations

import warnings
from functools import cache

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import music21
    import music21.harmony
    import music21.key
    import music21.roman

from songwright.music.pitch import Key

TONICS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
MINOR_TONICS = ("A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab")
KEYS = tuple(f"{tonic} major" for tonic in TONICS) + tuple(f"{tonic} minor" for tonic in MINOR_TONICS)


@cache
def key21(name: str) -> music21.key.Key:
    """music21's key of ours."""
    key = Key.parse(name)
    return music21.key.Key(key.name.replace("b", "-"), key.mode)


def numeral21(figure: str, key: str) -> tuple[int, frozenset[int], int]:
    """(root, pitch classes, bass) of a Roman numeral by music21."""
    written = figure.replace("°", "o")
    roman = music21.roman.RomanNumeral(written, key21(key))
    return roman.root().pitchClass, frozenset(pitch.pitchClass for pitch in roman.pitches), roman.bass().pitchClass


def symbol21(symbol: str) -> frozenset[int]:
    """Pitch classes of an absolute chord symbol by music21, which writes flat roots with a minus."""
    root, rest = (symbol[:2], symbol[2:]) if symbol[1:2] in ("b", "#") else (symbol[:1], symbol[1:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chord = music21.harmony.ChordSymbol(root.replace("b", "-") + rest)
    return frozenset(pitch.pitchClass for pitch in chord.pitches)


def scale21(name: str) -> list[str]:
    """The scale's note names by music21, from the tonic up, in our writing."""
    return [pitch.name.replace("-", "b") for pitch in key21(name).pitches[:7]]
