"""A parameter is declared once.

A component's ``Params`` is a frozen pydantic model whose fields are made by :func:`knob`. From
that one declaration come the YAML check, the JSON Schema, ``plugins info``, the reference page,
``--set``, the automation range and the conformance tests.

Python names carry the unit (``threshold_db``), YAML keys do not (``threshold: -18 dB``): the unit's
suffix is taken off to make the key.

>>> class Tone(Params):
...     cutoff_hz: float = knob(800.0, 20.0, 20_000.0, "Hz", "corner of the low-pass", taper="log", automatable=True)
>>> Tone.model_validate({"cutoff": "1.2 kHz"}).cutoff_hz
1200.0
>>> [k.key for k in Tone.knobs()]
['cutoff']
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from songwright.units import SUFFIXES, parse_quantity

Taper = Literal["linear", "log", "db"]


@dataclass(frozen=True)
class Knob:
    """What one parameter says about itself. ``low`` and ``high`` are None for choices and texts."""

    name: str  # the Python field, e.g. "threshold_db"
    key: str  # the YAML key, e.g. "threshold"
    default: Any
    low: float | None
    high: float | None
    unit: str
    help: str
    taper: Taper
    automatable: bool
    synced: bool
    choices: tuple[str, ...] = ()


def knob(
    default: Any,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    help: str = "",  # noqa: A002 - the field's word for it
    *,
    taper: Taper = "linear",
    automatable: bool = False,
    synced: bool = False,
) -> Any:
    """Declare one parameter of a component.

    Args:
        default: value when the project says nothing, in ``unit``.
        low: smallest allowed value, in ``unit``.
        high: largest allowed value, in ``unit``.
        unit: one of ``dB Hz ms s % semitones cents beats bars`` or empty.
        help: one line, shown by ``plugins info`` and in the reference.
        taper: how a hand would turn it; automation curves and tests use it.
        automatable: whether the component reads it through its controls in every block.
        synced: whether a musical length (``1/8t``) is taken too. Annotate such a field
            ``float | MusicalLength``; the host turns lengths into ``s``, ``ms`` or ``Hz`` with the
            song's tempo map before the component sees them.
    """
    extra: dict[str, Any] = {"unit": unit, "taper": taper, "automatable": automatable, "synced": synced}
    if low is not None:
        extra["low"] = low
    if high is not None:
        extra["high"] = high
    return Field(default, description=help, json_schema_extra=extra)


def yaml_key(name: str) -> str:
    """The YAML key of a Python field: its name without the unit's suffix."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


class Params(BaseModel):
    """Base of every component's parameters: frozen, closed, units understood."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=yaml_key,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        validate_default=False,
        defer_build=True,  # of dozens of components a song uses ten: the others cost nothing at start
    )

    @field_validator("*", mode="before")
    @classmethod
    def _understand_units(cls, value: Any, info: ValidationInfo) -> Any:
        """Turn ``"-18 dB"`` into -18.0 and refuse what lies outside the knob's range."""
        field = cls.model_fields[str(info.field_name)]
        extra = _extra(field)
        if field.annotation is bool and not isinstance(value, bool):
            raise ValueError(f"{value!r} is not true or false")
        if isinstance(value, bool) and _is_literal(field):  # to Python, true is 1
            raise ValueError(f"{str(value).lower()} is not one of {', '.join(map(str, get_args(field.annotation)))}")
        if "unit" not in extra:
            return value
        return parse_quantity(
            value, extra["unit"], low=extra.get("low"), high=extra.get("high"), synced=extra["synced"]
        )

    @classmethod
    @functools.cache
    def knobs(cls) -> tuple[Knob, ...]:
        """The parameters in the order of their declaration."""
        return tuple(_knob(name, field) for name, field in cls.model_fields.items())


def _extra(field: FieldInfo) -> Mapping[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _knob(name: str, field: FieldInfo) -> Knob:
    extra = _extra(field)
    return Knob(
        name=name,
        key=field.alias or name,
        default=field.default,
        low=extra.get("low"),
        high=extra.get("high"),
        unit=extra.get("unit", ""),
        help=field.description or "",
        taper=extra.get("taper", "linear"),
        automatable=extra.get("automatable", False),
        synced=extra.get("synced", False),
        choices=tuple(map(str, getattr(field.annotation, "__args__", ()))) if _is_literal(field) else (),
    )


def _is_literal(field: FieldInfo) -> bool:
    return getattr(field.annotation, "__origin__", None) is Literal
