"""Short forms to full ones: ``instrument: fm-bass`` is ``instrument: {use: fm-bass}``.

Three rules hold everywhere, and the models say where they apply:

* where a mapping is taken, a bare value stands for its main key (:attr:`Model.bare`);
* where a list is taken, a single value is a list of one;
* an automation point may be a list of its values in order (:attr:`Model.positional`).

A word where text is taken is that text, as it is written: ``title: 1984`` and ``artist: Null`` need no quotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from songwright.project.model import At, Project
from songwright.project.origins import Node
from songwright.project.shape import Shape, field_shape, fields, shape_of
from songwright.project.use import USE_KEYS, VOICE_KEYS, Model, Plugged, Use


def expand(document: Node, folder: Path | None) -> Node:
    """The document in full forms; relative paths in it begin at ``folder`` (None: they stay)."""
    return _Expansion(folder).model(document, Project)


class _Expansion:
    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def node(self, node: Node, shape: Shape) -> Node:
        if shape.kind == "value":
            return self.value(node, shape)
        if node.value is None:
            return node
        if shape.kind == "list":
            items = node.value if node.is_list else (replace(node, key=None),)
            return node.with_value(tuple(self.node(item, shape_of(shape.of)) for item in items))
        if shape.kind == "map":
            return self.entries(node, dict.fromkeys(node.value, shape_of(shape.of)) if node.is_mapping else {})
        if shape.text and not node.is_mapping:
            return self.value(node, Shape("value", str))
        if shape.kind == "plugged":
            return self.plugged(node, shape.of)
        return self.model(node, shape.of)

    def plugged(self, node: Node, plugged: Plugged) -> Node:
        node = _name(node, Use.bare, lists=plugged.many)
        own = VOICE_KEYS if plugged.many else USE_KEYS
        return self.entries(node, {key: shape_of(annotation) for key, annotation in own.items()})

    def model(self, node: Node, model: type[Model]) -> Node:
        if node.is_list and model.positional and len(node.value) <= len(model.positional):
            entries = {
                key: replace(item, key=item.origin) for key, item in zip(model.positional, node.value, strict=False)
            }
            node = node.with_value(entries)
        node = _name(node, model.bare)
        return self.entries(node, {key: field_shape(field) for key, field in fields(model).items()})

    def entries(self, node: Node, shapes: Mapping[str, Shape]) -> Node:
        if not node.is_mapping:
            return node
        return node.with_value(
            {key: self.node(child, shapes[key]) if key in shapes else child for key, child in node.value.items()}
        )

    def value(self, node: Node, shape: Shape) -> Node:
        takes_text = shape.of in (str, Path) or shape.of is shape_of(At).of
        if takes_text and node.text is not None and not (node.value is None and node.text in ("", "null", "~")):
            node = replace(node, value=node.text)
        if shape.of is Path and self.folder and isinstance(node.value, str):
            return replace(node, value=str(self.folder / node.value), text=None)
        return node


def _name(node: Node, bare: str, *, lists: bool = False) -> Node:
    """A bare value as a mapping with the one key that it stands for."""
    if not bare or node.is_mapping or (node.is_list and not lists) or node.value is None:
        return node
    return Node({bare: replace(node, key=node.key or node.origin)}, node.origin, node.key)
