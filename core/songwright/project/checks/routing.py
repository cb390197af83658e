"""Where signals go: to buses that exist, and never in a circle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from songwright.errors import Problem
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.model import Master, Track
from songwright.project.origins import Path
from songwright.project.target import MASTER

_MOST_CIRCLES = 20  # who has more has read enough


@dataclass(frozen=True)
class Cable:
    """One way a signal takes, and where the project says so."""

    source: str
    sink: str
    path: Path


def check(song: Song) -> Iterator[Problem]:
    """Routes, sends and sidechains."""
    cables = list(_cables(song))
    for cable in cables:
        if song.genre:  # an unknown one may have had the other end
            yield from _end(song, cable)
    for circle in _circles(cables):
        names = " → ".join([*(cable.source for cable in circle), circle[0].source])
        what = "listens to itself" if len(circle) == 1 else f"runs in a circle: {names}"
        yield from song.error(
            circle[-1].path, f"the signal of {circle[0].source!r} {what}", "take one of the routes out"
        )


def _cables(song: Song) -> Iterator[Cable]:
    for name, strip in song.project.strips.items():
        kind = "tracks" if isinstance(strip, Track) else "buses"
        path: Path = (MASTER,) if isinstance(strip, Master) else (kind, name)
        if not isinstance(strip, Master):
            yield Cable(name, strip.to, (*path, "to"))
            for index, send in enumerate(strip.sends):
                yield Cable(name, send.to, (*path, "sends", index, "to"))
        for index, effect in enumerate(strip.effects):
            if effect.sidechain:
                yield Cable(effect.sidechain.source, name, (*path, "effects", index, "sidechain", "from"))


def _end(song: Song, cable: Cable) -> Iterator[Problem]:
    """A problem when the end that the project names is not there, or takes no signal."""
    buses, tracks = song.project.buses, song.project.tracks
    *_, what = cable.path
    if what == "from":
        if cable.source not in {**tracks, **buses}:
            hint = did_you_mean(cable.source, [*tracks, *buses])
            yield from song.error(cable.path, f"there is no track or bus {cable.source!r} to listen to", hint)
        return
    is_send = "sends" in cable.path
    if cable.sink in buses:
        if not is_send and buses[cable.sink].role == "return":
            hint = "send to it, or give it `role: group`"
            yield from song.warning(
                cable.path, f"{cable.source!r} is routed to {cable.sink!r}, which is a return", hint
            )
    elif is_send or cable.sink != MASTER:
        is_there = cable.sink in tracks or cable.sink == MASTER
        message = f"{cable.sink!r} is no bus" if is_there else f"there is no bus {cable.sink!r}"
        known = buses if is_send else [*buses, MASTER]
        hint = did_you_mean(cable.sink, known) or "add it under `buses:`"
        yield from song.error(cable.path, f"{message} that {cable.source!r} could go to", hint)


def _circles(cables: list[Cable]) -> Iterator[list[Cable]]:
    """Circles by the cables that make them, each opened at its last cable before the next is looked for."""
    left = list(cables)
    for _ in range(_MOST_CIRCLES):
        order: TopologicalSorter[str] = TopologicalSorter()
        for cable in left:
            order.add(cable.sink, cable.source)
        try:
            order.prepare()
        except CycleError as error:
            ways = {(cable.source, cable.sink): cable for cable in left}
            circle = [ways[way] for way in itertools.pairwise(error.args[1])]
            yield circle
            left = [cable for cable in left if (cable.source, cable.sink) != (circle[-1].source, circle[-1].sink)]
        else:
            return
