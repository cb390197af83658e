"""What a field takes, read off its annotation: the one place that knows how the model is typed.

Shorthand, merging, the JSON Schema and the resolved file all walk the model by these shapes, side by side with a
document.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from songwright.project.use import Model, Plugged

Kind = Literal["value", "list", "map", "model", "plugged"]


@dataclass(frozen=True)
class Shape:
    """What a value may look like.

    ``of`` is the model of a ``model``, the annotation of a ``list``'s items or a ``map``'s values, the
    marker of what is ``plugged``, and the type of a plain ``value``.
    """

    kind: Kind
    of: Any
    optional: bool = False  # null is a value of its own
    text: bool = False  # bare text is a value of its own beside the rest (chords)


@functools.cache
def shape_of(annotation: Any) -> Shape:
    """The shape of an annotation."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        plugged = next((mark for mark in marks if isinstance(mark, Plugged)), None)
        return Shape("plugged", plugged) if plugged else shape_of(inner)
    if get_origin(annotation) in (Union, types.UnionType):
        return _union(get_args(annotation))
    if get_origin(annotation) is tuple:
        return Shape("list", get_args(annotation)[0])
    if get_origin(annotation) is dict:
        return Shape("map", get_args(annotation)[1])
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return Shape("model", annotation)
    return Shape("value", annotation)


@functools.cache
def fields(model: type[Model]) -> Mapping[str, FieldInfo]:
    """The fields that a file can say, by YAML key."""
    return {field.alias or name: field for name, field in model.model_fields.items() if not field.exclude}


def field_shape(field: FieldInfo) -> Shape:
    """The shape of a field."""
    annotation: Any = field.annotation
    return shape_of(annotation)


def _union(arms: tuple[Any, ...]) -> Shape:
    optional = type(None) in arms
    rest = [arm for arm in arms if arm is not type(None)]
    wide = [shape for shape in map(shape_of, rest) if shape.kind != "value"]
    if wide:
        return Shape(wide[0].kind, wide[0].of, optional, text=str in rest)
    return Shape("value", shape_of(rest[0]).of if len(rest) == 1 else tuple(rest), optional)
