"""Which groove a pop drummer settles on, and how each of its bars differs from the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songwright.interfaces.pattern import PartContext
from songwright_genres.bar import Bar
from songwright_genres.drum import Hits, read_row
from songwright_genres.foot import Feet, in_four, lay
from songwright_genres.pop import style
from songwright_genres.pop.kind import kind
from songwright_genres.table import table
from songwright_progressions.walk import choose


@dataclass(frozen=True)
class Groove:
    """One groove as chosen for a section: rows of a bar by voice."""

    name: str
    kicks: tuple[str, ...]  # the theme, then the answer
    rows: Mapping[str, str]

    def bar(self, bar: Bar) -> Hits:
        """The plain bar: theme and answer take turns."""
        hits = read_row("kick", lay(self.kicks[bar.index % len(self.kicks)], bar.feet, bar.index))
        for voice, row in self.rows.items():
            hits |= read_row(voice, lay(row, bar.feet, bar.index))
        if "open" in self.rows:  # a hat cannot be open and closed at once
            hits = {place: hit for place, hit in hits.items() if place[1] != "hat" or (place[0], "open") not in hits}
        return hits


def settle(context: PartContext, feet: Feet) -> Groove:
    """Choose the section's groove for bars of these feet, and its rows. A bridge looks for something else."""
    known = table("pop", "drums")["grooves" if in_four(feet) else "spans"]
    grooves = {name: row for name, row in known.items() if row.get("feet", 0) <= len(feet)}
    name = style.settle(context, grooves, 1.5 if kind(context.section.use) == "bridge" else 0.5)
    rng = context.rng(f"rows of {name}", "material")
    row = grooves[name]
    kicks = row["kick"]
    theme = int(rng.integers(min(3, len(kicks))))
    answer = (theme + int(rng.integers(1, len(kicks)))) % len(kicks)
    voices = {voice: rows[int(rng.integers(len(rows)))] for voice, rows in row.items() if voice not in _NOT_ROWS}
    return Groove(name, (kicks[theme], kicks[answer]), {voice: text for voice, text in voices.items() if text})


_NOT_ROWS = frozenset({"energy", "moods", "kick", "feet"})


def vary(hits: Hits, bar: Bar, amount: float, ghosts: float, rng: np.random.Generator) -> Hits:
    """A bar with a player's small liberties: a kick more or less, ghost notes, a hat that opens.

    ``amount`` and ``ghosts`` are chances 0..1.
    """
    varied = dict(hits)
    snares = {step for step, voice in varied if voice in ("snare", "rim")}
    if rng.random() < amount:
        for step in bar.places(int(choose(table("pop", "drums")["spare_kicks"], rng))):
            if (step, "kick") in varied and varied[step, "kick"] < 0.8:
                del varied[step, "kick"]
            elif (step, "kick") not in varied and step not in snares:
                varied[step, "kick"] = 0.62
    for usual, weight in table("pop", "drums")["ghosts"].items():
        for step in bar.places(int(usual)):
            if step not in snares and rng.random() < ghosts * weight / 6:
                varied.setdefault((step, "snare"), 0.2 + 0.1 * rng.random())
    if rng.random() < 0.5 * amount and (bar.steps - 2, "hat") in varied:
        del varied[bar.steps - 2, "hat"]
        varied.pop((bar.steps - 1, "hat"), None)
        varied[bar.steps - 2, "open"] = 0.6
    if rng.random() < 0.4 * amount:
        _skip(varied, bar, rng)
    return varied


def _skip(hits: Hits, bar: Bar, rng: np.random.Generator) -> None:
    """Leave out one weak stroke of the pulse, or double it."""
    weak = sorted(place for place, velocity in hits.items() if place[1] in ("hat", "ride", "shaker") and velocity < 0.6)
    if not weak:
        return
    step, voice = weak[int(rng.integers(len(weak)))]
    if rng.random() < 0.5:
        del hits[step, voice]
    elif step + 1 < bar.steps or bar.steps == 16:  # a bar of sixteen may double the next downbeat, as it always has
        hits.setdefault((step + 1, voice), 0.3)


def shape(hits: Hits) -> Sequence[tuple[int, str]]:
    """What makes two bars the same bar: which drum on which sixteenth."""
    return tuple(sorted(hits))
