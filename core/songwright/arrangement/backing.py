"""Where a voice sings: the melody in its range, and second voices that follow chord and scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songwright.music.form import ChordSpan
from songwright.music.interval import SCALE_STEPS, parse_harmony
from songwright.music.notes import Notes
from songwright.music.scale import chord_scale, nearest, step


def place_in_range(melody: Notes, low: int, high: int, guide: Notes | None = None) -> Notes:
    """The melody moved by the octaves that leave the fewest of its notes outside the singer's range.

    ``guide`` decides on the octaves in the melody's place: another take of a section moves nobody elsewhere.
    """
    guide = melody if guide is None else guide
    if not len(guide):
        return melody
    pitch = guide["pitch"].astype(np.float64)

    def outside(octaves: int) -> float:
        moved = pitch + 12 * octaves
        return float(np.sum(np.maximum(low - moved, 0) + np.maximum(moved - high, 0)))

    placed = melody.copy()
    placed["pitch"] += 12 * min(range(-4, 5), key=lambda octaves: (outside(octaves), abs(octaves), octaves))
    return placed


def harmonise(
    melody: Notes, kind: str, chords: Sequence[ChordSpan], low: int, high: int, guide: Notes | None = None
) -> Notes:
    """A second voice: so many scale steps from the melody, moved to a chord tone on long or strong notes.

    Args:
        melody: the first voice's notes, in order.
        kind: ``third-below``, ``sixth-above``, ``octave-below`` … (above when it does not say).
        chords: the song's chords: the scale of each moment is the key's, bent by the chord.
        low: lowest note of the voice; the part moves by octaves to stay inside.
        high: highest note.
        guide: the melody whose second voice decides on those octaves; None: ``melody``.
    """
    voice = _beside(melody, kind, chords)
    return place_in_range(voice, low, high, voice if guide is None else _beside(guide, kind, chords))


def _beside(melody: Notes, kind: str, chords: Sequence[ChordSpan]) -> Notes:
    interval, sign = parse_harmony(kind)
    voice = melody.copy()
    starts = np.array([span.start_beat for span in chords])
    for note in voice:
        span = chords[max(int(np.searchsorted(starts, note["beat"] + 1e-6, side="right")) - 1, 0)]
        note["pitch"] = _harmony_pitch(float(note["pitch"]), interval, sign, span, bool(note["length"] >= 1.0))
    return voice


def _harmony_pitch(pitch: float, interval: str, sign: int, span: ChordSpan, settled: bool) -> float:
    if interval == "octave":
        return pitch + 12.0 * sign
    scale = chord_scale(span.chord, span.key) if span.chord.intervals else span.key.pitch_classes
    moved = step(pitch, sign * SCALE_STEPS[interval], scale)
    tones = span.chord.pitch_classes
    if settled and tones and moved % 12 not in tones:
        settled_on = nearest(moved, tones)
        if settled_on != round(pitch) and abs(settled_on - moved) <= 2:
            return float(settled_on)
    return float(moved)
