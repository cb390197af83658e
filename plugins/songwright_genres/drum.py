"""Drums by name: General MIDI numbers, and how hard the letters of a groove row are struck."""

from __future__ import annotations

from collections.abc import Mapping

#: Voice → General MIDI drum number.
DRUMS: Mapping[str, int] = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "tom_lo": 43,
    "tom_mid": 47,
    "tom_hi": 50,
    "hat": 42,
    "pedal": 44,
    "open": 46,
    "crash": 49,
    "ride": 51,
    "bell": 53,
    "tambourine": 54,
    "crash_2": 57,
    "shaker": 82,
}

#: Cymbals and shakers carry the pulse: their weak strokes are far softer than a drum's (Groove MIDI
#: pop: hat accents 105 of 127, weak eighths 40 to 65).
PULSE = frozenset({"hat", "pedal", "open", "ride", "bell", "tambourine", "shaker"})

_DRUM = {"X": 0.88, "x": 0.70, "o": 0.28}
_PULSE = {"X": 0.78, "x": 0.52, "o": 0.32}

Hits = dict[tuple[int, str], float]  # (sixteenth, voice) → velocity 0..1


def read_row(voice: str, row: str) -> Hits:
    """The hits of one row: ``X`` accent, ``x`` normal, ``o`` ghost, ``-`` rest.

    >>> read_row("kick", "X--x")
    {(0, 'kick'): 0.88, (3, 'kick'): 0.7}
    """
    letters = _PULSE if voice in PULSE else _DRUM
    return {(step, voice): letters[letter] for step, letter in enumerate(row) if letter != "-"}
