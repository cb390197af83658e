"""Layers to one document: what is said later holds.

Mappings merge by key (so tracks and buses merge by id), everything else is replaced. ``null`` takes away what
the layers below say. Two rules keep a merged value whole: parameters belong to the component that they
were written for, so ``use`` with another name replaces the mapping; and of two keys that exclude each
other (an instrument and a voice) the later one stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from songwright.project.model import Project
from songwright.project.origins import Node, plain
from songwright.project.shape import Shape, field_shape, fields, shape_of

#: A key, and the keys of lower layers that it takes the place of.
_TAKES_THE_PLACE_OF = {
    "instrument": ("voice", "sings"),
    "voice": ("instrument",),
    "part": ("harmony",),
    "harmony": ("part",),
}


def merge(lower: Node, upper: Node) -> Node:
    """The document that says what ``upper`` says, and for the rest what ``lower`` says."""
    return _merge(lower, upper, Shape("model", Project))


def _merge(lower: Node, upper: Node, shape: Shape | None) -> Node:
    if not (lower.is_mapping and upper.is_mapping):
        return upper
    gone = set[str]()
    if shape is not None and shape.kind in ("model", "plugged"):  # elsewhere keys are names: a track may be "voice"
        if _names_another_component(lower, upper):
            return upper
        said = (key for key, child in upper.value.items() if child.value is not None)
        gone = {other for key in said for other in _TAKES_THE_PLACE_OF.get(key, ())}
    entries = {key: child for key, child in lower.value.items() if key not in gone}
    for key, child in upper.value.items():
        entries[key] = _merge(entries[key], child, _below(shape, key)) if key in entries else child
    return replace(upper, value=entries)


def _below(shape: Shape | None, key: str) -> Shape | None:
    """The shape of what stands under a key; None when no model knows it."""
    if shape is not None and shape.kind == "map":
        return shape_of(shape.of)
    if shape is not None and shape.kind == "model" and key in fields(shape.of):
        return field_shape(fields(shape.of)[key])
    return None


def settle(document: Node) -> Node:
    """The document without its nulls, except where null is a value (``loudness: null``)."""
    return _settle(document, Shape("model", Project))


def _settle(node: Node, shape: Shape) -> Node:
    if shape.kind == "list" and node.is_list:
        return node.with_value(tuple(_settle(item, shape_of(shape.of)) for item in node.value))
    if shape.kind == "map" and node.is_mapping:
        return node.with_value(_kept(node, dict.fromkeys(node.value, shape_of(shape.of))))
    if shape.kind == "plugged" and node.is_mapping:
        return node.with_value(_kept(node, {}))
    if shape.kind == "model" and node.is_mapping:
        return node.with_value(_kept(node, {key: field_shape(field) for key, field in fields(shape.of).items()}))
    return node


def _kept(node: Node, shapes: Mapping[str, Shape]) -> dict[str, Node]:
    return {
        key: _settle(child, shapes[key]) if key in shapes else child
        for key, child in node.value.items()
        if child.value is not None or (key in shapes and shapes[key].optional)
    }


def _names_another_component(lower: Node, upper: Node) -> bool:
    used, wanted = lower.get("use"), upper.get("use")
    return used is not None and wanted is not None and plain(used) != plain(wanted)
