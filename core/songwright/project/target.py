"""What automation can move: ``bass.comp.threshold``, ``bass.gain``, ``bass.instrument.cutoff``, ``bass.hall``.

The first word is a track, a bus or ``master``. Two words name a knob of its strip (``gain``, ``pan``) or, by
the bus it goes to, the level of a send; three name a knob of its instrument or of one of its effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import InitErrorDetails

from songwright.knobs import Knob
from songwright.project.advice import did_you_mean
from songwright.project.refusal import reason, refusal
from songwright.project.use import Use
from songwright.units import MusicalLength, parse_quantity

if TYPE_CHECKING:
    from songwright.project.model import Bus, Master, Track

MASTER = "master"
INSTRUMENT = "instrument"

Strips = Mapping[str, "Track | Bus | Master"]


@dataclass(frozen=True)
class Target:
    """A knob that automation moves, and where it is."""

    strip: str  # id of a track or bus, or "master"
    part: str  # "" for the strip itself, "instrument", the id of an effect, or the bus of a send
    knob: Knob


class TargetError(ValueError):
    """The target names nothing that can move. ``hint`` says what does."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


def find_target(text: str, strips: Strips) -> Target:
    """The knob that ``text`` names.

    Raises:
        TargetError: there is no such strip, part or knob, or the knob cannot move.
    """
    strip_id, *rest = text.split(".")
    if strip_id not in strips:
        raise TargetError(
            f"{text!r} begins with {strip_id!r}, which is no track or bus", did_you_mean(strip_id, strips)
        )
    strip = strips[strip_id]
    parts = _parts(strip)
    if len(rest) == 2:
        if rest[0] not in parts:
            raise TargetError(
                f"{strip_id!r} has no instrument or effect {rest[0]!r} that {text!r} could move",
                did_you_mean(rest[0], parts),
            )
        return Target(strip_id, rest[0], _automatable(text, rest[1], type(parts[rest[0]].params).knobs()))
    sends = {send.to: send for send in getattr(strip, "sends", ())}
    if len(rest) == 1 and rest[0] in sends:
        return Target(strip_id, rest[0], next(one for one in type(sends[rest[0]]).knobs() if one.key == "level"))
    if len(rest) == 1:
        own = [one for one in type(strip).knobs() if one.automatable]
        return Target(strip_id, "", _automatable(text, rest[0], own, *parts, *sends))
    raise TargetError(
        f"{text!r} is not a target", "write one like bass.gain, bass.hall (a send) or bass.comp.threshold (an effect)"
    )


def read_lanes(lanes: Any, strips: Strips) -> Any:
    """Automation as written, with each point's value read in the unit and range of the knob it moves.

    What is no lane or point at all is left for the model to refuse.

    Raises:
        ValidationError: a target moves nothing, or a value does not suit its knob.
    """
    reasons: list[InitErrorDetails] = []
    read = [_read_lane(index, lane, strips, reasons) for index, lane in enumerate(lanes)]
    if reasons:
        raise refusal(*reasons)
    return read


def _read_lane(index: int, lane: Any, strips: Strips, reasons: list[InitErrorDetails]) -> Any:
    if not (isinstance(lane, dict) and isinstance(lane.get("target"), str) and isinstance(lane.get("points"), list)):
        return lane
    try:
        knob = find_target(lane["target"], strips).knob
    except TargetError as error:
        reasons.append(reason(str(error), index, "target", value=lane["target"], hint=error.hint))
        return lane
    points = []
    for number, point in enumerate(lane["points"]):
        if isinstance(point, dict) and "value" in point:
            try:
                point = {**point, "value": _value(point["value"], knob)}
            except ValueError as error:
                reasons.append(reason(str(error), index, "points", number, "value", value=point["value"]))
        points.append(point)
    return {**lane, "points": points}


def _value(written: Any, knob: Knob) -> float | MusicalLength:
    value = parse_quantity(written, knob.unit, low=knob.low, high=knob.high, synced=knob.synced)
    if isinstance(value, bool) or not isinstance(value, (int, float, MusicalLength)):
        raise ValueError(f"{written!r} is not a number{f' in {knob.unit}' if knob.unit else ''}")
    return value


def _parts(strip: Any) -> dict[str, Use]:
    instrument = getattr(strip, "instrument", None)
    own = {"instrument": instrument} if instrument else {}
    return own | {effect.id: effect for effect in strip.effects}


def _automatable(text: str, key: str, knobs: Sequence[Knob], *others: str) -> Knob:
    movable = [knob.key for knob in knobs if knob.automatable]
    for knob in knobs:
        if knob.key == key and knob.automatable:
            return knob
        if knob.key == key:
            raise TargetError(f"{text!r} cannot be automated", f"what can move: {', '.join(movable) or 'nothing'}")
    raise TargetError(f"{text!r} names no knob: there is no {key!r}", did_you_mean(key, [*movable, *others]))
