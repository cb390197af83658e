"""Knobs over time: automation lanes and synced lengths become curves, and components read them block by block."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.graph.curve import Curve, Motion, Shape, extent
from songwright.graph.timeline import Timeline
from songwright.knobs import Knob, Params
from songwright.project.model import AutomationLane
from songwright.units import MusicalLength


def lane_curve(lane: AutomationLane, unit: str, timeline: Timeline) -> Curve:
    """A lane as a curve in ``unit``. Ways between points are shaped in time (seconds, not beats)."""
    points = []
    for point in lane.points:
        beat = timeline.beat(point.at)
        value = point.value
        number = timeline.in_unit(value, unit, beat) if isinstance(value, MusicalLength) else float(value)
        points.append((timeline.frame(beat), number, Shape[point.shape.upper()]))
    return Curve.through(points)


def resolve(
    params: Params, lanes: Mapping[str, AutomationLane], timeline: Timeline
) -> tuple[Params, dict[str, Motion], list[str]]:
    """A component's parameters without musical lengths, and the motion of every numeric knob.

    Whatever the tempo makes of a musical length, it stays inside its knob's range: a component has room for no more.

    Args:
        params: as the project gives them; synced knobs may hold musical lengths.
        lanes: the component's automation, by YAML key of the knob.
        timeline: the song's time.

    Returns:
        Parameters with every length turned into the knob's unit by the tempo at the song's start;
        name → motion; and what to say of lengths that did not fit their knobs.
    """
    motions: dict[str, Motion] = {}
    fixed: dict[str, Any] = {}
    remarks: list[str] = []
    for knob in params.knobs():
        value = getattr(params, knob.name)
        motion: Motion | None = None
        if isinstance(value, MusicalLength):
            motion = timeline.follow(value, knob.unit)
            fixed[knob.name] = _held(timeline.in_unit(value, knob.unit, 0.0), knob)
        elif isinstance(value, int | float):
            motion = float(value)
        if knob.key in lanes:
            motion = lane_curve(lanes[knob.key], knob.unit, timeline)
        if motion is None:
            continue
        motions[knob.name] = inside = _held(motion, knob)
        remarks += [
            f"{knob.key} would be {wanted:g} {knob.unit} in this song's tempo, and stays at {kept:g} {knob.unit}"
            for wanted, kept in dict.fromkeys(zip(extent(motion), extent(inside), strict=True))
            if wanted != kept
        ]
    return params.model_copy(update=fixed), motions, remarks


def _held(motion: Motion, knob: Knob) -> Motion:
    """The motion inside its knob's range."""
    low = -math.inf if knob.low is None else knob.low
    high = math.inf if knob.high is None else knob.high
    if isinstance(motion, Curve):
        return replace(motion, values=np.clip(motion.values, low, high))
    return float(min(max(motion, low), high))


class Panel:
    """A component's knobs as it sees them while it renders: what :class:`Controls` asks for.

    One panel serves one component in one thread; :meth:`turn_to` moves it from block to block.
    """

    def __init__(self, knobs: Mapping[str, Motion]) -> None:
        self._still = {name: float(motion) for name, motion in knobs.items() if not isinstance(motion, Curve)}
        self._still_curves = {name: np.array([value], np.float32) for name, value in self._still.items()}
        self._curves = {name: motion for name, motion in knobs.items() if isinstance(motion, Curve)}
        self._start, self._frames = 0, 1

    def turn_to(self, start: int, frames: int) -> None:
        """Show the block of ``frames`` frames from ``start`` on, counted from the song's first frame."""
        self._start, self._frames = start, frames

    def value(self, name: str) -> float:
        """The value at the block's first frame."""
        still = self._still.get(name)
        return self._curves[name].value(self._start) if still is None else still

    def moving(self, name: str) -> bool:
        """Whether the value changes anywhere in the song."""
        return name in self._curves

    def curve(self, name: str) -> NDArray[np.float32]:
        """The value at each frame of the block; shape ``(1,)`` for a knob that stands still."""
        still = self._still_curves.get(name)
        return self._curves[name].at(self._start, self._frames) if still is None else still
