"""What keeps players human: timing that drifts, hands that differ, force that wavers.

The statistics are those of 390 drum takes (Groove MIDI Dataset, Gillick et al. 2019): cymbal eighths
stray by 13 ms with a lag-1 correlation of +0.4 to +0.6 (a slow drift that the player shares among the
limbs, and a quick error of each hand); kick and snare come 4 ms before the cymbals. The project's
``humanize.timing`` scales all of it: 6 ms is a tight band.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.groove import voices
from songwright.music.form import Section
from songwright.music.notes import Notes
from songwright.music.random import Chance
from songwright.music.time import TimeMap
from songwright.project.model import Humanize

_MEASURED_MS = 13.0  # spread of cymbal eighths in the corpus
_LEAD_MS = 4.0  # how far kick and snare come before the cymbals there
_DRIFT_SHARE = 0.55  # of the variance; the rest is each hand's own
_DRIFT_MEMORY = 0.95  # correlation of the drift from one half-beat to the next
_FORCE_MEMORY = 0.5  # correlation of a hand's force from stroke to stroke
_STEP_BEATS = 0.5
_LIMIT = 3.0  # standard deviations; nobody is later than that


def humanise(
    notes: Notes, role: str, humanize: Humanize, sections: Sequence[Section], time_map: TimeMap, chance: Chance
) -> Notes:
    """The notes with ``shift_s`` and velocity as a player would have them.

    Chance is keyed by section, so that a change in one leaves the others' performance as it was.
    Notes that one player strikes together stay together; a drummer's limbs are separate hands.
    """
    played = notes.copy()
    for section in sections:
        here = (played["beat"] >= section.start_beat - 1e-6) & (played["beat"] < section.end_beat - 1e-6)
        if np.any(here):
            played[here] = _play(played[here], role, humanize, section, chance.of(section.id, *section.roll))
    earliest = -time_map.seconds(np.asarray(played["beat"]))
    played["shift_s"] = np.maximum(played["shift_s"], earliest)  # nothing sounds before the song
    return played


def _play(notes: Notes, role: str, humanize: Humanize, section: Section, chance: Chance) -> Notes:
    hands = np.array(voices(notes, role))
    drift = _drift(notes["beat"] - section.start_beat, section.end_beat - section.start_beat, chance)
    errors, forces = np.zeros(len(notes)), np.zeros(len(notes))
    for hand in dict.fromkeys(hands.tolist()):
        mine = hands == hand
        onsets, stroke = np.unique(notes["beat"][mine], return_inverse=True)
        errors[mine] = chance.rng("timing", hand).standard_normal(len(onsets))[stroke]
        forces[mine] = _correlated(len(onsets), _FORCE_MEMORY, chance.rng("force", hand))[stroke]
    stray = np.sqrt(_DRIFT_SHARE) * drift + np.sqrt(1.0 - _DRIFT_SHARE) * errors
    lead = _LEAD_MS / _MEASURED_MS * np.isin(hands, ("kick", "snare"))
    shift_ms = humanize.timing_ms * (np.clip(stray, -_LIMIT, _LIMIT) - lead)
    played = notes.copy()
    played["shift_s"] += (shift_ms / 1000.0).astype(np.float32)
    force = notes["velocity"] + humanize.velocity / 127.0 * np.clip(forces, -_LIMIT, _LIMIT)
    floor = np.minimum(notes["velocity"], 1.0 / 127.0)
    played["velocity"] = np.clip(force, floor, 1.0)
    return played


def _drift(beats: NDArray[np.float64], length: float, chance: Chance) -> NDArray[np.float64]:
    """The player's slow wandering about the beat: unit variance on half-beats, linear between them."""
    steps = int(np.ceil(length / _STEP_BEATS)) + 2
    walk = _correlated(steps, _DRIFT_MEMORY, chance.rng("drift"))
    return np.interp(beats / _STEP_BEATS, np.arange(steps), walk)


def _correlated(count: int, memory: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A stationary first-order autoregression of unit variance."""
    draws = rng.standard_normal(count)
    out = np.empty(count)
    value = draws[0] if count else 0.0
    for index in range(count):
        value = value if index == 0 else memory * value + np.sqrt(1.0 - memory**2) * draws[index]
        out[index] = value
    return out
