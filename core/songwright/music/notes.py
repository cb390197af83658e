"""Notes as a structured array: what is played, in musical time."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: One written note. ``beat`` and ``length`` are quarter notes from the song's start; ``shift_s`` is the
#: performance (groove, humanisation) in seconds, kept apart so that the score stays readable.
NOTE = np.dtype(
    [
        ("beat", np.float64),
        ("length", np.float64),
        ("pitch", np.float32),  # MIDI note number; fractions bend; drums: General MIDI drum number
        ("velocity", np.float32),  # 0..1
        ("articulation", np.uint8),
        ("lyric", np.int32),  # index into the track's syllables, -1 without
        ("shift_s", np.float32),
    ],
    align=True,
)

Notes = NDArray[np.void]


class Articulation(IntEnum):
    """How a note is played. Instruments that know no difference play them all alike."""

    NORMAL = 0
    STACCATO = 1
    LEGATO = 2  # tied in from the note before: glides from its pitch
    ACCENT = 3
    GHOST = 4
    MUTED = 5  # palm mute, dead note, choke
    STRUM_DOWN = 6
    STRUM_UP = 7
    SLIDE = 8
    TREMOLO = 9


def notes(rows: Iterable[tuple[Any, ...]] = ()) -> Notes:
    """An array of notes from ``(beat, length, pitch, velocity[, articulation[, lyric]])`` rows, sorted.

    >>> notes([(1.0, 0.5, 60, 0.8), (0.0, 1.0, 64, 0.7)])["pitch"].tolist()
    [64.0, 60.0]
    """
    filled = [(*row, *(0, -1, 0.0)[len(row) - 4 :]) for row in rows]
    return in_order(np.array(filled, dtype=NOTE))


def in_order(unsorted: Notes) -> Notes:
    """The notes by beat, then pitch: the one order that every stage keeps."""
    return unsorted[np.lexsort((unsorted["pitch"], unsorted["beat"]))]


def join(*parts: Notes) -> Notes:
    """Several arrays as one, in order."""
    return in_order(np.concatenate(parts)) if parts else notes()


def between(all_notes: Notes, start_beat: float, end_beat: float) -> Notes:
    """The notes that start in ``[start_beat, end_beat)``."""
    beat = all_notes["beat"]
    return all_notes[(beat >= start_beat) & (beat < end_beat)]


def settled(loose: Notes) -> Notes:
    """A copy whose bytes are the notes and nothing else.

    The fields are aligned, and NumPy leaves what lies between them as it found it: without this, equal
    notes may differ in ``tobytes()``, which a cache key must not.
    """
    clean = np.zeros(len(loose), NOTE)
    for column in NOTE.names or ():
        clean[column] = loose[column]
    return clean
