"""Fills, builds, stops and crashes: how a drummer takes the band from one section to the next."""

from __future__ import annotations

import numpy as np

from songwright.interfaces.pattern import PartContext
from songwright_genres.bar import Bar
from songwright_genres.drum import Hits, read_row
from songwright_genres.foot import Feet, lay, stretch
from songwright_genres.table import table

_LETTERS = {
    "s": (("snare", 0.66),),
    "S": (("snare", 0.9),),
    "o": (("snare", 0.3),),
    "h": (("tom_hi", 0.72),),
    "m": (("tom_mid", 0.74),),
    "l": (("tom_lo", 0.78),),
    "k": (("kick", 0.8),),
    "f": (("snare", 0.85), ("tom_lo", 0.8)),
    "O": (("open", 0.7),),
}
_GROWTH = 6 / 127  # velocity a beat, median of 647 fills


def beats_to_fill(context: PartContext, bar: Bar, rng: np.random.Generator) -> int:
    """How many feet of the bar a fill takes: 0, 1, 2 or 4. Bigger before what is bigger."""
    section, following = context.section, context.following
    if section.fill == "none":
        return 0
    if bar.left == 0:
        lift = (following.energy if following else 0.0) - section.energy
        if following is None:
            return 0
        if lift > 0.12:
            return int(rng.choice([2, 4, 4]))
        return int(rng.choice([1, 2] if section.energy < 0.5 else [2, 2, 4, 1]))
    if section.fill == "last" or not bar.closes_four:
        return 0
    if bar.index % 8 == 7:
        return int(rng.choice([1, 2, 2]))
    return int(rng.choice([0, 1, 1, 2])) if rng.random() < 0.35 + 0.5 * section.energy else 0


def fill(hits: Hits, bar: Bar, beats: int, soft: bool, rng: np.random.Generator, last: int) -> tuple[Hits, int]:
    """The bar with its last ``beats`` feet filled, and which fill it was (``last`` is not chosen again)."""
    filling = bar.feet[-beats:]
    if not filling:
        return hits, last
    first = filling[0].start
    rows = table("pop", "drums")["fills"][beats]
    choice = int(rng.integers(len(rows)))
    if choice == last:
        choice = (choice + 1) % len(rows)
    filled = {
        place: hit for place, hit in hits.items() if place[0] < first or (place[1] == "kick" and place[0] == first)
    }
    for offset, letter in enumerate(_ends(rows[choice], filling)):
        for voice, velocity in _LETTERS.get(letter, ()):
            grown = velocity + _GROWTH * (offset / 4 - beats / 2)
            filled[first + offset, voice] = min(max(float(grown * (0.6 if soft else 1.0)), 0.12), 1.0)
    if beats >= 2:  # the foot keeps time under the hands
        for foot in filling:
            filled.setdefault((foot.start, "kick"), 0.62)
    return filled, choice


def _ends(row: str, filling: Feet) -> str:
    """The row's last beats, one a foot."""
    beats = [row[place : place + 4] for place in range(0, len(row), 4)][-len(filling) :]
    return "".join(stretch(beat, foot.steps) for beat, foot in zip(beats, filling, strict=True))


def stop(bar: Bar, rng: np.random.Generator) -> Hits:
    """A bar that is cut off: the hole makes what follows louder."""
    rows = table("pop", "drums")["stops"]
    row = rows[int(rng.integers(len(rows)))]
    return read_row("kick", lay(row, bar.feet)) | {(0, "crash"): 0.7}


def build(bar: Bar, bars: int, choice: int) -> Hits:
    """One of the section's last ``bars`` bars, which build up: the same drum, closer and closer, louder and louder."""
    rows = table("pop", "drums")["builds"]
    place = bars - 1 - bar.left
    chosen = rows[choice % len(rows)]
    hits: Hits = {}
    for voice, texts in chosen.items():
        text = texts[-1] if place == bars - 1 else texts[0]
        for (step, drum), velocity in read_row(voice, lay(text, bar.feet)).items():
            grown = 0.5 + 0.5 * (place + step / bar.steps) / bars
            hits[step, drum] = velocity * grown if voice != "kick" else velocity
    return hits


def crash(hits: Hits, strength: float, which: str) -> Hits:
    """The bar with a crash on its first beat, on top of the kick, instead of the hat or ride."""
    kept = {place: hit for place, hit in hits.items() if place not in ((0, "hat"), (0, "ride"), (0, "open"))}
    return kept | {(0, which): strength, (0, "kick"): max(kept.get((0, "kick"), 0.0), 0.85)}
