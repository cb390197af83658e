"""Scales as tuples of pitch classes, and how to move along them.

A scale is what a melody may walk on: the key's own notes, bent by the chord of the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from songwright.music.chord import Chord
    from songwright.music.pitch import Key

#: Mode → its degrees in semitones above the tonic.
MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
}


def nearest(pitch: float, pitch_classes: Collection[int]) -> int:
    """The MIDI note nearest to ``pitch`` whose pitch class is in ``pitch_classes``; a tie goes down.

    >>> nearest(61, (0, 2, 4, 5, 7, 9, 11))
    60
    """
    if not pitch_classes:
        raise ValueError("there is no pitch class to move to")
    centre = round(pitch)
    candidates = (note for note in range(centre - 6, centre + 7) if note % 12 in pitch_classes)
    return min(candidates, key=lambda note: (abs(note - pitch), note))


def step(pitch: float, steps: int, pitch_classes: Collection[int]) -> int:
    """Move ``pitch`` by ``steps`` notes of the scale; from outside it, the first step enters it.

    >>> step(64, 2, (0, 2, 4, 5, 7, 9, 11)), step(61, -1, (0, 2, 4, 5, 7, 9, 11))
    (67, 60)
    """
    ladder = sorted({pitch_class % 12 for pitch_class in pitch_classes})
    if not ladder:
        raise ValueError("there is no scale to step along")
    if steps == 0:
        return nearest(pitch, ladder)
    octave, pitch_class = divmod(round(pitch), 12)
    below = sum(rung < pitch_class for rung in ladder)
    outside = pitch_class not in ladder
    index = octave * len(ladder) + below + steps - (1 if outside and steps > 0 else 0)
    octave, rung = divmod(index, len(ladder))
    return 12 * octave + ladder[rung]


def chord_scale(chord: Chord, key: Key) -> tuple[int, ...]:
    """The pitch classes to play over ``chord`` in ``key``, ascending from the key's tonic.

    The key's scale with each degree bent to the chord tone that stands on it: over V7 in A minor
    the G becomes G sharp, over V7/V in C the F becomes F sharp. A chord borrowed on a chromatic
    root takes the scale it is borrowed from when that holds all its tones.
    """
    own = tuple((key.tonic + degree) % 12 for degree in key.scale)
    tones = set(chord.pitch_classes)
    if tones <= set(own):
        return own
    if chord.root not in own:
        for mode in ("mixolydian", "minor") if not key.minor else ("dorian", "major"):
            borrowed = tuple((key.tonic + degree) % 12 for degree in MODES[mode])
            if tones <= set(borrowed):
                return borrowed
    bent = list(own)
    on = (key.letter(chord.root) - key.letter(key.tonic)) % 7  # scale degree under the root
    for interval in chord.intervals:
        tone = (chord.root + interval) % 12
        if tone not in bent:
            bent[(on + _letters_above_root(interval, chord.intervals)) % 7] = tone
    return tuple(sorted(set(bent) | tones, key=lambda pitch_class: (pitch_class - key.tonic) % 12))


def _letters_above_root(interval: int, intervals: tuple[int, ...]) -> int:
    """How many letters a chord tone lies above its root: 2 for a third of any kind."""
    if interval == 9 and {3, 6} <= set(intervals) and 10 not in intervals:
        return 6  # the diminished seventh
    return {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 5, 10: 6, 11: 6}.get(
        interval, {13: 1, 14: 1, 15: 1, 16: 3, 17: 3, 18: 3, 20: 5, 21: 5}.get(interval, 0)
    )
