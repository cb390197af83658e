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


def validate(document: Node, plugins: Plugins, missing: Iterable[str] = ()) -> Validated:
    """Read the merged document into a project. ``missing`` are required distributions that are not installed."""
    context = {"plugins": plugins, "missing": tuple(missing)}
    problems: list[Problem] = []
    removed: set[Path] = set()  # as paths of the whole document
    rest = complete = settle(document)
    for _ in range(_READINGS):
        try:
            project = Project.model_validate(plain(rest), context=context, by_alias=True, by_name=False)
        except ValidationError as error:
            errors = error.errors(include_url=False)[: MOST_PROBLEMS - len(problems)]
            found = dict(read_error(details, rest, plugins) for details in reversed(errors))
        else:
            return Validated(project, tuple(problems), frozenset(removed))
        consequences = {path[:length] for path in found for length in range(len(path))}
        for path, problem in found.items():
            whole = _whole(path, removed)
            if path not in consequences and not _follows(whole, complete, removed):
                problems.append(replace(problem, path=dotted(whole)))
        gone = {_out_of_the_way(rest, path) for path in found}
        now_removed = {_whole(path, removed) for path in gone}
        if len(problems) >= MOST_PROBLEMS:
            break
        for path in sorted(gone, key=_from_the_end):
            rest = _without(rest, path)
        removed |= now_removed
    return Validated(None, tuple(problems), frozenset(removed))


def _follows(path: Path, document: Node, removed: Iterable[Path]) -> bool:
    """Whether the problem at ``path`` is there only because something was taken out before."""
    if path[:1] == ("automation",) and path[-1:] == ("target",):
        target = find(document, path)
        strip = str(target.value).split(".")[0] if target else ""
        if any(gone[:2] in (("tracks", strip), ("buses", strip)) or gone[:1] == (strip,) for gone in removed):
            return True
    return any(gone[: len(path)] == path for gone in removed)


def _out_of_the_way(document: Node, path: Path) -> Path:
    """What has to go for ``path`` to be right: itself, what lacks it, or what means nothing without it."""
    while path and path not in _STAND_INS and find(document, path) is None:
        path = path[:-1]
    keystone = next((index for index, step in enumerate(path) if step in _KEYSTONES), None)
    return path if keystone is None else path[:keystone]


def _without(document: Node, path: Path) -> Node:
    if path in _STAND_INS:
        return put(document, path, tree(_STAND_INS[path], document.origin))
    node = find(document, path)
    if not path or node is None:
        return tree({key: value for (key,), value in _STAND_INS.items()}, document.origin) if not path else document
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
