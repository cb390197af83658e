"""One value from the command line: ``--set tracks.bass.effects.comp.threshold=-20dB``.

Steps of the path are keys; in a list, an item's index from 0, its ``id``, or the component it uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from songwright.errors import Place, Problem, ProjectError
from songwright.project.advice import did_you_mean
from songwright.project.given import Given
from songwright.project.merge import merge
from songwright.project.origins import Node, Origin, Path, Step, dotted, find, put, tree
from songwright.project.reader import read
from songwright.project.shorthand import expand

LABEL = "--set"
_NAMES = ("id", "use", "to", "target")  # keys by which an item of a list is called, the surest first


@dataclass(frozen=True)
class Setting:
    """A value and where it goes."""

    path: tuple[str, ...]
    node: Node

    @property
    def is_early(self) -> bool:
        """Whether it is part of the wish that the genre hears: a value of the project itself."""
        return len(self.path) == 1

    def over(self, document: Node, folder: FilePath) -> Node:
        """The document with the value in its place; relative paths in it begin at ``folder``.

        Raises:
            ProjectError: the path leads to no item of a list.
        """
        path = _steps(document, self)
        if all(isinstance(step, str) for step in path):
            layer = self.node
            for step in reversed(path):
                layer = tree({}, self.node.origin).with_value({str(step): _keyed(layer)})
            return merge(document, expand(layer, folder))
        return expand(put(document, path, _keyed(self.node)), folder)


def read_setting(path: str, value: Any) -> Setting:
    """Read one override: a dotted path, and a value or its YAML text, either of them perhaps :class:`Given`.

    Raises:
        ProjectError: the path or the text cannot be read.
    """
    label, file = LABEL, f"{LABEL} {path}"
    if isinstance(value, Given):
        label, file, value = value.option.split(" ")[0], value.option, value.value
    steps = tuple(path.split("."))
    if not all(steps):
        place = Place(file, 1, 1)
        raise ProjectError(
            Problem(f"the path {path!r} has an empty step", path, "write one like tracks.bass.gain", place)
        )
    if isinstance(value, str):
        return Setting(steps, read(value, file, label))
    return Setting(steps, tree(value, Origin(label, Place(file, 1, 1))))


def _steps(document: Node, setting: Setting) -> Path:
    """The path with the indices of list items that are named."""
    path: Path = ()
    for word in setting.path:
        node = find(document, path)
        path = (*path, _item(node, word, path, setting) if node is not None and node.is_list else word)
    return path


def _item(node: Node, word: str, path: Path, setting: Setting) -> Step:
    if word.isdecimal() and int(word) < len(node.value):
        return int(word)
    named = [item.get(key) for key in _NAMES for item in node.value]
    names = [name.value if name else None for name in named]
    if word in names:
        return names.index(word) % len(node.value)
    place = setting.node.origin.place
    hint = did_you_mean(word, [name for name in names if isinstance(name, str)])
    raise ProjectError(Problem(f"{dotted(path)} holds no {word!r}", dotted(setting.path), hint, place))


def _keyed(node: Node) -> Node:
    return Node(node.value, node.origin, node.origin, node.text, node.inside)
