"""The arrangement as a picture: columns of text for a terminal, or an image.

A column is a bar (two or more in a long song). Each track's row shows how much it plays there, against its
own busiest bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement, Part
from songwright.errors import OutputError
from songwright.music.form import Section

LEVELS = " ▁▂▃▄▅▆▇█"
LABEL_COLUMNS = 12


def lines(arrangement: Arrangement, columns: int = 100) -> list[str]:
    """The picture as lines of text, about ``columns`` wide."""
    bars = sum(section.bars for section in arrangement.sections)
    step = max(1, math.ceil(bars / (columns - LABEL_COLUMNS)))
    sections = arrangement.sections
    energy = np.concatenate([np.full(section.bars, section.energy) for section in sections])
    rows = [
        ("bar", _ruler([(str(section.bar), section.bar) for section in sections], bars, step)),
        ("section", _ruler([(section.id, section.bar) for section in sections], bars, step)),
        ("energy", _strokes(energy, step)),
        *((name, _strokes(busyness(arrangement, part), step)) for name, part in arrangement.parts.items()),
    ]
    picture = [f"{label[: LABEL_COLUMNS - 1]:<{LABEL_COLUMNS}}{row}".rstrip() for label, row in rows]
    return [_title(arrangement, bars), "", *picture, "", *_chord_lines(arrangement)]


def busyness(arrangement: Arrangement, part: Part) -> NDArray[np.float64]:
    """How much a part plays in each bar, 0 to 1: velocities of the notes that begin in it or are held into it."""
    starts = _bar_starts(arrangement)
    played = np.zeros(len(starts) - 1)
    if not len(part.notes):
        return played
    first = np.clip(np.searchsorted(starts, part.notes["beat"], side="right") - 1, 0, len(played) - 1)
    ends = np.asarray(part.notes["beat"] + part.notes["length"])
    last = np.clip(np.searchsorted(starts, ends, side="left") - 1, first, len(played) - 1)
    for begin, end, velocity in zip(first.tolist(), last.tolist(), part.notes["velocity"].tolist(), strict=True):
        played[begin : end + 1] += velocity
    return played / max(float(played.max()), 1e-9)


def plot(arrangement: Arrangement, path: Path) -> None:
    """Draw the arrangement to a PNG: every note of every track, under sections, chords and energy.

    Raises:
        OutputError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise OutputError("drawing needs matplotlib: python -m pip install 'songwright[plot]'") from None
    parts = list(arrangement.parts.items())
    figure = Figure(figsize=(16, 2.5 + 0.9 * len(parts)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(parts) + 1, 1, sharex=True, height_ratios=[1.0, *[1.0] * len(parts)], squeeze=False)
    panels = panels[:, 0]
    figure.suptitle(_title(arrangement, sum(section.bars for section in arrangement.sections)))
    _draw_form(panels[0], arrangement)
    for index, (panel, (name, part)) in enumerate(zip(panels[1:], parts, strict=True)):
        _draw_part(panel, name, part, f"C{index % 10}")
        for section in arrangement.sections:
            panel.axvline(section.start_beat, color="0.85", linewidth=0.8, zorder=0)
    starts = _bar_starts(arrangement)
    every = max(1, round(len(starts) / 36))
    panels[-1].set_xticks(starts[:-1:every], [str(bar + 1) for bar in range(0, len(starts) - 1, every)])
    panels[-1].set_xlabel("bar")
    panels[-1].set_xlim(0.0, arrangement.end_beat)
    figure.savefig(path, format="png", dpi=110)


def _title(arrangement: Arrangement, bars: int) -> str:
    project, time_map = arrangement.project, arrangement.time_map
    seconds = float(time_map.seconds(arrangement.end_beat))
    tempi = [change.bpm for change in project.tempo]
    tempo = f"{tempi[0]:g} BPM" if min(tempi) == max(tempi) else f"{min(tempi):g} to {max(tempi):g} BPM"
    meter = ", ".join(dict.fromkeys(change.meter for change in project.meter))
    length = f"{int(seconds // 60)}:{seconds % 60:04.1f}"
    return f"{project.title}: {arrangement.sections[0].key}, {tempo}, {meter}, {bars} bars, {length}"


def _bar_starts(arrangement: Arrangement) -> NDArray[np.float64]:
    """The beat at which each bar begins, and the end of the last one."""
    bars = sum(section.bars for section in arrangement.sections)
    return np.array([float(arrangement.time_map.bar_start(bar)) for bar in range(1, bars + 2)])


def _ruler(marks: Sequence[tuple[str, int]], bars: int, step: int) -> str:
    """Each text where its bar stands, cut short where the next one begins."""
    row = ""
    ends = [*(bar for _, bar in marks[1:]), bars + 8 * step]
    for (text, bar), end in zip(marks, ends, strict=True):
        place, room = (bar - 1) // step, (end - 1) // step - (bar - 1) // step
        row = row.ljust(place) + text[: max(room - 1, 1)]
    return row


def _strokes(values: NDArray[np.float64], step: int) -> str:
    """Values from 0 to 1 as strokes of rising height; 0 is a gap."""
    columns = [values[start : start + step].max() for start in range(0, len(values), step)]
    return "".join(LEVELS[0 if value <= 0 else max(1, round(value * (len(LEVELS) - 1)))] for value in columns)


def _chord_lines(arrangement: Arrangement) -> list[str]:
    """Each section with its chords; one that repeats an earlier one's says so."""
    seen: dict[str, str] = {}
    rows = []
    for section in arrangement.sections:
        chords = _chords(arrangement, section)
        shown = f"as {seen[chords]}" if chords in seen else chords
        seen.setdefault(chords, section.id)
        rows.append(f"{section.id[: LABEL_COLUMNS - 1]:<{LABEL_COLUMNS}}{shown}")
    return rows


def _chords(arrangement: Arrangement, section: Section) -> str:
    bars = []
    for bar in range(section.bar, section.bar + section.bars):
        begin, end = (float(arrangement.time_map.bar_start(number)) for number in (bar, bar + 1))
        inside = [span.chord.symbol for span in arrangement.chords if begin - 1e-6 <= span.start_beat < end - 1e-6]
        bars.append(" ".join(inside) or "%")
    return f"| {' | '.join(bars)} |"


def _draw_form(panel: Any, arrangement: Arrangement) -> None:
    for index, section in enumerate(arrangement.sections):
        length = section.end_beat - section.start_beat
        shade = "0.86" if index % 2 else "0.93"
        panel.bar(section.start_beat, 1.0, length, align="edge", color=shade, zorder=0)
        panel.bar(section.start_beat, section.energy, length, align="edge", color="C1", alpha=0.45)
        panel.text(section.start_beat + 0.4, 0.82, section.id, fontsize=9)
    for span in arrangement.chords:
        panel.text(span.start_beat + 0.2, 0.06, span.chord.symbol, fontsize=6, rotation=90, va="bottom")
    panel.set_ylim(0.0, 1.0)
    panel.set_ylabel("energy", rotation=0, ha="right")


def _draw_part(panel: Any, name: str, part: Part, color: str) -> None:
    played = part.notes
    panel.set_ylabel(name, rotation=0, ha="right")
    panel.set_yticks([])
    if not len(played):
        return
    panel.hlines(
        played["pitch"],
        played["beat"],
        played["beat"] + np.maximum(played["length"], 0.15),
        colors=color,
        linewidth=1.6,
        alpha=0.25 + 0.75 * played["velocity"],
    )
    panel.margins(y=0.15)
