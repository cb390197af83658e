"""The complete project as a file: every value with its unit, and in a comment who decided it.

What is written is itself a project: read again, it gives an equal one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from songwright.knobs import Params
from songwright.project.model import AutomationLane, AutomationPoint, Project
from songwright.project.origins import Node, Path, find
from songwright.project.scalar import resolve
from songwright.project.shape import fields
from songwright.project.target import find_target
from songwright.project.use import Model, Use, VoiceUse
from songwright.units import MusicalLength, Position

if TYPE_CHECKING:
    from songwright.project.load import Loaded

_COMMENT_COLUMN = 52
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./%+ -]*[A-Za-z0-9_%])?", re.ASCII)
_WORDS_OF_YAML_1_1 = {"y", "n", "yes", "no", "on", "off"}  # other readers take them for booleans
_BY_ID = {"tracks", "buses", "sections"}


def resolved_yaml(loaded: Loaded) -> str:
    """The project of ``loaded`` as YAML, complete and in the model's order."""
    writer = _Writer(loaded.project, loaded.document)
    return "\n".join(writer.model(loaded.project, (), "")) + "\n"


class _Writer:
    def __init__(self, project: Project, document: Node) -> None:
        self.project, self.document = project, document

    def model(self, model: Model, path: Path, indent: str) -> Iterator[str]:
        """The lines of a model's fields."""
        units = {knob.key: knob.unit for knob in type(model).knobs()}
        names = {field.alias or name: name for name, field in type(model).model_fields.items()}
        for key in fields(type(model)):
            yield from self.entry(key, getattr(model, names[key]), (*path, key), indent, units.get(key, ""))

    def entry(self, key: str, value: Any, path: Path, indent: str, unit: str = "") -> Iterator[str]:
        """The lines of one key and its value."""
        head = f"{indent}{_text(key)}:"
        node = find(self.document, path)
        if value is None and (node is None or node.value is not None):
            return  # nobody says it, or it gave way to another key
        if isinstance(value, str) and _is_block(value):
            yield self.line(f"{head} |", path)
            yield from (f"{indent}  {line}" if line else "" for line in value.splitlines())
        elif isinstance(value, (Model, Use)):
            lines = list(self.body(value, path, f"{indent}  "))
            yield from [head, *lines] if lines else [self.line(f"{head} {{}}", path)]
        elif isinstance(value, dict) and (value or self.removed(path)):
            yield head
            for name, item in value.items():
                yield from self.entry(name, item, (*path, name), f"{indent}  ")
            for name in self.removed(path):
                yield self.line(f"{indent}  {_text(name)}: null", (*path, name))
        elif isinstance(value, tuple) and value and isinstance(value[0], (Model, Use)):
            yield head
            for index, item in enumerate(value):
                yield from self.item(item, (*path, index), f"{indent}  ")
        else:
            yield self.line(f"{head} {self.flow(value, unit)}", path)

    def body(self, value: Model | Use, path: Path, indent: str) -> Iterator[str]:
        """The lines of a mapping."""
        if isinstance(value, Use):
            yield from self.entry("use", value.name, (*path, "use"), indent)
            if value.id != value.name:
                yield from self.entry("id", value.id, (*path, "id"), indent)
            yield from self.entry("sidechain", value.sidechain, (*path, "sidechain"), indent)
            yield from self.parameters(value.params, path, indent)
        elif isinstance(value, AutomationLane):
            yield from self.lane(value, path, indent)
        else:
            yield from self.model(value, path, indent)
        if isinstance(value, VoiceUse):
            for key, item in value.params.items():
                yield from self.entry(key, item, (*path, key), indent)

    def parameters(self, params: Params, path: Path, indent: str) -> Iterator[str]:
        """The lines of a component's parameters."""
        for knob in type(params).knobs():
            value = getattr(params, knob.name)
            if value is not None:
                yield self.line(f"{indent}{_text(knob.key)}: {self.flow(value, knob.unit)}", (*path, knob.key))

    def item(self, value: Model | Use, path: Path, indent: str) -> Iterator[str]:
        """The lines of a list's item: the first stands beside the dash."""
        first, *rest = self.body(value, path, f"{indent}  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest

    def lane(self, lane: AutomationLane, path: Path, indent: str) -> Iterator[str]:
        """An automation lane: a target, and a point a line."""
        yield self.line(f"{indent}target: {_text(lane.target)}", (*path, "target"))
        unit = find_target(lane.target, self.project.strips).knob.unit
        yield f"{indent}points:"
        for index, point in enumerate(lane.points):
            yield self.line(f"{indent}  - {self.point(point, unit)}", (*path, "points", index))

    def point(self, point: AutomationPoint, unit: str) -> str:
        return f"[{self.flow(point.at)}, {self.flow(point.value, unit)}, {point.shape}]"

    def flow(self, value: Any, unit: str = "") -> str:
        """A value on one line."""
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return f"{_number(value)} {unit}".rstrip()
        if isinstance(value, MusicalLength):
            return str(value)
        if isinstance(value, Position):
            return json.dumps(str(value))
        if isinstance(value, FilePath):
            folder = self.project.folder
            return _text(str(value.relative_to(folder) if value.is_relative_to(folder) else value))
        if isinstance(value, Params):
            return self.flow({knob.key: getattr(value, knob.name) for knob in type(value).knobs()})
        if isinstance(value, dict):
            return f"{{{', '.join(f'{_text(str(key))}: {self.flow(item)}' for key, item in value.items())}}}"
        if isinstance(value, (tuple, list)):
            return f"[{', '.join(self.flow(item, unit) for item in value)}]"
        return _text(str(value))

    def line(self, text: str, path: Path) -> str:
        """A line with its value's origin."""
        node = find(self.document, path)
        return f"{text:<{_COMMENT_COLUMN}}  # {node.origin.label if node else 'default'}"

    def removed(self, path: Path) -> list[str]:
        """Ids that a layer takes out with null."""
        node = find(self.document, path)
        if len(path) != 1 or path[0] not in _BY_ID or node is None or not node.is_mapping:
            return []
        return [name for name, child in node.value.items() if child.value is None]


def _number(value: float) -> str:
    """The shortest writing that reads back as the same number."""
    return repr(value).removesuffix(".0")


def _text(value: str) -> str:
    """Text plain where that is safe for every reader of YAML, else in double quotes."""
    if _PLAIN.fullmatch(value) and resolve(value) == value and value.lower() not in _WORDS_OF_YAML_1_1:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _is_block(value: str) -> bool:
    """Whether text of several lines can stand as it is under a ``|``."""
    lines = value.split("\n")
    return (
        len(lines) > 1
        and lines[-1] == ""
        and bool(lines[0].strip())
        and not lines[0].startswith((" ", "\t"))
        and lines[-2] != ""
        and all(line == line.rstrip() and line.isprintable() for line in lines)
    )
