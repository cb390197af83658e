"""Writes the chords of pop sections: loops and walks in phrases, with cadences where the form wants them.

What it draws from is in ``harmony.yaml`` and in ``songwright_progressions/pop_moves.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from songwright_genres.pop.kind import kind
from songwright_genres.table import table
from songwright_progressions.table import pop_moves
from songwright_progressions.walk import choose, walk

Bars = list[list[str]]  # chords of each bar; "." goes on with the chord before

_PHRASE = 4  # bars
#: A bar's changes → tokens: "x" a new chord, "." the one before.
_TOKENS = {"1": "x", "13": "x x", "14": "x . . x", "12": "x x . .", "134": "x . x x"}


def kin(use: str) -> str:
    """The material whose chords ``use`` plays: an intro plays the verse's."""
    return str(_tables()["kin"].get(kind(use), use))


def write(use: str, bars: int, minor: bool, rng: np.random.Generator) -> str:
    """Chords for ``bars`` bars of the material ``use``, in Roman numerals.

    Material with kin (an intro) is cut from a whole section of the kind it copies, so that the same
    chance gives the same chords; an outro comes home in its last bar.
    """
    source = kin(use)
    written = _section(source, bars if source == use else max(bars, 2 * _PHRASE), minor, rng)[:bars]
    if kind(use) == "outro":
        written[-1] = ["i" if minor else "I"]
    return "| " + " | ".join(" ".join(bar) for bar in _dressed(written, rng)) + " |"


def _section(use: str, bars: int, minor: bool, rng: np.random.Generator) -> Bars:
    style = _tables()["sections"].get(kind(use), _tables()["sections"]["verse"])
    looped = rng.random() < style["loops"]
    theme = _loop(minor, rng) if looped else _phrase(style["first"], style["last"], minor, rng)
    answer = _phrase(style["first"], style["last"], minor, rng)
    turned = theme[: _PHRASE // 2] + answer[_PHRASE // 2 :]
    phrases = {"a": theme, "t": turned, "b": answer, "c": _phrase("away", "half", minor, rng)}
    plan = _plan(-(-bars // _PHRASE), looped, rng)
    return [list(bar) for letter in plan for bar in phrases[letter]][:bars]


def _plan(phrases: int, looped: bool, rng: np.random.Generator) -> str:
    plans = _tables()["plans"]["looped" if looped else "written"]
    text = ""
    while len(text) < phrases:
        text += choose(plans["four" if phrases - len(text) >= 4 else "two"], rng)
    return text[:phrases]


def _loop(minor: bool, rng: np.random.Generator) -> Bars:
    one, two, three, four = choose(_by_mode("loops", minor), rng).split()
    pace = choose(_tables()["paces"], rng)
    if pace == "half":
        return [[one, two], [three, four], [one, two], [three, four]]
    if pace == "push":
        return [[one], [two], [three], [three, four]]
    return [[one], [two], [three], [four]]


def _phrase(first: str, last: str, minor: bool, rng: np.random.Generator) -> Bars:
    """Four bars that walk from one of the ``first`` chords to one of the ``last``."""
    words = choose(_tables()["rhythms"], rng).split()
    count = sum(_TOKENS.get(word, "").count("x") for word in words)
    edges = _tables()["edges"]
    mode = "minor" if minor else "major"
    chords = iter(walk(pop_moves(minor), count, rng, edges[first][mode], edges[last][mode]))
    phrase: Bars = []
    held = ""
    for word in words:
        if word == "-":
            phrase.append([held])  # named again, so that the bar can stand anywhere
            continue
        phrase.append([next(chords) if token == "x" else "." for token in _TOKENS[word].split()])
        held = next(chord for chord in reversed(phrase[-1]) if chord != ".")
    return phrase


def _dressed(bars: Bars, rng: np.random.Generator) -> Bars:
    """A third of the sections get sevenths or added notes; a passing bass may join I and IV, I and vi."""
    dressings = _tables()["dressings"]
    dressing = dressings[int(rng.integers(len(dressings)))] if rng.random() < 0.35 else {}
    passing = rng.random() < 0.3
    names: Mapping[str, str] = {**dressing, **_tables()["secondary"]}
    out: Bars = []
    for place, bar in enumerate(bars):
        following = bars[place + 1][0] if place + 1 < len(bars) else ""
        if passing and bar == ["V"] and following == "vi":
            out.append(["V/7"])
        elif passing and bar == ["I"] and following == "IV":
            out.append(["I", "I/3"])
        else:
            out.append([names.get(chord, chord) for chord in bar])
    return out


def _by_mode(name: str, minor: bool) -> Mapping[str, float]:
    weights: Mapping[str, float] = _tables()[name]["minor" if minor else "major"]
    return weights


def _tables() -> Any:
    return table("pop", "harmony")
