"""One value from the command line: ``--set tracks.bass.effects.comp.threshold=-20dB``.

Steps of the path are keys; in a list, an item's index from 0, its ``id``, or the component it uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from songwright.errors import Place, Problem, ProjectError
from songwright.project.advice import did_you_mean
from songwright.project.merge import merge
from songwright.project.origins import Node, Origin, Path, Step, dotted, find, plain, put, tree
from songwright.project.reader import read
from songwright.project.shorthand import expand

LABEL = "--set"


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
    """Read one override: a dotted path, and a value or its YAML text.

    Raises:
        ProjectError: the path or the text cannot be read.
    """
    file = f"{LABEL} {path}"
    steps = tuple(path.split("."))
    if not all(steps):
        place = Place(file, 1, 1)
        raise ProjectError(
            Problem(f"the path {path!r} has an empty step", path, "write one like tracks.bass.gain", place)
        )
    if isinstance(value, str):
        return Setting(steps, read(value, file, LABEL))
    return Setting(steps, tree(value, Origin(LABEL, Place(file, 1, 1))))


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
    names = [
        {item.get(key) for key in ("id", "use", "to", "target")}
        for item in map(plain, node.value)
        if isinstance(item, dict)
    ]
    for index, known in enumerate(names):
        if word in known:
            return index
    every = [name for known in names for name in known if isinstance(name, str)]
    place = setting.node.origin.place
    message = f"{dotted(path)} holds no {word!r}"
    raise ProjectError(Problem(message, dotted(setting.path), did_you_mean(word, every), place))


def _keyed(node: Node) -> Node:
    return Node(node.value, node.origin, node.origin, node.text, node.inside)
