"""The groove: where a style's players place the off-beats and who leans behind the beat.

A groove writes ``shift_s`` and velocity, never beats: the score stays as it was written. Swing moves
only notes that stand on the binary grid; what is written in triplets is swung already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from songwright.errors import Problem, ProjectError
from songwright.interfaces.pattern import Role
from songwright.music.notes import Notes
from songwright.music.time import TimeMap
from songwright.project.model import Feel

_GRID_BEATS = 0.25
_ON_GRID_BEATS = 1e-3

#: General MIDI drum numbers by the limb's voice; the rest are cymbals, toms and hand percussion.
KICKS, SNARES = (35, 36), (37, 38, 39, 40)


@dataclass(frozen=True)
class Groove:
    """One groove. Times in ms late (negative: early), by role or drum voice; accents by sixteenth of a beat."""

    name: str
    about: str
    pair_beats: float = 1.0  # the two notes that swing share this: 1 for eighths, 0.5 for sixteenths
    swing_percent: float = 50.0  # where the second of them falls; 0: by tempo, from SWING_BY_TEMPO
    late_ms: Mapping[str, float] = field(default_factory=dict)
    accents: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # velocity added on each sixteenth


#: Tempo (BPM) → place of the swung eighth: ratios 2.0, 1.9, 1.5 and 1.2 of ride cymbals in the Groove MIDI
#: Dataset (Gillick et al. 2019), which straighten as the tempo rises.
SWING_BY_TEMPO = ((60.0, 66.7), (130.0, 66.7), (180.0, 65.5), (240.0, 60.0), (290.0, 54.5))

GROOVES: Mapping[str, Groove] = {
    groove.name: groove
    for groove in (
        Groove("straight", "even, on the beat"),
        Groove("swing-8", "swung eighths, by tempo: two to one up to 160 BPM, straighter above", swing_percent=0.0),
        Groove("swing-16", "swung sixteenths", pair_beats=0.5, swing_percent=58.0),
        Groove("shuffle", "triplet eighths throughout", swing_percent=66.7, accents=(0.02, 0.0, -0.04, 0.0)),
        Groove(
            "laid-back",
            "snare and chords behind the beat",
            late_ms={"snare": 12.0, "bass": 8.0, "comp": 10.0, "melody": 14.0, "arp": 6.0},
        ),
        Groove(
            "push",
            "ahead of the beat, off-beats accented",
            late_ms={"snare": -5.0, "cymbal": -4.0, "bass": -5.0, "comp": -7.0, "melody": -4.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
        Groove(
            "drunken",
            "sixteenths swung a little, the kick early and the snare late",
            pair_beats=0.5,
            swing_percent=56.0,
            late_ms={"kick": -6.0, "snare": 16.0, "bass": 12.0, "comp": 8.0},
        ),
        Groove(
            "one-drop",
            "reggae: bass and chords sit back, the off-beat speaks",
            swing_percent=53.0,
            late_ms={"bass": 10.0, "comp": 3.0, "snare": 6.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
        Groove(
            "train",
            "country train beat: driving, backbeat eighths a hair early",
            late_ms={"snare": -4.0, "bass": -2.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
    )
}


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
    accents = np.array(groove.accents)[np.rint(laid["beat"] / _GRID_BEATS).astype(np.int64) % 4]
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
    pair = np.floor(beats / groove.pair_beats + 1e-6)
    within = np.clip(beats / groove.pair_beats - pair, 0.0, 1.0)
    moved = np.where(within < 0.5, within * place / 0.5, place + (within - 0.5) * (1.0 - place) / 0.5)
    binary = _on_grid(beats, groove.pair_beats / 4.0)
    return np.where(binary, (pair + moved) * groove.pair_beats, beats)


def _on_grid(beats: NDArray[np.float64], grid: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(beats / grid - np.rint(beats / grid)) * grid < _ON_GRID_BEATS)
