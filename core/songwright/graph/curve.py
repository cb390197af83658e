"""A value that moves over the song: points in time, and the shape of the way from each to the next.

Time runs in frames as real numbers, so that nothing is rounded to a grid. What a curve gives at a frame
depends on that frame alone: however a song is cut into blocks, the same numbers come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Shape(IntEnum):
    """The way to a point from the one before it."""

    LINEAR = 0  # a straight line
    EXP = 1  # equal ratios in equal times; an eased curve where a value is zero or signs differ
    STEP = 2  # holds the earlier value, then jumps
    SMOOTH = 3  # half a cosine: level at both ends


#: Steepness of an exponential way that cannot go by ratios: it passes 12 % of the distance at half time.
_EASE = 4.0
#: A value that is smaller than this beside the other counts as zero: its ratio to it would leave the numbers.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Curve:
    """Points in time order. Before the first the first value holds, after the last the last.

    >>> ramp = Curve.through([(0.0, 1.0, Shape.LINEAR), (4.0, 3.0, Shape.LINEAR)])
    >>> ramp.at(0, 6).tolist()
    [1.0, 1.5, 2.0, 2.5, 3.0, 3.0]
    """

    frames: NDArray[np.float64]  # (points,), not decreasing
    values: NDArray[np.float64]  # (points,)
    shapes: NDArray[np.uint8]  # (points,): how each point is reached; the first is not used

    @classmethod
    def through(cls, points: Sequence[tuple[float, float, Shape]]) -> Curve:
        """The curve through ``(frame, value, shape)`` points, which are put in time order."""
        ordered = sorted(points, key=lambda point: point[0])  # stable: of two at one time the later one rules
        frames, values, shapes = (
            np.array([point[i] for point in ordered], dtype)
            for i, dtype in enumerate((np.float64, np.float64, np.uint8))
        )
        return cls(frames, values, shapes)

    @property
    def low(self) -> float:
        """The least value it takes."""
        return float(self.values.min())

    @property
    def high(self) -> float:
        """The greatest value it takes."""
        return float(self.values.max())

    def value(self, frame: float) -> float:
        """The value at one instant."""
        return float(self._shaped(np.array([frame], np.float64), self._segment(frame))[0])

    def rests(self, start: int, frames: int) -> bool:
        """Whether the value stays the same from frame ``start`` to ``start + frames - 1``."""
        first, last = self._segment(start), self._segment(start + frames - 1)
        values = self.values[max(first - 1, 0) : last + 1]
        return bool((values == values[0]).all())

    def at(self, start: int, frames: int) -> NDArray[np.float32]:
        """The values at frames ``start`` to ``start + frames - 1``: shape ``(frames,)``."""
        out = np.empty(frames, np.float32)
        first, last = self._segment(start), self._segment(start + frames - 1)
        begin = start
        for segment in range(first, last + 1):
            end = start + frames if segment == last else int(np.ceil(self.frames[segment]))
            if end > begin:
                out[begin - start : end - start] = self._fill(segment, begin, end)
                begin = end
        return out

    def _segment(self, frame: float) -> int:
        """The index of the first point after ``frame``: the one that is on its way."""
        return int(np.searchsorted(self.frames, frame, side="right"))

    def _fill(self, segment: int, begin: int, end: int) -> NDArray[np.float64] | float:
        if segment in (0, len(self.frames)) or self.values[segment] == self.values[segment - 1]:
            return float(self.values[max(segment - 1, 0)])
        return self._shaped(np.arange(begin, end, dtype=np.float64), segment)

    def _shaped(self, times: NDArray[np.float64], segment: int) -> NDArray[np.float64]:
        if segment in (0, len(self.frames)):
            return np.full(times.shape, self.values[max(segment - 1, 0)])
        start, end = self.frames[segment - 1], self.frames[segment]
        low, high = self.values[segment - 1], self.values[segment]
        way = (times - start) / (end - start)
        shape = self.shapes[segment]
        if shape == Shape.STEP:
            return np.full(times.shape, low)
        if shape == Shape.SMOOTH:
            way = 0.5 - 0.5 * np.cos(np.pi * way)
        elif shape == Shape.EXP:
            near, far = sorted((abs(low), abs(high)))
            if low * high > 0 and near > _NOTHING * far:
                ratio: NDArray[np.float64] = low * np.exp((np.log(abs(high)) - np.log(abs(low))) * way)
                return ratio
            way = np.expm1(_EASE * way) / np.expm1(_EASE)
        moved: NDArray[np.float64] = low + (high - low) * way
        return moved


#: A knob's value over the song: one number, or a curve.
Motion = float | Curve


def extent(motion: Motion) -> tuple[float, float]:
    """The least and the greatest value of a motion."""
    return (motion.low, motion.high) if isinstance(motion, Curve) else (motion, motion)
