"""YAML text to a document tree, with the line and column of every key and value.

PyYAML's parser (libyaml's where it is built in) gives events; everything above that is decided here, so
that a hostile file costs no more than a long one: size, depth and the number of values that aliases
expand to are bounded, tags are refused and nothing is constructed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import yaml

from songwright.errors import Place, Problem, ProjectError
from songwright.project.origins import Node, Origin
from songwright.project.scalar import resolve
from songwright.project.source import lines_of, refuse_unprintable

MAX_DEPTH = 32
MAX_VALUES = 50_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARSER_WORDS = {
    "mapping values are not allowed": "a colon stands where no key can be; quote text that holds a colon",
    "could not find expected ':'": "a key without a colon, or a line that is indented too little",
    "did not find expected key": "a line is indented differently from its neighbours, or a quote is not closed",
    "found character": "quote text that starts with this character; indent with spaces, not tabs",
    "did not find expected ',' or ']'": "a list in [ ] is not closed, or lacks a comma",
    "did not find expected ',' or '}'": "a mapping in { } is not closed, or lacks a comma",
    "expected ',' or ']'": "a list in [ ] is not closed, or lacks a comma",
    "expected ',' or '}'": "a mapping in { } is not closed, or lacks a comma",
    "found unexpected end of stream": "a quote is not closed",
    "<document start>": "a project begins with `key: value` lines, such as `songwright: 1`",
    "undefined alias": "an alias (*name) needs its anchor (&name) before it",
}


def read(text: str, file: str, label: str = "", *, loader: Any = _LOADER) -> Node:
    """Read one YAML document.

    Args:
        text: the document.
        file: its name in problems.
        label: what ``resolve`` prints as the values' origin; default: the file and line.
        loader: the PyYAML loader whose parser is used.

    Raises:
        ProjectError: the text is not YAML, or is YAML that a project may not use.
    """
    refuse_unprintable(text, file)
    return _Composer(text, file, label, loader).document()


class _Composer:
    def __init__(self, text: str, file: str, label: str, loader: Any) -> None:
        self.file, self.label, self.lines = file, label, lines_of(text)
        self.name = PurePath(file).name
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
        self.anchors: dict[str, tuple[Node, int] | None] = {}  # None while the anchored value is being read
        self.values = 0

    def document(self) -> Node:
        try:
            next(self.events)  # the stream's start
            if isinstance(next(self.events), yaml.StreamEndEvent):
                return Node(None, self._origin(0, 0))
            root = self._node(next(self.events), depth=0)
            next(self.events)  # the document's end
            if isinstance(extra := next(self.events), yaml.DocumentStartEvent):
                raise self._problem(extra, "a second document starts here", "one file holds one song; take out '---'")
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            raise self._problem(
                event, f"the tag {event.tag!r} is not taken", "values are plain text, numbers, lists and mappings"
            )
        if depth > MAX_DEPTH:
            raise self._problem(event, f"lists and mappings are nested more than {MAX_DEPTH} deep", "flatten them")
        before = self.values
        self._count(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, depth)
        else:
            node = self._mapping(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = node, self.values - before
        return node

    def _alias(self, event: Any) -> Node:
        known = self.anchors.get(event.anchor, ())
        if known is None:
            raise self._problem(event, f"the alias *{event.anchor} stands inside its own anchor", "write the value out")
        if not known:
            raise self._problem(
                event, f"the alias *{event.anchor} has no anchor &{event.anchor} before it", "write the value out"
            )
        node, values = known
        self._count(event, values)
        return node

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        origin = self._origin(start.line, start.column)
        if not event.style:
            text: str = event.value
            return Node(resolve(text), origin, text=text, inside=start.column if start.line == end.line else None)
        quoted = event.style in "'\"" and end.column - start.column == len(event.value) + 2
        one_line = quoted and start.line == end.line  # without escapes: its columns are the text's own
        rows = self._rows(start.line + 1, event.value) if event.style == "|" else ()
        if event.style == ">":
            rows = self._folded(start.line + 1, event.value)
        return Node(event.value, origin, inside=start.column + 1 if one_line else None, rows=rows)

    def _rows(self, first: int, block: str) -> tuple[Place, ...]:
        """Where the lines of a literal block begin, whose first stands in line ``first``."""
        rows = []
        for number, row in enumerate(block.splitlines(), first):
            written = self.lines[number] if number < len(self.lines) else ""
            rows.append(self._place(number, max(len(written) - len(row), 0) if written.endswith(row) else 0))
        return tuple(rows)

    def _folded(self, first: int, text: str) -> tuple[Place, ...]:
        """Where the lines begin that a folded block (``key: >``) joins by spaces; none when it joins them otherwise."""
        rows, left = [], text.rstrip("\n")
        for number, written in enumerate(self.lines[first:], first):
            line = written.strip(" ")
            if not left or not line or not left.startswith(line):
                break
            rows.append(self._place(number, len(written) - len(written.lstrip(" "))))
            left = left[len(line) :].removeprefix(" ")
        return () if left else tuple(rows)

    def _sequence(self, event: Any, depth: int) -> Node:
        items = []
        while not isinstance(child := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(child, depth + 1))
        return Node(tuple(items), self._origin(event.start_mark.line, event.start_mark.column))

    def _mapping(self, event: Any, depth: int) -> Node:
        entries: dict[str, Node] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent) or key.tag is not None:
                raise self._problem(key, "a key must be plain text", "write `key: value`")
            if key.value == "<<" and not key.style:
                raise self._problem(
                    key, "the merge key '<<' is not taken", "use an alias for a whole value, or `extends`"
                )
            if key.value in entries:
                first = entries[key.value].key
                line = first.place.line if first else 1
                raise self._problem(
                    key, f"the key {key.value!r} stands twice; first in line {line}", "keep one of them"
                )
            child = self._node(next(self.events), depth + 1)
            mark: Any = key.start_mark
            entries[key.value] = replace(child, key=self._origin(mark.line, mark.column))
        return Node(entries, self._origin(event.start_mark.line, event.start_mark.column))

    def _count(self, event: Any, values: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            raise self._problem(
                event, f"the document holds more than {MAX_VALUES:,} values", "aliases count as often as they are used"
            )

    def _origin(self, line: int, column: int) -> Origin:
        return Origin(self.label or f"{self.name}:{line + 1}", self._place(line, column))

    def _place(self, line: int, column: int) -> Place:
        text = self.lines[line] if line < len(self.lines) else ""
        return Place(self.file, line + 1, column + 1, text)

    def _problem(self, event: Any, message: str, hint: str) -> ProjectError:
        mark = event.start_mark
        return ProjectError(Problem(message, hint=hint, place=self._place(mark.line, mark.column)))

    def _syntax(self, error: yaml.MarkedYAMLError) -> ProjectError:
        mark = error.problem_mark or error.context_mark
        place = Place(self.file, 1, 1) if mark is None else self._place(mark.line, mark.column)
        problem = str(error.problem or error.context or "it cannot be read")
        hint = next((words for start, words in _PARSER_WORDS.items() if start in problem), "")
        return ProjectError(Problem(f"this is not YAML: {problem}", hint=hint, place=place))
