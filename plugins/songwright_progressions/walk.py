"""A walk through a table of chord moves that knows where it begins and where it must arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from songwright_progressions.table import Moves

_RARE = 1e-6  # weight of what a table does not hold: possible when nothing else is


def walk(
    moves: Moves,
    count: int,
    rng: np.random.Generator,
    first: Mapping[str, float],
    last: Mapping[str, float],
) -> list[str]:
    """``count`` chords drawn from the moves, given how the phrase may begin and end.

    The walk is drawn from the exact distribution of the chain *conditioned* on its ends (messages
    run backwards from ``last``, then the chords are drawn forwards), so that a cadence is prepared
    and not glued on. No chord follows itself.

    Args:
        moves: chord → {next: weight}; its keys are all the chords there are.
        count: how many chords, at least 1.
        rng: the only chance.
        first: weights of the first chord. What is not named is next to impossible.
        last: weights of the last chord, likewise.
    """
    chords = list(moves)
    step = np.array([[float(moves[a].get(b, 0.0)) for b in chords] for a in chords])
    step = step / step.sum(axis=1, keepdims=True) + _RARE
    np.fill_diagonal(step, 0.0)
    ahead = [_weights(chords, last)]
    for _ in range(count - 1):
        ahead.insert(0, step @ ahead[0])
    at = _draw(_weights(chords, first) * ahead[0], rng)
    path = [at]
    for index in range(1, count):
        path.append(_draw(step[path[-1]] * ahead[index], rng))
    return [chords[place] for place in path]


def choose(options: Mapping[str, float], rng: np.random.Generator) -> str:
    """One key of ``options``, by weight."""
    names = list(options)
    return names[_draw(np.array([float(options[name]) for name in names]), rng)]


def _weights(chords: Sequence[str], wanted: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([float(wanted.get(chord, 0.0)) + _RARE for chord in chords])


def _draw(weights: NDArray[np.float64], rng: np.random.Generator) -> int:
    total = np.cumsum(weights)
    return min(int(np.searchsorted(total, rng.random() * total[-1], side="right")), len(weights) - 1)
