"""Which stems a song has, and which of them add up to the mix."""

from __future__ import annotations

from collections.abc import Collection

from songwright.graph.nodes import MASTER, Kind, StemPlan, Tap
from songwright.project.model import Bus, Project, Track

_TAPS = {"source": Tap.SOURCE, "pre-fader": Tap.PRE, "post-fader": Tap.POST}


def plan_stems(project: Project, silent: Collection[str] = ()) -> tuple[StemPlan, ...]:
    """One stem a track in project order, then groups that are more than a level, then returns.

    A group without effects needs no stem: its fader is part of its members' stems. A group with effects cannot
    be divided (a compressor hears the sum), so it has a stem, and its members' stems are marked as part
    of it. At the source tap only tracks have stems: nothing else begins there.
    """
    tap = _TAPS[project.render.stems.tap]
    ids = list(project.tracks)
    if tap is not Tap.SOURCE:
        ids += [name for name, bus in project.buses.items() if bus.role == "group" and not is_plain(project, name)]
        ids += [name for name, bus in project.buses.items() if bus.role == "return"]
    return tuple(_plan(project, name, number, tap) for number, name in enumerate(ids, start=1) if name not in silent)


def is_plain(project: Project, name: str) -> bool:
    """Whether a bus only turns the level of what is routed to it."""
    bus = project.buses[name]
    strips: list[Track | Bus] = [*project.tracks.values(), *project.buses.values()]
    is_sent_to = any(send.to == name for strip in strips for send in strip.sends)
    return bus.role == "group" and not bus.effects and not is_sent_to


def _plan(project: Project, name: str, number: int, tap: Tap) -> StemPlan:
    strip = project.tracks.get(name) or project.buses[name]
    through: list[str] = []
    target = strip.to
    while target != MASTER and is_plain(project, target):
        through.append(target)
        target = project.buses[target].to
    return StemPlan(
        id=name,
        number=number,
        kind=Kind(strip.role) if isinstance(strip, Bus) else Kind.TRACK,
        tap=tap,
        through=tuple(through),
        part_of=None if target == MASTER else target,
    )
