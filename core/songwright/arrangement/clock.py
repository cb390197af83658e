"""The project's tempo, meter and key changes as maps over the song's beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from songwright.errors import Problem, ProjectError
from songwright.music.pitch import Key
from songwright.music.time import Meter, MeterPoint, TempoPoint, TimeMap
from songwright.project.model import Project
from songwright.units import MusicalLength, Position


@dataclass(frozen=True)
class KeyMap:
    """The key at each beat. The first key also holds before its place."""

    changes: tuple[tuple[float, Key], ...]  # (beat, key), ascending

    def at(self, beat: float) -> Key:
        """The key that holds at ``beat``."""
        found = self.changes[0][1]
        for start, key in self.changes:
            if start > beat + 1e-9:
                break
            found = key
        return found


def read_time(project: Project, first_bars: Mapping[str, int]) -> TimeMap:
    """The time map. ``first_bars`` tells each section's first bar, for places named by sections.

    Changes at sections that are not (yet) there are left out, which the structure stage uses to fit
    a form before its sections stand.
    """
    meters = _meters(project, first_bars)
    bars_only = TimeMap(meters=meters)
    tempi: dict[float, TempoPoint] = {}
    for change in project.tempo:
        if not _known(change.at, first_bars):
            continue
        beat = beat_of(change.at, bars_only, first_bars)
        over = length_beats(change.over, beat, bars_only) if change.over else 0.0
        tempi[beat] = TempoPoint(beat, float(change.bpm), over)
    return TimeMap(tuple(tempi[beat] for beat in sorted(tempi)) or (TempoPoint(0.0, 120.0),), meters)


def read_keys(project: Project, time_map: TimeMap, first_bars: Mapping[str, int]) -> KeyMap:
    """The key changes in beats."""
    known = [change for change in project.key if _known(change.at, first_bars)]
    changes = {beat_of(change.at, time_map, first_bars): Key.parse(change.key) for change in known}
    return KeyMap(tuple(sorted(changes.items(), key=lambda change: change[0])) or ((0.0, Key.parse("C major")),))


def beat_of(position: Position, time_map: TimeMap, first_bars: Mapping[str, int]) -> float:
    """The quarter-note beat of a place. Raises ProjectError when it names a section that is not there."""
    if position.section is None:
        return time_map.beat(position.bar, position.beat)
    if position.section not in first_bars:
        raise ProjectError(
            Problem(
                f"{str(position)!r} names the section {position.section!r}, which is not in the arrangement",
                hint=f"sections: {', '.join(first_bars)}",
            )
        )
    return time_map.beat(first_bars[position.section] + position.bar, position.beat + 1.0)


def length_beats(length: MusicalLength, beat: float, time_map: TimeMap) -> float:
    """A musical length that starts at ``beat``, in quarter notes; bars by the meter there."""
    bar, _ = time_map.position(beat)
    return float(length.beats) + float(length.bars) * time_map.meter(bar).beats


def _meters(project: Project, first_bars: Mapping[str, int]) -> tuple[MeterPoint, ...]:
    meters: dict[int, MeterPoint] = {}
    for change in project.meter:
        if _known(change.at, first_bars):
            offset = first_bars[change.at.section] if change.at.section is not None else 0
            meters[offset + change.at.bar] = MeterPoint(offset + change.at.bar, Meter.parse(change.meter, change.group))
    return tuple(meters[bar] for bar in sorted(meters)) or (MeterPoint(1, Meter()),)


def _known(position: Position, first_bars: Mapping[str, int]) -> bool:
    return position.section is None or position.section in first_bars


def first_bars_of(bars: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Section id → its first bar, from ``(id, bars)`` in playing order."""
    first, starts = 1, {}
    for section, length in bars:
        starts[section] = first
        first += length
    return starts
