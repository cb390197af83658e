"""Plans of songs for the karaoke tests: chosen and random."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from songwright.arrangement.plan import PlannedLine, PlannedNote, PlannedSyllable, PlannedWord, TimingPlan
from songwright.music.time import TempoPoint, TimeMap
from songwright.project.model import RenderSettings

STEADY = TimeMap((TempoPoint(0.0, 97.0),))
MOVING = TimeMap((TempoPoint(0.0, 92.0), TempoPoint(8.0, 131.5, 4.0), TempoPoint(20.0, 75.25)))


def arrangement(time_map: TimeMap = STEADY, end_beat: float = 64.0) -> Any:
    project = SimpleNamespace(
        title="Harbour & Light", artist="The Examples", language="en", genre="pop", render=RenderSettings()
    )
    return SimpleNamespace(project=project, time_map=time_map, end_beat=end_beat)


def syllable(text: str, start_s: float, end_s: float, *pitches: float) -> PlannedSyllable:
    """A syllable whose notes share its time evenly; its vowel comes a tenth of the way in."""
    vowel_s = start_s + 0.1 * (end_s - start_s)
    count = max(len(pitches), 1)
    edges = [vowel_s + (end_s - vowel_s) * k / count for k in range(count + 1)]
    notes = tuple(PlannedNote(edges[k], edges[k + 1], p) for k, p in enumerate(pitches or (60.0,)))
    return PlannedSyllable(text, start_s, vowel_s, end_s, notes)


def line(words: list[tuple[str, list[str]]], start_s: float, step_s: float, singer: str = "lead") -> PlannedLine:
    planned, at = [], start_s
    for word, texts in words:
        syllables = []
        for k, text in enumerate(texts):
            syllables.append(syllable(text, at, at + step_s, *((64.0, 62.0) if k else (60.0,))))
            at += step_s
        planned.append(PlannedWord(word, tuple(syllables)))
        at += 0.013
    return PlannedLine(tuple(planned), "v1", singer)


SOLO = TimingPlan(
    (
        line([("Harbour", ["Har", "bour"]), ("lights", ["lights"]), ("<call>", ["<call>"])], 1.2345, 0.31),
        line([("Ev'ry", ["Ev'", "ry"]), ("wäve,", ["wäve,"])], 9.875, 0.4567),
        line([("home", ["home"])], 61.4999, 1.2),
    )
)
DUET = TimingPlan(
    (
        line([("One", ["One"]), ("alone", ["a", "lone"])], 1.0, 0.25, "anna"),
        line([("Two", ["Two"]), ("reply", ["re", "ply"])], 3.0, 0.25, "ben"),
        line([("All", ["All"]), ("together", ["to", "geth", "er"])], 5.0, 0.25, "anna"),
        line([("All", ["All"]), ("together", ["to", "geth", "er"])], 5.1, 0.25, "ben"),
    )
)

_WORD = st.lists(st.text("abcdefgh'", min_size=1, max_size=5), min_size=1, max_size=4)


@st.composite
def plans(draw: st.DrawFn) -> TimingPlan:
    """Lines one after the other, with any rests and paces."""
    lines, at = [], draw(st.floats(0.0, 5.0))
    for texts in draw(st.lists(st.lists(_WORD, min_size=1, max_size=5), min_size=1, max_size=5)):
        at += draw(st.floats(0.05, 3.0))
        lines.append(line([("".join(word), word) for word in texts], at, draw(st.floats(0.05, 1.5))))
        at = lines[-1].end_s
    return TimingPlan(tuple(lines))
