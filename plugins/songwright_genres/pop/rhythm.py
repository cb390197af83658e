"""When a melody sings: phrases of two bars from rhythmic cells, or from the stresses of a line of lyrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from songwright_genres.bar import STEP
from songwright_genres.foot import Feet, in_spans, stretch
from songwright_genres.table import table
from songwright_progressions.walk import choose

_LEAST_REST = 0.75  # beats between phrases: what makes a phrase in the corpus


def from_cells(
    measures: Sequence[Feet], beats: float, density: float, push: float, rng: np.random.Generator
) -> list[float]:
    """Onsets of a phrase over the feet of its bars, in beats from its start, about ``density`` notes a beat.

    Cells, one a span, follow one of a few figures (a b a ending), so that a phrase is made of a motif and
    not of notes. ``push`` is the chance that a note on a bar line comes an eighth early. ``beats`` is how long the
    phrase is: the feet of odd thirty-seconds are a little more or less.
    """
    tables = table("pop", "melody")
    spans = [span for measure in measures for span in in_spans(measure)]
    if not spans:
        return [0.0]
    count = len(spans)
    figure = choose(tables["figures"], rng)
    chosen = {letter: _cell(spans[0], density, rng) for letter in "abc"}
    letters = [*figure[: count - 1], "e"] if count <= 4 else [*(figure * count)[: count - 1], "e"]
    chosen["e"] = choose(tables["endings"], rng), True
    onsets: list[float] = []
    start = 0.0
    for letter, span in zip(letters, spans, strict=True):
        text = _laid(*chosen[letter], span, ends=letter == "e")
        onsets += [start + step * STEP for step, mark in enumerate(text) if mark == "x"]
        start += len(text) * STEP
    onsets = [onset for onset in onsets if onset < beats - _LEAST_REST]
    lines = np.cumsum([sum(foot.steps for foot in measure) * STEP for measure in measures])
    return _pushed(onsets, set(lines.tolist()), push, rng) or [0.0]


def _cell(span: Feet, density: float, rng: np.random.Generator) -> tuple[str, bool]:
    """A cell for spans like this, by its weight and by how near its number of notes is to the density.

    Long feet take it in even eighths or in quarters and eighths.
    """
    wanted = density * sum(foot.steps for foot in span) * STEP
    cells = table("pop", "melody")["cells"]
    ways = {_laid(cell, even, span): (cell, even) for cell in cells for even in (True, False)}
    weights = {text: cells[cell] * np.exp(-((text.count("x") - wanted) ** 2)) for text, (cell, _) in ways.items()}
    return ways[choose(weights, rng)]


def _laid(cell: str, even: bool, span: Feet, ends: bool = False) -> str:
    """A cell of two beats over a span; a third foot takes up the first, or is held where the phrase ends."""
    beats = (cell[:4], cell[4:], "----" if ends else cell[:4])
    return "".join(stretch(beat, foot.steps, even) for beat, foot in zip(beats, span, strict=False))


def _pushed(onsets: list[float], lines: set[float], push: float, rng: np.random.Generator) -> list[float]:
    moved = []
    for place, onset in enumerate(onsets):
        early = onset in lines and (place == 0 or onset - onsets[place - 1] >= 1.0)
        moved.append(onset - 0.5 if early and rng.random() < push else onset)
    return moved


def from_stresses(
    stresses: Sequence[bool],
    beats: float,
    strength: Callable[[float], float],
    density: float,
    rng: np.random.Generator,
) -> list[float]:
    """Onsets for one line of lyrics, one a syllable, in beats from the start of its ``beats``.

    The best walk through the grid: stressed syllables want strong beats, unstressed ones the places
    between, neighbours want the pace of the ``density`` and the line wants to leave time to breathe.
    A little noise on the grid, drawn from ``rng``, gives each material its own rhythm. ``strength`` is the
    metric weight (0..1) of a place in the line's beats.
    """
    count = len(stresses)
    window = min(max(beats - max(1.0, 0.12 * beats), STEP * count), beats)
    grid = 0.5 if count <= 1.5 * window else STEP
    slots = int(window / grid)
    if slots < count:
        return [index * window / count for index in range(count)]  # more than sixteenths: spoken through
    weight = np.array([strength(slot * grid) for slot in range(slots)])
    noise = np.resize(rng.normal(0.0, 0.25, 16), slots)
    fit = np.array([(1.6 if stressed else -0.7) * weight for stressed in stresses]) + noise
    return [float(slot * grid) for slot in _walk(fit, grid, 1.0 / max(density, 0.5))]


def _walk(fit: NDArray[np.float64], grid: float, usual: float) -> list[int]:
    """Slots of the syllables: the best sum of ``fit`` (syllables, slots) and of evenness around ``usual`` beats."""
    count, slots = fit.shape
    gap = np.arange(slots) * grid
    even = -1.2 * np.log2(np.maximum(gap, STEP) / usual) ** 2
    best = np.full((count, slots), -np.inf)
    came = np.zeros((count, slots), np.int64)
    best[0] = fit[0] - 0.5 * gap  # begin early
    for syllable in range(1, count):
        for slot in range(syllable, slots):
            earlier = best[syllable - 1, :slot] + even[slot - np.arange(slot)]
            came[syllable, slot] = int(np.argmax(earlier))
            best[syllable, slot] = earlier[came[syllable, slot]] + fit[syllable, slot]
    path = [int(np.argmax(best[-1]))]
    for syllable in range(count - 1, 0, -1):
        path.insert(0, int(came[syllable, path[0]]))
    return path


def lengths(onsets: Sequence[float], beats: float, last: float) -> list[float]:
    """How long the notes sound: sung through to the next, the ``last`` so long, with a breath at the end."""
    ends = [*onsets[1:], min(onsets[-1] + last, max(beats - _LEAST_REST, onsets[-1] + 0.5))]
    return [min(end - onset, 3.0) for onset, end in zip(onsets, ends, strict=True)]
