"""Songs for the tests of the video."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from exporters.sung_plan import STEADY, arrangement, line
from songwright.arrangement.plan import PlannedLine, TimingPlan
from songwright.project.model import KaraokeVideo
from songwright.video.screen import Screen, lay_out

VERSE = (
    "Har-bour lights are call-ing home",
    "ev-ery wave a sto-ry told",
    "für die größ-te Brü-cke",
    "mor-ning finds me",
)


def sung(text: str, start_s: float, step_s: float = 0.25, singer: str = "lead") -> PlannedLine:
    """A line whose syllables follow each other; hyphens divide words."""
    return line([(word.replace("-", ""), word.split("-")) for word in text.split()], start_s, step_s, singer)


def verse(count: int = 4, start_s: float = 6.0, gap_s: float = 0.4, singer: str = "lead") -> list[PlannedLine]:
    """Lines one after the other."""
    lines: list[PlannedLine] = []
    for number in range(count):
        lines.append(sung(VERSE[number % 4], start_s, singer=singer))
        start_s = lines[-1].end_s + gap_s
    return lines


def song(energies: tuple[float, ...] = (0.5,), end_beat: float = 64.0) -> Any:
    """A song of sections of eight bars with these energies."""
    made = arrangement(STEADY, end_beat)
    made.sections = [SimpleNamespace(energy=energy, start_beat=32.0 * k) for k, energy in enumerate(energies)]
    return made


def screen(lines: list[PlannedLine], energies: tuple[float, ...] = (0.5,), **wishes: Any) -> Screen:
    """A small video of these lines."""
    wishes = {"size": "320x180", "fps": 30} | wishes
    ordered = TimingPlan(tuple(sorted(lines, key=lambda line: line.start_s)))
    return lay_out(song(energies), ordered, KaraokeVideo.model_validate(wishes))
