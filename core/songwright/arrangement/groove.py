"""The groove: where a style's players place the off-beats and who leans behind the beat.

A groove writes ``shift_s`` and velocity, never beats: the score stays as it was written. Swing moves
only notes that stand on the binary grid; what is written in triplets is swung already.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.errors import Problem, ProjectError
from songwright.interfaces.pattern import Role
from songwright.music.feel import GROOVES, SWING_BY_TEMPO, Groove
from songwright.music.notes import Notes
from songwright.music.time import TimeMap
from songwright.project.model import Feel

_GRID_BEATS = 0.25
_ON_GRID_BEATS = 1e-3

#: General MIDI drum numbers by the limb's voice; the rest are cymbals, toms and hand percussion.
KICKS, SNARES = (35, 36), (37, 38, 39, 40)


def groove_named(name: str) -> Groove:
    """The groove, or a ProjectError that lists those there are."""
    if name not in GROOVES:
        known = ", ".join(GROOVES)
        raise ProjectError(Problem(f"no groove is named {name!r}", path="feel.groove", hint=f"known: {known}"))
    return GROOVES[name]


def lay_groove(notes: Notes, role: str, feel: Feel, time_map: TimeMap) -> Notes:
    """The notes with the groove's timing and accents, scaled by ``feel.amount``."""
    if not len(notes):
        return notes
    groove, amount = groove_named(feel.groove), feel.amount_percent / 100.0
    laid = notes.copy()
    swung = _swung(laid["beat"], groove, feel, time_map)
    seconds = time_map.seconds(np.asarray(swung)) - time_map.seconds(np.asarray(laid["beat"]))
    late = np.array([groove.late_ms.get(voice, 0.0) for voice in voices(laid, role)]) / 1000.0
    laid["shift_s"] += (amount * (seconds + late)).astype(np.float32)
    counted = laid["beat"] - _odd(laid["beat"], 1.0, time_map)
    accents = np.array(groove.accents)[np.rint(counted / _GRID_BEATS).astype(np.int64) % 4]
    accents = np.where(_on_grid(laid["beat"], _GRID_BEATS), accents, 0.0)
    laid["velocity"] = np.clip(laid["velocity"] + amount * accents, 0.0, 1.0)
    return laid


def voices(notes: Notes, role: str) -> list[str]:
    """What plays each note, in a groove's terms: a drum voice for drums, else the role."""
    if role != Role.DRUMS:
        return [role] * len(notes)
    return [
        "kick" if pitch in KICKS else "snare" if pitch in SNARES else "cymbal"
        for pitch in np.rint(notes["pitch"]).astype(int).tolist()
    ]


def _swung(beats: NDArray[np.float64], groove: Groove, feel: Feel, time_map: TimeMap) -> NDArray[np.float64]:
    """Where the beats fall when each pair's second note is late: linear before and after it."""
    asked = feel.swing_percent
    if asked > 50.0:
        place = np.full(len(beats), asked / 100.0)
    elif groove.swing_percent == 0.0:
        tempi, places = np.array(SWING_BY_TEMPO).T
        place = np.interp(time_map.bpm(np.asarray(beats)), tempi, places) / 100.0
    else:
        place = np.full(len(beats), groove.swing_percent / 100.0)
    odd = _odd(beats, groove.pair_beats, time_map)
    counted = beats - odd
    pair = np.floor(counted / groove.pair_beats + 1e-6)
    within = np.clip(counted / groove.pair_beats - pair, 0.0, 1.0)
    moved = np.where(within < 0.5, within * place / 0.5, place + (within - 0.5) * (1.0 - place) / 0.5)
    binary = _on_grid(beats, groove.pair_beats / 4.0)
    return np.where(binary, odd + (pair + moved) * groove.pair_beats, beats)


def _odd(beats: NDArray[np.float64], pair_beats: float, time_map: TimeMap) -> NDArray[np.float64]:
    """The part of a pair before each beat's bar. Pairs are counted from the bar: every other one of 7/8 starts off."""
    bars, _ = time_map.position(beats)
    return np.asarray(time_map.bar_start(bars) % pair_beats, np.float64)


def _on_grid(beats: NDArray[np.float64], grid: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(beats / grid - np.rint(beats / grid)) * grid < _ON_GRID_BEATS)
