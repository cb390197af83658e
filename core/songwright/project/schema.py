"""The project file as a JSON Schema (draft 2020-12), for the plugins that are installed.

Editors that read it complete and check a song while it is typed. It says what a file may hold in its short and
its full forms; what only a run can know (routes, places, ranges after merging) is left to ``check``.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from songwright.knobs import Knob, Params
from songwright.plugins import Plugins
from songwright.project.model import Project, Sidechain
from songwright.project.shape import Shape, field_shape, fields, shape_of
from songwright.project.use import Model, Plugged, VoiceUse
from songwright.units import CLOCK, LENGTH, POSITION, MusicalLength, Position, quantity_pattern

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}  # `title: 1984` needs no quotes
_NULL: Schema = {"type": "null"}
_ID: Schema = {"type": "string", "description": "a name that automation can address"}


def project_schema(plugins: Plugins) -> Schema:
    """The schema of a project file.

    Args:
        plugins: whose components may be used; each brings its own parameters.
    """
    return _Writer(plugins).project()


class _Writer:
    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.definitions: dict[str, Schema] = {}

    def project(self) -> Schema:
        schema = self.model_object(Project)
        moods = {mood: None for entry in self.plugins.all("genre") for mood in entry.component.moods}
        schema["properties"]["genre"]["enum"] = self.plugins.names("genre")
        schema["properties"]["mood"] = {"enum": list(moods), "description": "one of the genre's moods"}
        extends = {"type": "string", "description": "a project file, or presets/NAME, that this one is laid over"}
        schema["properties"]["extends"] = {**_one_or_more(extends), "description": extends["description"]}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Songwright project",
            **schema,
            "required": [],
            "anyOf": [{"required": ["extends"]}, {"required": ["songwright", "title", "genre"]}],
            "$defs": dict(sorted(self.definitions.items())),
        }

    def shape(self, shape: Shape) -> Schema:
        """What a value of a shape may be, in its short forms too."""
        schema = self._shape(shape)
        return _any_of(schema, _NULL) if shape.optional else schema

    def _shape(self, shape: Shape) -> Schema:
        if shape.kind == "list":
            item = self.shape(shape_of(shape.of))
            if shape_of(shape.of).kind == "plugged":  # lists replace, so there is none below that it could go on
                item = {**item, "if": {"type": "object"}, "then": {"required": ["use"]}}
            return _one_or_more(item)
        if shape.kind == "map":
            return {"type": "object", "additionalProperties": _any_of(self.shape(shape_of(shape.of)), _NULL)}
        if shape.kind == "model":
            return self.reference(shape.of.__name__, lambda: self.model(shape.of))
        if shape.kind == "plugged":
            chain = self.reference(shape.of.kind, lambda: self.plugged(shape.of))
            return _any_of({"type": "string"}, chain) if shape.text else chain
        return _value(shape.of)

    def reference(self, name: str, write: Any) -> Schema:
        if name not in self.definitions:
            self.definitions[name] = {}  # a model that holds itself ends here
            self.definitions[name] = write()
        return {"$ref": f"#/$defs/{name}"}

    def model(self, model: type[Model]) -> Schema:
        schema = self.model_object(model)
        if model.bare:
            schema = _any_of(schema["properties"][model.bare], schema)
        if model.positional:
            items = [self.definitions_of(model)[key] for key in model.positional]
            schema = _any_of({"type": "array", "prefixItems": items, "items": False}, schema)
        return schema

    def definitions_of(self, model: type[Model]) -> dict[str, Schema]:
        """The schemas of a model's fields, by key."""
        knobs = {knob.key: knob for knob in model.knobs()}
        return {key: self.field(field, knobs[key]) for key, field in fields(model).items()}

    def model_object(self, model: type[Model]) -> Schema:
        required = [key for key, field in fields(model).items() if field.is_required()]
        return _closed(self.definitions_of(model), _summary(model), required)

    def field(self, field: FieldInfo, knob: Knob) -> Schema:
        shape = field_shape(field)
        if shape.kind == "value" and (knob.unit or knob.low is not None):
            schema = _any_of(_quantity(knob, shape.of), *([_NULL] if shape.optional else []))
        else:
            schema = self.shape(shape)
        return {**schema, "description": knob.help} if knob.help else schema

    def plugged(self, plugged: Plugged) -> Schema:
        """A component by name, or with its parameters; without ``use``, parameters for the one laid under it."""
        names = self.plugins.names(plugged.kind)
        whole = {name: self.component(plugged, name) for name in names}
        keys = dict.fromkeys(key for schema in whole.values() for key in schema["properties"])
        choices = [
            {
                "if": {"properties": {"use": {"const": name}}, "required": ["use"]},
                "then": self.reference(f"{plugged.kind}.{name}", lambda schema=schema: schema),
            }
            for name, schema in whole.items()
        ]
        named: Schema = {"type": "string", "enum": names}
        if plugged.many:  # a chain: what stands behind the first need not be installed
            named = _one_or_more({"type": "string"})
        known: Schema = {"properties": {"use": named}, "propertyNames": {"enum": ["use", *keys]}}
        return _any_of(named, {"type": "object", **known, "allOf": choices})

    def component(self, plugged: Plugged, name: str) -> Schema:
        component = self.plugins.all(plugged.kind)
        entry = next(entry for entry in component if entry.name == name)
        params: type[Params] = entry.component.Params
        own = {
            knob.key: self.parameter(one.model_fields[knob.name], knob)
            for one in (*plugged.shared, params)
            for knob in one.knobs()
        }
        host: dict[str, Schema] = {"use": {}, "id": _ID, "sidechain": self.shape(Shape("model", Sidechain))}
        if plugged.many:
            host = {**self.definitions_of(VoiceUse), "use": {}}
        return _closed({**host, **own}, entry.component.summary(), [])

    def parameter(self, field: FieldInfo, knob: Knob) -> Schema:
        schema = self.field(field, knob)
        return {**schema, "default": knob.default} if isinstance(knob.default, (bool, int, float, str)) else schema


def _closed(properties: dict[str, Schema], description: str, required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _quantity(knob: Knob, type_: Any) -> Schema:
    """A number in the knob's range, or text with a unit."""
    number: Schema = {"type": "integer" if type_ is int else "number"}
    if knob.low is not None:
        number["minimum"] = knob.low
    if knob.high is not None:
        number["maximum"] = knob.high
    texts = [quantity_pattern(knob.unit), *([LENGTH] if knob.synced else []), *([CLOCK] if knob.unit == "s" else [])]
    return _any_of(number, {"type": "string", "pattern": f"^(?:{'|'.join(texts)})$"})


def _value(type_: Any) -> Schema:
    if get_origin(type_) is Literal:
        return {"enum": list(get_args(type_))}
    if isinstance(type_, tuple):
        return _any_of(*map(_value, type_))
    if get_origin(type_) in (Union, types.UnionType):
        return _any_of(*map(_value, get_args(type_)))
    table: dict[Any, Schema] = {
        str: _TEXT,
        Path: _TEXT,
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": ["number", "string"]},  # of automation: in the unit of its target
        Position: {"type": "string", "pattern": f"^(?:{POSITION})$"},
        MusicalLength: {"type": "string", "pattern": f"^(?:{LENGTH})$"},
    }
    return table.get(type_, {})


def _any_of(*schemas: Schema) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def _one_or_more(item: Schema) -> Schema:
    return _any_of({"type": "array", "items": item}, item)


def _summary(model: type[Any]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
