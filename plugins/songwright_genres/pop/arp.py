"""The arpeggio: the chord one note at a time, in an order that the ear learns and then sees changed."""

from __future__ import annotations

from typing import Literal

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Notes, notes
from songwright_genres.bar import Bar, bars, chord_at, is_ending
from songwright_genres.foot import lay
from songwright_genres.pop.style import settle
from songwright_genres.table import table
from songwright_genres.voicing import ladder


class PopArpParams(Params):
    """How it runs."""

    style: Literal["auto", "rolling", "climbing", "rippling", "gated"] = knob(
        "auto", help="auto chooses by energy and mood"
    )
    low: int = knob(64, 36, 96, "", "lowest MIDI note")
    octaves: float = knob(1.4, 0.7, 3.0, "", "octaves it spans")
    gate: float = knob(80.0, 10.0, 150.0, "%", "how long a note sounds of its step")
    variation: float = knob(25.0, 0.0, 100.0, "%", "how often a bar leaves the order")


class PopArp(Pattern):
    """Broken chords in eighths or sixteenths, up, rolling or gated, by energy."""

    Params = PopArpParams
    name = "pop-arp"
    role = Role.ARP

    def play(self, context: PartContext) -> Notes:
        """The order goes on through chord changes and starts again with every second bar.

        In bars of other than four quarters it starts with each span and turns back at its end, so that four notes
        fill six eighths: 0 1 2 3 2 1.
        """
        styles = table("pop", "comping")["arp"]
        style = styles[settle(context, styles) if self.params.style == "auto" else str(self.params.style)]
        chosen = context.rng("order", "material")
        order = style["orders"][int(chosen.integers(len(style["orders"])))]
        rests = style.get("rests", ["x" * 16])
        mask = rests[int(chosen.integers(len(rests)))]
        low = min(max(self.params.low, context.midi_range[0]), context.midi_range[1] - 12)
        high = min(low + round(12 * self.params.octaves), context.midi_range[1])
        rows = []
        place = 0
        for bar in bars(context):
            if is_ending(context) and bar.left == 0:
                break
            rng = context.rng(f"bar {bar.index}")
            place = 0 if bar.index % 2 == 0 else place
            turned = _turned(order, rng) if rng.random() < self.params.variation / 100 else order
            turned = turned if bar.steps == 16 else [*turned, *turned[-2:0:-1]]
            laid = lay(mask, bar.feet)
            for step in range(round(bar.beats / style["step"])):
                beat = bar.start + step * style["step"]
                place = 0 if bar.steps != 16 and beat in bar.spans else place
                if laid[min(round((beat - bar.start) * 4), bar.steps - 1)] == ".":
                    continue
                chord = chord_at(context, beat).chord
                rungs = ladder(chord, low, high)
                if rungs:
                    pitch = rungs[turned[place % len(turned)] % len(rungs)]
                    length = style["step"] * self.params.gate / 100
                    rows.append((beat, length, pitch, _velocity(context, bar, beat, rng)))
                place += 1
        return notes(rows)


def _turned(order: list[int], rng: np.random.Generator) -> list[int]:
    """The order with two of its notes exchanged, or backwards."""
    if rng.random() < 0.3:
        return order[::-1]
    turned = list(order)
    one, other = rng.choice(len(turned), 2, replace=False)
    turned[one], turned[other] = turned[other], turned[one]
    return turned


def _velocity(context: PartContext, bar: Bar, beat: float, rng: np.random.Generator) -> float:
    accent = 0.14 * bar.strength(beat)
    return min(max(float(0.46 + 0.2 * context.section.energy + accent + rng.normal(0.0, 0.03)), 0.1), 1.0)
