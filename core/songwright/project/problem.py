"""What the models refuse, in Songwright's words: place, value, rule, and what to do."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import ErrorDetails

from songwright.errors import Problem
from songwright.plugins import Plugins
from songwright.project.advice import did_you_mean, in_short, shown
from songwright.project.model import Project
from songwright.project.origins import Node, Path, dotted, find, nearest, plain
from songwright.project.refusal import REFUSAL
from songwright.project.shape import Shape, field_shape, fields, shape_of
from songwright.project.use import USE_KEYS, VOICE_KEYS

#: pydantic's name of an error → what the value should have been.
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of `key: value` lines",
    "model_type": "a mapping of `key: value` lines",
    "model_attributes_type": "a mapping of `key: value` lines",
    "path_type": "a file's path",
}


def at(
    document: Node, path: Path, message: str, hint: str = "", *, severity: Any = "error", on_key: bool = False
) -> Problem:
    """A problem at ``path``, or at as much of it as the document holds."""
    _, node = nearest(document, path)
    origin = node.key if on_key and node.key else node.origin
    if node.origin.supplier:
        message = f"{message} (at {dotted(path)}, supplied by the {node.origin.supplier})"
    return Problem(in_short(message), dotted(path), in_short(hint), origin.place, severity)


def read_error(error: ErrorDetails, document: Node, plugins: Plugins) -> tuple[Path, Problem]:
    """Where an error of the models stands in the document, and what to tell the writer."""
    path, node = nearest(document, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return _missing(error, document, path)
    if kind == "extra_forbidden":
        return path, _unknown_key(document, path, plugins)
    message, hint = error["msg"], ""
    value = shown(plain(node))
    if kind == REFUSAL:
        message, hint = context["message"], context["hint"]
    elif kind == "value_error":
        message = str(context["error"])
    elif kind == "literal_error":
        message, hint = _no_choice(node.value, str(context["expected"]), path)
    elif kind == "string_too_short":
        message = f"{dotted(path)} is empty"
    elif kind == "too_short":
        message = f"{dotted(path)} is an empty list; it must hold at least one"
    elif kind in _WANTED:
        message = f"{value} is not {_WANTED[kind]}, which {_taker(path)} takes"
    else:
        message = f"{value} is not what {dotted(path)!r} takes: {message[:1].lower()}{message[1:]}"
    return path, at(document, path, message, hint)


def _taker(path: Path) -> str:
    if path and isinstance(path[-1], int):
        return f"an item of {path[-2]!r}"
    return repr(path[-1]) if path else "a project"


def _missing(error: ErrorDetails, document: Node, path: Path) -> tuple[Path, Problem]:
    key = str(error["loc"][-1])
    whole = (*path, key)
    where = f" in {dotted(path)}" if path else ""
    shape = _shape_at(path)
    field = fields(shape.of).get(key) if shape and shape.kind == "model" else None
    hint = f"{key}: {field.description}" if field and field.description else f"add a line `{key}: …`"
    return whole, at(document, whole, f"{key!r} is missing{where}", hint)


def _unknown_key(document: Node, path: Path, plugins: Plugins) -> Problem:
    *parent, key = path
    known = _known_keys(document, tuple(parent), plugins)
    where = f" in {dotted(parent)}" if parent else ""
    return at(document, path, f"the key {str(key)!r} is not known{where}", did_you_mean(str(key), known), on_key=True)


def _no_choice(value: Any, expected: str, path: Path) -> tuple[str, str]:
    if path == ("songwright",):
        return (
            f"the format version {shown(value)} is not known; this Songwright reads version 1",
            "write `songwright: 1`, or update Songwright",
        )
    choices = re.findall(r"'([^']*)'", expected) or [expected]
    one_of = f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]
    hint = did_you_mean(str(value), choices)
    if path[-2:] == ("sings", "part"):
        return (
            f"{shown(value)} is no part to sing",
            "write `sings: melody`, or {harmony: third-below} for a second voice",
        )
    return f"{shown(value)} is not one of {one_of}", hint if hint.startswith("did") else ""


def _known_keys(document: Node, path: Path, plugins: Plugins) -> list[str]:
    shape = _shape_at(path)
    if shape and shape.kind == "model":
        return list(fields(shape.of))
    if not (shape and shape.kind == "plugged"):
        return []
    node = find(document, (*path, "use"))
    written = plain(node) if node else None
    names = written if isinstance(written, list) else [written]
    entries = [entry for name in names for entry in plugins.entries.get((shape.of.kind, str(name)), [])]
    own = VOICE_KEYS if shape.of.many else USE_KEYS
    params = [*shape.of.shared, *(entry.component.Params for entry in entries)]
    return [*dict.fromkeys(knob.key for one in params for knob in one.knobs()), *own]


def _shape_at(path: Path) -> Shape | None:
    shape = Shape("model", Project)
    for step in path:
        if shape.kind in ("list", "map"):
            shape = shape_of(shape.of)
        elif shape.kind == "model" and str(step) in fields(shape.of):
            shape = field_shape(fields(shape.of)[str(step)])
        elif shape.kind == "plugged" and str(step) in USE_KEYS:
            shape = shape_of(USE_KEYS[str(step)])
        else:
            return None
    return shape
