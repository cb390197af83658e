"""All voices of a song: each voice track's part performed, and one plan for them together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import TOGETHER_S, TimingPlan
from songwright.progress import Progress, Silence
from songwright.singing.caller import Caller, Policy
from songwright.singing.performance import Performance, perform
from songwright.singing.store import Store
from songwright.singing.vocals import Vocals

if TYPE_CHECKING:
    from songwright.plugins import Plugins


def sing(
    arrangement: Arrangement,
    plugins: Plugins,
    sample_rate: int,
    store: Store | None = None,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    policy: Policy | None = None,
) -> Vocals:
    """Sing every voice track of a song.

    Args:
        arrangement: the song.
        plugins: where the voices are found.
        sample_rate: frames a second of the result.
        store: where speech and singing are kept between renders.
        progress: watches the stage "sing", a step a track.
        cancel: set it to stop.
        policy: how patiently voices are asked.
    """
    caller = Caller(store, policy or Policy(), cancel or threading.Event())
    tracks = {
        name: track
        for name, track in arrangement.project.tracks.items()
        if track.voice is not None and name in arrangement.parts
    }
    performances: dict[str, Performance] = {}
    plans: list[TimingPlan] = []
    backing: list[TimingPlan] = []
    watcher = progress or Silence()
    if tracks:
        watcher.stage("sing", len(tracks))
    for name, track in tracks.items():
        assert track.voice is not None
        mode = track.sings.mode if track.sings else "sing"
        performance = perform(
            arrangement.parts[name], arrangement, track.voice, plugins, sample_rate, store, mode=mode, caller=caller
        )
        performances[name] = performance
        (backing if track.sings and track.sings.harmony else plans).append(performance.plan)
        watcher.step(1.0, name)
    plan = TimingPlan().joined(*plans)
    return Vocals(performances, plan.joined(*(_alone(other, plan) for other in backing)))


def _alone(backing: TimingPlan, leads: TimingPlan) -> TimingPlan:
    """The lines of a backing voice that are no lead's: the words that it repeats are shown once."""
    starts: dict[str, list[float]] = {}
    for line in leads.lines:
        starts.setdefault(line.text.casefold(), []).append(line.start_s)
    return TimingPlan(
        tuple(
            line
            for line in backing.lines
            if all(abs(line.start_s - other_s) > TOGETHER_S for other_s in starts.get(line.text.casefold(), ()))
        )
    )
