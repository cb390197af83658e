"""A document to a project: every problem in one pass, in our words.

pydantic reports what is wrong in one reading, but some rules can only be asked once others hold (a compressor's
threshold, once there is a compressor). So what is wrong is taken out and the rest is read again, until nothing is
wrong: then all problems are known, and what is left stands for the project in the checks of its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from songwright.errors import Problem
from songwright.plugins import Plugins
from songwright.project.merge import settle
from songwright.project.model import Project
from songwright.project.origins import Node, Path, dotted, find, plain, put, tree
from songwright.project.problem import read_error

MOST_PROBLEMS = 100  # who has more has read enough
_READINGS = 40
#: What stands in for required values while the rest is read.
_STAND_INS = {("songwright",): 1, ("title",): "untitled", ("genre",): "none"}
#: Keys without which the mapping around them means nothing.
_KEYSTONES = {"use", "target"}
#: Mappings by id: an entry that is wrong as a whole is still there for those who refer to it.
_BY_ID = {"tracks", "buses", "sections"}


@dataclass(frozen=True)
class Validated:
    """The project without what is wrong in it, the problems, and the paths that were taken out."""

    project: Project | None
    problems: tuple[Problem, ...]
    removed: frozenset[Path]


def validate(document: Node, plugins: Plugins, missing: Iterable[str] = (), *, is_whole: bool = True) -> Validated:
    """Read the merged document into a project.

    Args:
        document: all layers in one.
        plugins: where components are looked up.
        missing: required distributions that are not installed, for advice.
        is_whole: whether the genre's layer is there; without it, automation may move what only the genre knows.
    """
    context = {"plugins": plugins, "missing": tuple(missing)}
    reading = _Reading(settle(document), plugins, is_whole)
    project = None
    for _ in range(_READINGS):
        try:
            project = Project.model_validate(plain(reading.rest), context=context, by_alias=True, by_name=False)
        except ValidationError as error:
            reading.take_out(error)
        if project or len(reading.problems) >= MOST_PROBLEMS:
            break
    return Validated(project, tuple(reading.problems), frozenset(reading.removed))


class _Reading:
    """What is left of the document, and what was found wrong so far."""

    def __init__(self, document: Node, plugins: Plugins, is_whole: bool) -> None:
        self.rest = self.document = document
        self.plugins, self.is_whole = plugins, is_whole
        self.problems: list[Problem] = []
        self.removed: set[Path] = set()  # as paths of the whole document

    def take_out(self, error: ValidationError) -> None:
        """Note what one reading refused, and take it out of the rest."""
        errors = error.errors(include_url=False)[: MOST_PROBLEMS - len(self.problems)]
        found = dict(read_error(details, self.rest, self.plugins) for details in reversed(errors))
        around = {path[:length] for path in found for length in range(len(path))}
        for path, problem in found.items():
            whole = _whole(path, self.removed)
            if path not in around and not self._is_consequence(whole):
                self.problems.append(replace(problem, path=dotted(whole)))
        gone = {_out_of_the_way(self.rest, path) for path in found}
        removed = {_whole(path, self.removed) for path in gone}
        for path in sorted(gone, key=_from_the_end):
            self.rest = _without(self.rest, path)
        self.removed |= removed

    def _is_consequence(self, path: Path) -> bool:
        """Whether the problem at ``path`` is there only because something was taken out, or never was there."""
        if path[:1] == ("automation",) and path[-1:] == ("target",):
            target = find(self.document, path)
            strip = str(target.value).split(".")[0] if target else ""
            places = (("tracks", strip), ("buses", strip))
            if not self.is_whole or any(gone[:2] in places or gone[:1] == (strip,) for gone in self.removed):
                return True
        return any(gone[: len(path)] == path for gone in self.removed)


def _out_of_the_way(document: Node, path: Path) -> Path:
    """What has to go for ``path`` to be right: itself, what lacks it, or what means nothing without it."""
    while path and path not in _STAND_INS and find(document, path) is None:
        path = path[:-1]
    keystone = next((index for index, step in enumerate(path) if step in _KEYSTONES), None)
    return path if keystone is None else path[:keystone]


def _without(document: Node, path: Path) -> Node:
    if not path:
        return tree({key: value for (key,), value in _STAND_INS.items()}, document.origin)
    if path in _STAND_INS:
        return put(document, path, tree(_STAND_INS[path], document.origin))
    node = find(document, path)
    if node is None:
        return document  # it went with what is around it
    if len(path) == 2 and path[0] in _BY_ID and node.value != {}:
        return put(document, path, Node({}, node.origin, node.key))
    return put(document, path, None)


def _whole(path: Path, removed: Iterable[Path]) -> Path:
    """A path of the rest as a path of the whole document: items that were taken out of a list count again."""
    whole: Path = ()
    for step in path:
        if isinstance(step, int):
            for index in sorted(int(one[-1]) for one in removed if one[:-1] == whole and one):
                step += index <= step
        whole = (*whole, step)
    return whole


def _from_the_end(path: Path) -> Any:
    """Later items of a list go first, so that the places of earlier ones stay."""
    return [(0, -step, "") if isinstance(step, int) else (1, 0, step) for step in path]
