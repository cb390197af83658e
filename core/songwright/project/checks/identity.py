"""Ids: they name stems, seed chance and address automation, so they must be clear, and unique in every file system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from songwright.errors import Problem
from songwright.project.checks.song import Song
from songwright.project.origins import Path
from songwright.project.target import INSTRUMENT, MASTER

_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
_RULE = "an id begins with a letter and goes on with letters, digits, - and _, 64 at most"


def check(song: Song) -> Iterator[Problem]:
    """Ids of tracks, buses, sections, playings and effects."""
    project = song.project
    strips = [("tracks", name) for name in project.tracks] + [("buses", name) for name in project.buses]
    yield from _unique(song, (((kind, name), name) for kind, name in strips), reserved=MASTER)
    yield from _unique(song, ((("sections", name), name) for name in project.sections))
    playings = ((("arrangement", index, "id"), playing.id) for index, playing in enumerate(song.playings or ()))
    yield from _unique(song, playings)
    paths: list[tuple[Path, str]] = [*(((kind, name), name) for kind, name in strips), ((MASTER,), MASTER)]
    for path, name in paths:
        ids = (
            ((*path, "effects", index, "id"), effect.id) for index, effect in enumerate(project.strips[name].effects)
        )
        yield from _unique(song, ids, reserved=INSTRUMENT)


def _unique(song: Song, ids: Iterable[tuple[Path, str]], reserved: str = "") -> Iterator[Problem]:
    first: dict[str, tuple[Path, str]] = {}
    for path, name in ids:
        if not _SLUG.fullmatch(name):
            yield from song.error(path, f"{name!r} cannot be an id", _RULE, on_key=True)
        elif reserved and name.lower() == reserved:
            yield from song.error(path, f"the id {name!r} is reserved", "take another name", on_key=True)
        elif name.lower() in first:
            other_path, other = first[name.lower()]
            where = ".".join(map(str, other_path[:-1] if other_path[-1] == "id" else other_path))
            case = "" if name == other else f", which differs from {other!r} in case alone"
            yield from song.error(path, f"the id {name!r} is taken by {where}{case}", "take another name", on_key=True)
        first.setdefault(name.lower(), (path, name))
