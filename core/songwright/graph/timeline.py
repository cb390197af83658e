"""The song's time as the engine counts it: places and musical lengths to frames and seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from songwright.arrangement.clock import beat_of, length_beats
from songwright.arrangement.model import Arrangement
from songwright.graph.curve import Curve, Motion, Shape
from songwright.units import MusicalLength, Position

#: Points a beat where the tempo ramps and a length follows it.
_POINTS_PER_BEAT = 16


@dataclass(frozen=True)
class Timeline:
    """Converts the words of a project to frames at one sample rate."""

    arrangement: Arrangement
    sample_rate: int

    def beat(self, position: Position) -> float:
        """The quarter-note beat of a place."""
        return beat_of(position, self.arrangement.time_map, self._first_bars)

    def frame(self, beat: float) -> float:
        """The frame of a beat, as a real number."""
        return self.arrangement.time_map.seconds(beat) * self.sample_rate

    def length_s(self, length: MusicalLength, beat: float) -> float:
        """Seconds of a musical length by the tempo and meter at ``beat``."""
        time_map = self.arrangement.time_map
        return length_beats(length, beat, time_map) * 60.0 / time_map.bpm(beat)

    def in_unit(self, length: MusicalLength, unit: str, beat: float) -> float:
        """A musical length at ``beat`` in a knob's unit: ``s``, ``ms``, ``beats``, or ``Hz`` as one cycle a length."""
        if unit == "beats":
            return length_beats(length, beat, self.arrangement.time_map)
        seconds = self.length_s(length, beat)
        return {"ms": 1000.0 * seconds, "Hz": 1.0 / seconds}.get(unit, seconds)

    def follow(self, length: MusicalLength, unit: str) -> Motion:
        """A musical length over the whole song: it moves where the tempo moves."""
        points = [(0.0, self.in_unit(length, unit, 0.0), Shape.STEP)]
        for start, end in self._changes:
            if start > 0:
                points.append((self.frame(start), self.in_unit(length, unit, start), Shape.STEP))
            beats = np.linspace(start, end, 1 + int(np.ceil((end - start) * _POINTS_PER_BEAT)))[1:]
            points += [(self.frame(beat), self.in_unit(length, unit, beat), Shape.LINEAR) for beat in beats]
        first = points[0][1]
        return first if all(value == first for _, value, _ in points) else Curve.through(points)

    @cached_property
    def end_frame(self) -> int:
        """The frame where the last section ends."""
        return int(np.ceil(self.frame(self.arrangement.end_beat)))

    @cached_property
    def _changes(self) -> list[tuple[float, float]]:
        """Beats between which tempo or meter change; both alike where the change is at once."""
        time_map = self.arrangement.time_map
        tempi = [(tempo.beat, tempo.beat + tempo.over_beats) for tempo in time_map.tempi]
        meters = [time_map.bar_start(meter.bar) for meter in time_map.meters]
        return sorted(tempi + [(beat, beat) for beat in meters])

    @cached_property
    def _first_bars(self) -> dict[str, int]:
        return {section.id: section.bar for section in self.arrangement.sections}
