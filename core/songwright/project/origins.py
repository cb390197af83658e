"""The document tree: a project's values, each with where it came from.

A project is the sum of layers (the genre's defaults, the file it extends, the file, ``--set``). Each layer is
read into a tree of :class:`Node`; merging keeps the nodes, so that every value of the finished
project still knows the line, the genre or the option that decided it. Nodes are never changed: the
functions below return new trees that share what is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from songwright.errors import Place

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Origin:
    """Who says a value. ``label`` is what ``resolve`` prints; ``place`` is where a problem points.

    What a genre supplies has no line of its own: its place is the line that names the genre.
    """

    label: str
    place: Place
    supplier: str = ""  # "genre 'pop'" when the words are not the writer's own


@dataclass(frozen=True)
class Node:
    """One value of the document: a scalar, a list or a mapping."""

    value: Any  # a scalar, tuple[Node, ...] or dict[str, Node]
    origin: Origin
    key: Origin | None = None  # where its key stands, in a mapping
    text: str | None = None  # a plain (unquoted) scalar as it is written: "007"
    inside: int | None = None  # column of a one-line string's first character, to point into it
    rows: tuple[Place, ...] = ()  # where each written line of a block (`key: |`, `key: >`) begins, to point into it

    @property
    def is_mapping(self) -> bool:
        """Whether it holds keys."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether it holds items."""
        return isinstance(self.value, tuple)

    def get(self, key: str) -> Node | None:
        """The value under ``key``; None for absent keys and for values that are no mappings."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def with_value(self, value: Any) -> Node:
        """The same place with another value."""
        return replace(self, value=value, text=None, inside=None, rows=())

    def children(self) -> Iterator[tuple[Step, Node]]:
        """Keys or indices with their values."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, tuple):
            yield from enumerate(self.value)


def tree(value: Any, origin: Origin) -> Node:
    """A document of plain mappings, lists and scalars that all come from ``origin``."""
    if isinstance(value, Mapping):
        items = {str(key): replace(tree(item, origin), key=origin) for key, item in value.items()}
        return Node(items, origin)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Node(tuple(tree(item, origin) for item in value), origin)
    return Node(value, origin)


def plain(node: Node) -> Any:
    """The values alone, as mappings, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    return node.value


def find(node: Node, path: Iterable[Step]) -> Node | None:
    """The node at ``path``, or None."""
    for step in path:
        child = _child(node, step)
        if child is None:
            return None
        node = child
    return node


def nearest(node: Node, path: Iterable[Step]) -> tuple[Path, Node]:
    """As far as ``path`` leads into the document: what a problem with an absent value points to."""
    reached: Path = ()
    for step in path:
        child = _child(node, step)
        if child is None:
            continue  # a checker's own step (the arm of a union), not the writer's
        node, reached = child, (*reached, step)
    return reached, node


def put(node: Node, path: Path, child: Node | None) -> Node:
    """The document with ``child`` at ``path`` (None takes it out). Mappings on the way are made as needed."""
    step, *rest = path
    below = _child(node, step)
    if rest:
        child = put(below or Node({}, (child or node).origin, (child or node).origin), tuple(rest), child)
    if isinstance(node.value, tuple):
        items = list(node.value)
        items[int(step) : int(step) + 1] = [] if child is None else [child]
        return node.with_value(tuple(items))
    entries = dict(node.value) if isinstance(node.value, dict) else {}
    if child is None:
        entries.pop(str(step), None)
    else:
        entries[str(step)] = child if child.key else replace(child, key=child.origin)
    return node.with_value(entries)


def dotted(path: Iterable[Step]) -> str:
    """The path as problems and ``--set`` write it: ``tracks.bass.effects.0.threshold``."""
    return ".".join(map(str, path))


def _child(node: Node, step: Step) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(step) if isinstance(step, str) else None
    if isinstance(node.value, tuple) and isinstance(step, int):
        return node.value[step] if 0 <= step < len(node.value) else None
    return None
