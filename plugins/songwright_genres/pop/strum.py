"""The pop guitarist: strums, string after string, down on the beat and up between."""

from __future__ import annotations

from typing import Literal

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, notes
from songwright_genres.bar import STEP, Bar, bars, chord_at, is_ending
from songwright_genres.foot import lay
from songwright_genres.pop.style import settle
from songwright_genres.table import table
from songwright_genres.voicing import Voicing, last_voicing, register, voice

_STROKES: dict[str, tuple[float, Articulation]] = {
    "D": (0.78, Articulation.STRUM_DOWN),
    "d": (0.6, Articulation.STRUM_DOWN),
    "U": (0.7, Articulation.STRUM_UP),
    "u": (0.52, Articulation.STRUM_UP),
    "m": (0.4, Articulation.MUTED),
}
_MUTED_BEATS = 0.12


class PopStrumParams(Params):
    """The player's hand."""

    style: Literal["auto", "whole", "folk", "driving", "muted", "sixteenths"] = knob(
        "auto", help="auto chooses by energy and mood"
    )
    spread_ms: float = knob(11.0, 0.0, 60.0, "ms", "from string to string of a down-stroke")
    strings: int = knob(5, 3, 6, "", "strings of a full stroke")
    variation: float = knob(30.0, 0.0, 100.0, "%", "how often a bar's strokes differ")


class PopStrum(Pattern):
    """Guitar strums with the delay from string to string, muted scratches and up-strokes."""

    Params = PopStrumParams
    name = "pop-strum"
    role = Role.COMP

    def play(self, context: PartContext) -> Notes:
        """Strokes over the section's chords; one long down-stroke in the song's last bar."""
        styles = table("pop", "comping")["strum"]
        style = settle(context, styles) if self.params.style == "auto" else str(self.params.style)
        low, high = register(context, 45, 69, 20)
        voicing = last_voicing(context.before)
        voicing = voicing if len(voicing) == self.params.strings else ()
        rows: list[tuple[float, float, int, float, Articulation, int, float]] = []
        for bar in bars(context):
            rng = context.rng(f"bar {bar.index}")
            row = "D" + "-" * (bar.steps - 1)
            if not (is_ending(context) and bar.left == 0):
                row = self._row(context, bar, styles[style]["rows"], rng)
            for step, letter in enumerate(row):
                if letter not in _STROKES:
                    continue
                onset = bar.start + step * STEP
                span = chord_at(context, onset)
                voicing = voice(voicing, span.chord, low, high, self.params.strings)
                ring = step + 1
                while ring < len(row) and row[ring] == "-":
                    ring += 1
                until = min(bar.start + ring * STEP, max(span.end_beat, onset + STEP))
                rows += self._stroke(voicing, letter, onset, until - onset, context.section.energy, rng)
        return notes(rows)

    def _row(self, context: PartContext, bar: Bar, rows: list[str], rng: np.random.Generator) -> str:
        chosen = context.rng("rows", "material")
        theme, answer = int(chosen.integers(min(2, len(rows)))), int(chosen.integers(len(rows)))
        index = answer if bar.index % 4 == 3 else theme
        if rng.random() < self.params.variation / 100 * (1.3 if bar.index % 2 else 0.6):
            index = int(rng.integers(len(rows)))
        row = lay(rows[index], bar.feet)
        changes = {round((span.start_beat - bar.start) / STEP) for span in bar.chords}
        return "".join("D" if step in changes and letter in "-.u" else letter for step, letter in enumerate(row))

    def _stroke(
        self, voicing: Voicing, letter: str, onset: float, length: float, energy: float, rng: np.random.Generator
    ) -> list[tuple[float, float, int, float, Articulation, int, float]]:
        """One stroke: down from the lowest string, up from the highest over the upper ones only."""
        velocity, articulation = _STROKES[letter]
        up = articulation == Articulation.STRUM_UP
        strings = tuple(reversed(voicing[-3:])) if up else voicing
        loud = velocity * (0.8 + 0.3 * energy) + float(rng.normal(0.0, 0.03))
        gap = self.params.spread_ms / 1000 * (0.7 if up else 1.0) * float(rng.uniform(0.7, 1.3)) * (1.15 - 0.4 * energy)
        sounding = _MUTED_BEATS if articulation == Articulation.MUTED else length * 0.97
        return [
            (
                onset,
                sounding,
                pitch,
                min(max(float(loud * (1.0 - 0.04 * place)), 0.08), 1.0),
                articulation,
                -1,
                gap * place,
            )
            for place, pitch in enumerate(strings)
        ]
