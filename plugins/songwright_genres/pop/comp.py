"""The pop keyboard player: led voicings in a rhythm that fits, out of the singer's way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, between, notes
from songwright_genres.bar import STEP, Bar, bars, chord_at, is_ending
from songwright_genres.foot import in_four, lay
from songwright_genres.pop.style import settle
from songwright_genres.table import table
from songwright_genres.voicing import gaps, last_voicing, register, voice

_REGISTERS = {"low": (48, 64), "middle": (53, 72), "high": (60, 81)}
Stroke = tuple[int, int, float]  # first sixteenth, how many it lasts, velocity


class PopCompParams(Params):
    """The player's manners."""

    style: Literal["auto", "held", "pushed", "quarters", "tresillo", "eighths", "stabs"] = knob(
        "auto", help="auto chooses by energy and mood"
    )
    hands: Literal["low", "middle", "high"] = knob("middle", help="the register they lie in")
    voices: int = knob(3, 2, 5, "", "notes a chord")
    variation: float = knob(30.0, 0.0, 100.0, "%", "how often a bar's rhythm differs")
    answers: float = knob(40.0, 0.0, 100.0, "%", "how often a gap in the melody is answered")


class PopComp(Pattern):
    """Chords in the left hand's rhythm: held, pushed, quarters, 3-3-2, eighths or stabs, by energy."""

    Params = PopCompParams
    name = "pop-comp"
    role = Role.COMP

    def play(self, context: PartContext) -> Notes:
        """Chords of the section; the last bar of a song is struck once and held."""
        styles = table("pop", "comping")["keys"]
        style = settle(context, styles) if self.params.style == "auto" else str(self.params.style)
        low, high = register(context, *_REGISTERS[self.params.hands])
        previous = last_voicing(context.before)
        pushed = False
        rows: list[tuple[float, float, int, float, Articulation]] = []
        for bar in bars(context):
            rng = context.rng(f"bar {bar.index}")
            ending = is_ending(context) and bar.left == 0
            strokes = [(0, bar.steps, 0.75)] if ending else self._strokes(context, bar, _rows(styles[style], bar), rng)
            if pushed and strokes and strokes[0][0] == 0 and not ending:
                strokes = strokes[1:]  # the chord already sounds, struck before the bar line
            pushed = False
            for first, length, velocity in self._answered(context, bar, strokes, style, rng):
                onset, end = bar.start + first * STEP, bar.start + (first + length) * STEP
                ahead = first == bar.steps - 2 and bar.left > 0  # an eighth before the bar line: the next chord
                span = chord_at(context, onset + 0.5 if ahead else onset)
                pushed = ahead and span.start_beat > onset
                pieces = _pieces(context, onset, end + (0.5 if pushed else 0.0), span.start_beat > onset)
                for start, until in pieces:
                    chord = chord_at(context, max(start, span.start_beat)).chord
                    voicing = voice(previous, chord, low, high, self.params.voices)
                    previous = voicing or previous
                    rows += [
                        (start, (until - start) * 0.98, pitch, _loudness(context, start, velocity, rng), _NORMAL)
                        for pitch in (voicing[-2:] if style == "eighths" and velocity < 0.7 else voicing)
                    ]
        return notes(rows)

    def _strokes(self, context: PartContext, bar: Bar, rows: list[str], rng: np.random.Generator) -> list[Stroke]:
        """The bar's rhythm: theme and answer alternate, with liberties."""
        chosen = context.rng("rows", "material")
        theme, answer = int(chosen.integers(min(2, len(rows)))), int(chosen.integers(len(rows)))
        index = theme if bar.index % 2 == 0 else answer
        if rng.random() < self.params.variation / 100 * (1.4 if bar.index % 4 == 3 else 0.6):
            index = int(rng.integers(len(rows)))
        return read_strokes(lay(rows[index], bar.feet, bar.index))

    def _answered(
        self, context: PartContext, bar: Bar, strokes: list[Stroke], style: str, rng: np.random.Generator
    ) -> list[Stroke]:
        """Where the singer breathes and the hands lie still, one more stroke."""
        melody = context.heard.get(Role.MELODY)
        if (
            melody is None
            or not len(melody)
            or style in ("eighths", "stabs")
            or rng.random() > self.params.answers / 100
        ):
            return strokes
        for start, end in gaps(melody, bar.start, bar.end, 1.4):
            step = round((start + 0.5 - bar.start) / STEP / 2) * 2
            busy = any(first <= step + 1 and step - 1 <= first for first, _, _ in strokes)
            if not busy and 0 < step < bar.steps - 2 and start + 0.5 < end:
                before = [(first, min(length, step - first), loud) for first, length, loud in strokes if first < step]
                after = [stroke for stroke in strokes if stroke[0] > step]
                until = after[0][0] if after else bar.steps
                return [*before, (step, until - step, 0.6), *after]
        return strokes


def _rows(style: Mapping[str, Any], bar: Bar) -> list[str]:
    """The style's rows: some have others where a bar is not two spans of two."""
    rows: list[str] = style["rows" if in_four(bar.feet) else "spans"] if "spans" in style else style["rows"]
    return rows


_NORMAL = Articulation.NORMAL
_HARD = {"X": 0.78, "x": 0.66}


def read_strokes(row: str) -> list[Stroke]:
    """Strokes of a row: ``X x`` strike, ``-`` goes on, ``.`` is silent.

    >>> read_strokes("X-.x")
    [(0, 2, 0.78), (3, 1, 0.66)]
    """
    strokes: list[Stroke] = []
    for step, letter in enumerate(row):
        if letter in _HARD:
            strokes.append((step, 1, _HARD[letter]))
        elif letter == "-" and strokes and sum(strokes[-1][:2]) == step:
            strokes[-1] = (strokes[-1][0], strokes[-1][1] + 1, strokes[-1][2])
    return strokes


def _pieces(context: PartContext, start: float, end: float, ahead: bool) -> list[tuple[float, float]]:
    """A stroke cut where the chord changes under it."""
    cuts = [span.start_beat for span in context.chords if start + 1e-6 < span.start_beat < end - 1e-6]
    if ahead:
        cuts = cuts[1:]
    edges = [start, *cuts, end]
    same = [chord_at(context, edge).chord for edge in edges[:-1]]
    inner = range(1, len(edges) - 1)
    kept = [edges[0], *(edges[place] for place in inner if same[place] != same[place - 1])]
    return list(zip(kept, [*kept[1:], end], strict=True))


def _loudness(context: PartContext, beat: float, velocity: float, rng: np.random.Generator) -> float:
    """Dynamics, and a softer hand while the singer is on a note."""
    level = velocity * (0.78 + 0.32 * context.section.energy)
    melody = context.heard.get(Role.MELODY)
    if melody is not None and len(between(melody, beat - 0.01, beat + 0.01)):
        level *= 0.95
    return min(max(float(level + rng.normal(0.0, 0.02)), 0.1), 1.0)
