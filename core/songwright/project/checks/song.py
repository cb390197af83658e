"""A project as the checks see it: the values, the document behind them, and the bars when they are known."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from songwright.errors import Problem
from songwright.interfaces.genre import Genre
from songwright.music.time import Meter, MeterPoint, TimeMap
from songwright.plugins import Plugins
from songwright.project.model import Project
from songwright.project.origins import Node, Path, find
from songwright.project.problem import at
from songwright.units import Position


@dataclass(frozen=True)
class Playing:
    """One section of the playing order. ``bar`` (1-based) and ``bars`` are None where the genre decides."""

    id: str
    use: str
    bar: int | None
    bars: int | None


@dataclass(frozen=True)
class Song:
    """What there is to check."""

    project: Project
    document: Node
    removed: frozenset[Path]  # what was wrong in shape and is not part of the project
    plugins: Plugins
    genre: Genre | None  # None when it is unknown: then what it would supply is not missed
    allow_outside: bool = False

    def error(self, path: Path, message: str, hint: str = "", *, on_key: bool = False) -> Iterator[Problem]:
        """An error at ``path``, unless something there is reported already."""
        yield from self._problem(path, message, hint, "error", on_key)

    def warning(self, path: Path, message: str, hint: str = "", *, on_key: bool = False) -> Iterator[Problem]:
        """A warning at ``path``, as :meth:`error`."""
        yield from self._problem(path, message, hint, "warning", on_key)

    def is_doubtful(self, path: Path) -> bool:
        """Whether something at, in or around ``path`` is reported already."""
        return any(path[: len(gone)] == gone or gone[: len(path)] == path for gone in self.removed)

    def _problem(
        self, path: Path, message: str, hint: str, severity: Literal["error", "warning"], on_key: bool
    ) -> Iterator[Problem]:
        if not any(path[: len(gone)] == gone for gone in self.removed):
            yield at(self.document, path, message, hint, severity=severity, on_key=on_key)

    def column(self, path: Path, problem: Problem, offset: int) -> Problem:
        """The problem, moved to the character ``offset`` of the text at ``path``, which is one line or a block."""
        node = find(self.document, path)
        if node is None or problem.place is None or node.origin.supplier:
            return problem
        for row in node.rows:  # one character, a space or the end of the line, stands between two
            length = len(row.text[row.column - 1 :].rstrip(" "))
            if offset <= length:
                return replace(problem, place=replace(row, column=row.column + offset))
            offset -= length + 1
        if node.inside is None:
            return problem
        return replace(problem, place=replace(problem.place, column=node.inside + offset + 1))

    def row(self, path: Path, problem: Problem, row: int, offset: int) -> Problem:
        """The problem, moved to the character ``offset`` of line ``row`` (both from 0) of the text at ``path``."""
        node = find(self.document, path)
        if node is None or problem.place is None or node.origin.supplier:
            return problem
        if "\n" not in str(node.value).rstrip("\n"):
            return self.column(path, problem, offset)
        if row < len(node.rows):
            return replace(problem, place=replace(node.rows[row], column=node.rows[row].column + offset))
        if node.inside is not None:
            return self.column(path, problem, offset)
        return replace(problem, message=f"{problem.message}, in line {row + 1} of the text")

    @functools.cached_property
    def playings(self) -> tuple[Playing, ...] | None:
        """The playing order; None when the genre makes it."""
        if self.project.arrangement is None:
            return None
        playings = []
        bar: int | None = 1
        for placement in self.project.arrangement:
            material = self.project.sections.get(placement.use)
            bars = placement.bars or (material.bars if material else None)
            playings.append(Playing(placement.id or placement.use, placement.use, bar, bars))
            bar = bar + bars if bar and bars else None
        return tuple(playings)

    @functools.cached_property
    def bars(self) -> int | None:
        """The song's length in bars, when it is known."""
        last = self.playings[-1] if self.playings else None
        return last.bar + last.bars - 1 if last and last.bar and last.bars else None

    @functools.cached_property
    def starts(self) -> Mapping[str, int | None]:
        """The first bar of each playing, by id."""
        return {playing.id: playing.bar for playing in self.playings or ()}

    @functools.cached_property
    def time_map(self) -> TimeMap:
        """Bars and beats by the project's meters (tempo is not needed to check anything)."""
        points: dict[int, Meter] = {1: Meter()}
        for change in self.project.meter:
            bar = self.bar(change.at)
            if bar is not None:
                try:
                    points[bar] = Meter.parse(change.meter, change.group)
                except ValueError:
                    points[bar] = Meter.parse(change.meter)
        return TimeMap(meters=tuple(MeterPoint(bar, points[bar]) for bar in sorted(points)))

    def bar(self, position: Position) -> int | None:
        """The bar (1-based) of a position, when it is known."""
        if position.section is None:
            return position.bar
        start = self.starts.get(position.section)
        return None if start is None else start + position.bar

    def beat(self, position: Position) -> float | None:
        """The quarter-note beat of a position, when it is known."""
        bar = self.bar(position)
        if bar is None:
            return None
        return self.time_map.beat(bar, position.beat if position.section is None else position.beat + 1.0)
