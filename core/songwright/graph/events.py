"""Notes in beats to events in frames, each with its own chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.instrument import EVENT
from songwright.music.notes import Articulation, Notes
from songwright.music.time import TimeMap

#: Two notes are the same note for chance when they stand on the same one of these in a beat, at one pitch.
_TICKS_PER_BEAT = 960


def events(notes: Notes, time_map: TimeMap, sample_rate: int, seed: int) -> NDArray[np.void]:
    """The notes as an instrument sees them, sorted by start, then pitch; starts count from the song's first frame.

    Args:
        notes: of one track, in order.
        time_map: the song's tempo and meter.
        sample_rate: Hz.
        seed: the track's 32-bit number. With a note's own place and pitch it seeds the note, so that a
            note sounds the same whatever is written before or beside it.
    """
    start_s = np.maximum(time_map.seconds(notes["beat"]) + notes["shift_s"], 0.0)
    end_s = time_map.seconds(notes["beat"] + notes["length"]) + notes["shift_s"]
    out = np.zeros(len(notes), EVENT)
    out["start"] = np.rint(start_s * sample_rate)
    out["length"] = np.maximum(np.rint(end_s * sample_rate).astype(np.int64) - out["start"], 1)
    out["pitch"] = notes["pitch"]
    out["velocity"] = np.clip(notes["velocity"], 0.0, 1.0)
    out["articulation"] = notes["articulation"]
    out["from_pitch"] = _tied_from(notes)
    out["time_s"] = start_s
    out["seed"] = _seeds(notes, seed)
    return out[np.lexsort((out["pitch"], out["start"]))]


def _tied_from(notes: Notes) -> NDArray[np.float32]:
    """The pitch a legato note comes from: of the notes that began last before it, the nearest in pitch."""
    pitches: NDArray[np.float32] = notes["pitch"].copy()
    for index in np.flatnonzero(notes["articulation"] == Articulation.LEGATO):
        earlier = int(np.searchsorted(notes["beat"], notes["beat"][index], side="left"))
        if earlier:
            chord = notes["pitch"][notes["beat"] == notes["beat"][earlier - 1]]
            pitches[index] = chord[np.argmin(np.abs(chord - notes["pitch"][index]))]
    return pitches


def _seeds(notes: Notes, seed: int) -> NDArray[np.uint32]:
    """A 32-bit number a note, by two rounds of the SplitMix64 finaliser (Steele et al. 2014)."""
    ticks = np.rint(notes["beat"] * _TICKS_PER_BEAT).astype(np.int64).astype(np.uint64)
    cents = np.rint(notes["pitch"].astype(np.float64) * 100.0).astype(np.int64).astype(np.uint64)
    mixed = _mix(_mix(ticks ^ (np.uint64(seed) << np.uint64(32))) ^ cents)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
