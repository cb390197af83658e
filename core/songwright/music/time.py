"""Musical time: the one tempo-and-meter map that notes, delays, automation and karaoke share.

Beats are quarter notes from the song's start, everywhere in the code; a *position* (``bar:beat``)
counts bars and the meter's own units from 1. During a tempo ramp the BPM is linear in beats, so that
the time is a logarithm with an exact inverse:

    seconds(x) = 60 / k · ln(1 + k·x / p)      k: BPM per beat, p: BPM at the ramp's start
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songwright.music.meter import Meter

__all__ = ["Meter", "MeterPoint", "TempoPoint", "TimeMap"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EDGE = 1e-9  # beats: a place this little before a bar line is on it


@dataclass(frozen=True)
class TempoPoint:
    """The tempo from ``beat`` on; with ``over_beats`` it is reached by a ramp that starts there."""

    beat: float
    bpm: float
    over_beats: float = 0.0


@dataclass(frozen=True)
class MeterPoint:
    """The meter from ``bar`` (1-based) on."""

    bar: int
    meter: Meter


@dataclass(frozen=True)
class TimeMap:
    """Beats ↔ seconds, and bars. The first tempo and meter also hold before their place.

    Scalars give scalars, arrays give arrays of the same shape.
    """

    tempi: tuple[TempoPoint, ...] = (TempoPoint(0.0, 120.0),)
    meters: tuple[MeterPoint, ...] = (MeterPoint(1, Meter()),)

    def __post_init__(self) -> None:
        if not self.tempi or not self.meters:
            raise ValueError("a time map needs at least one tempo and one meter")
        for earlier, later in itertools.pairwise(self.tempi):
            if later.beat <= earlier.beat:
                raise ValueError(f"tempo changes must follow each other; beat {later.beat:g} does not")
        for before, after in itertools.pairwise(self.meters):
            if after.bar <= before.bar:
                raise ValueError(f"meter changes must follow each other; bar {after.bar} does not")
        if any(not (0 < tempo.bpm < float("inf")) or tempo.over_beats < 0 for tempo in self.tempi):
            raise ValueError("tempi must be positive and ramps may not end before they start")

    @classmethod
    def constant(cls, bpm: float = 120.0, meter: Meter | None = None) -> TimeMap:
        """One tempo, one meter."""
        return cls((TempoPoint(0.0, bpm),), (MeterPoint(1, meter or Meter()),))

    @overload
    def seconds(self, beats: float) -> float: ...
    @overload
    def seconds(self, beats: ArrayLike) -> Floats: ...
    def seconds(self, beats: ArrayLike) -> float | Floats:
        """Seconds from the song's start; exactly inverse to :meth:`beats` to 1e-9."""
        starts, bpm, slope, at_seconds = self._segments
        beat = np.asarray(beats, np.float64)
        index = np.maximum(np.searchsorted(starts, beat, side="right") - 1, 0)
        x, p, k = beat - starts[index], bpm[index], slope[index]
        ramp = np.log1p(np.where(beat < starts[0], 0.0, k * x / p)) / np.where(k == 0.0, 1.0, k)
        return _like(beats, at_seconds[index] + 60.0 * np.where(k == 0.0, x / p, ramp))

    @overload
    def beats(self, seconds: float) -> float: ...
    @overload
    def beats(self, seconds: ArrayLike) -> Floats: ...
    def beats(self, seconds: ArrayLike) -> float | Floats:
        """Quarter-note beats from the song's start."""
        starts, bpm, slope, at_seconds = self._segments
        time = np.asarray(seconds, np.float64)
        index = np.maximum(np.searchsorted(at_seconds, time, side="right") - 1, 0)
        minutes, p, k = (time - at_seconds[index]) / 60.0, bpm[index], slope[index]
        ramp = p * np.expm1(np.where(time < at_seconds[0], 0.0, k * minutes)) / np.where(k == 0.0, 1.0, k)
        return _like(seconds, starts[index] + np.where(k == 0.0, p * minutes, ramp))

    @overload
    def bpm(self, beat: float) -> float: ...
    @overload
    def bpm(self, beat: ArrayLike) -> Floats: ...
    def bpm(self, beat: ArrayLike) -> float | Floats:
        """The tempo in quarter notes a minute; at a jump, the new one."""
        starts, bpm, slope, _ = self._segments
        at = np.asarray(beat, np.float64)
        index = np.maximum(np.searchsorted(starts, at, side="right") - 1, 0)
        return _like(beat, bpm[index] + slope[index] * np.maximum(at - starts[index], 0.0))

    @overload
    def bar_start(self, bar: int) -> float: ...
    @overload
    def bar_start(self, bar: ArrayLike) -> Floats: ...
    def bar_start(self, bar: ArrayLike) -> float | Floats:
        """The beat on which a bar (1-based) starts."""
        bars, starts, lengths, _ = self._bars
        at = np.asarray(bar, np.float64)
        index = np.maximum(np.searchsorted(bars, at, side="right") - 1, 0)
        return _like(bar, starts[index] + (at - bars[index]) * lengths[index])

    @overload
    def position(self, beat: float) -> tuple[int, float]: ...
    @overload
    def position(self, beat: ArrayLike) -> tuple[Ints, Floats]: ...
    def position(self, beat: ArrayLike) -> tuple[int, float] | tuple[Ints, Floats]:
        """``(bar, beat in bar)``, both from 1; the beat counts the meter's units."""
        bars, starts, lengths, units = self._bars
        at = np.asarray(beat, np.float64)
        index = np.maximum(np.searchsorted(starts, at + _EDGE, side="right") - 1, 0)
        whole = np.floor((at - starts[index] + _EDGE) / lengths[index])
        left = np.maximum(at - starts[index] - whole * lengths[index], 0.0)
        bar, beat_in_bar = (bars[index] + whole).astype(np.int64), 1.0 + left / units[index]
        return (int(bar), float(beat_in_bar)) if at.ndim == 0 else (bar, beat_in_bar)

    def beat(self, bar: int, beat_in_bar: float = 1.0) -> float:
        """The quarter-note beat of the position ``bar:beat``."""
        return self.bar_start(bar) + (beat_in_bar - 1.0) * self.meter(bar).unit_beats

    def meter(self, bar: int) -> Meter:
        """The meter of a bar (1-based)."""
        found = self.meters[0].meter
        for point in self.meters:
            if point.bar > bar:
                break
            found = point.meter
        return found

    def is_strong(self, beats: ArrayLike) -> NDArray[np.bool_]:
        """Whether beats stand on 1 and 3 of a bar of four quarters, on the groups of another meter."""
        at = np.atleast_1d(np.asarray(beats, np.float64))
        bars, places = self.position(at)
        strong = np.zeros(len(at), bool)
        for bar in set(bars.tolist()):
            meter = self.meter(bar)
            here = bars == bar
            quarters = (places[here] - 1.0) * meter.unit_beats
            accents = np.array((0.0, 2.0) if meter.beats == 4.0 else meter.accents)
            strong[here] = (np.abs(quarters[:, None] - accents[None, :]) < 0.01).any(axis=1)
        return strong

    @functools.cached_property
    def _segments(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Stretches of linear tempo: start beat, BPM there, BPM per beat, seconds there."""
        rows: list[tuple[float, float, float]] = []
        current, ends = self.tempi[0].bpm, [point.beat for point in self.tempi[1:]] + [float("inf")]
        for point, end in zip(self.tempi, ends, strict=True):
            if not rows or not point.over_beats:
                rows.append((point.beat, point.bpm, 0.0))
                current = point.bpm
                continue
            slope = (point.bpm - current) / point.over_beats
            rows.append((point.beat, current, slope))
            current += slope * min(point.over_beats, end - point.beat)
            if point.beat + point.over_beats < end:
                current = point.bpm
                rows.append((point.beat + point.over_beats, current, 0.0))
        starts, bpm, slope_of = (np.array(column, np.float64) for column in zip(*rows, strict=True))
        lengths = np.diff(starts)
        flat = slope_of[:-1] == 0.0
        ramp = np.log1p(slope_of[:-1] * lengths / bpm[:-1]) / np.where(flat, 1.0, slope_of[:-1])
        spans = 60.0 * np.where(flat, lengths / bpm[:-1], ramp)
        first = starts[0] * 60.0 / bpm[0]
        return starts, bpm, slope_of, np.concatenate(([first], first + np.cumsum(spans)))

    @functools.cached_property
    def _bars(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Stretches of one meter: first bar, its beat, quarter notes a bar, quarter notes a unit."""
        bars = np.array([point.bar for point in self.meters], np.float64)
        lengths = np.array([point.meter.beats for point in self.meters])
        units = np.array([point.meter.unit_beats for point in self.meters])
        first = (bars[0] - 1.0) * lengths[0]
        starts = np.concatenate(([first], first + np.cumsum(np.diff(bars) * lengths[:-1])))
        return bars, starts, lengths, units


def _like(argument: ArrayLike, result: Floats) -> float | Floats:
    """A plain float when a scalar was asked for."""
    return float(result) if np.ndim(argument) == 0 else result
