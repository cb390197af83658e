"""Which notes a melody sings: a line drawn exactly from what melodies do, under what this place asks.

The line is a Markov chain of the second order over semitones. Its moves are the measured intervals of sung pop
with leaps that recover; each note's place asks for more (a chord tone on a strong beat, a height on the
phrase's contour, the motif's note, a degree to end on). Messages run forwards through all of it and the line
is drawn backwards (forward filtering, backward sampling), so that the end shapes the whole phrase.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from songwright_genres.table import table

Weights = NDArray[np.float64]
FORBIDDEN = -60.0  # log weight of a note that may not be sung
_LEAP = 5  # semitones from which a move is a leap
_RECOVER, _RUN_ON = 0.4, -0.9  # after a leap: back by a step or third; on in the same direction


def draw(asked: Weights, rng: np.random.Generator, before: int | None = None) -> list[int]:
    """Draw a line.

    Args:
        asked: log weights of each note and semitone, shape ``(notes, semitones)``.
        rng: the only chance; one draw a note.
        before: semitone that was sung before the first note, when the line goes on from it.

    Returns:
        A semitone for each note, counted from the lowest.
    """
    notes, size = asked.shape
    moves, recovery = _moves(size)
    first = asked[0] + (0.4 * moves[before] if before is not None else 0.0)
    if notes == 1:
        return [_pick(first, rng)]
    messages = [first[:, None] + moves + asked[1][None, :]]
    for place in range(2, notes):
        joined = messages[-1][:, :, None] + recovery
        top = joined.max(axis=0)
        summed = top + np.log(np.exp(joined - top).sum(axis=0))
        messages.append(summed + moves + asked[place][None, :])
    pair = _pick(messages[-1].ravel(), rng)
    line = [pair // size, pair % size]
    for message in reversed(messages[:-1]):
        line.insert(0, _pick(message[:, line[0]] + recovery[:, line[0], line[1]], rng))
    return line


@functools.cache
def _moves(size: int) -> tuple[Weights, Weights]:
    """Log weights of moves ``(from, to)``, and of a move after a move ``(from, over, to)``."""
    shares: Mapping[int, float] = table("pop", "melody")["intervals"]
    pitch = np.arange(size)
    jump = pitch[None, :] - pitch[:, None]
    known = np.array([float(shares.get(semitones, 0.05)) for semitones in range(-size, size + 1)])
    corrections: Mapping[int, float] = table("pop", "melody")["corrections"]
    limits = sorted(corrections)
    place = np.searchsorted(limits, np.abs(jump)).clip(0, len(limits) - 1)
    moves = np.log(known[jump + size] / 1000.0) + np.array([corrections[limit] for limit in limits])[place]
    one, two = jump[:, :, None], jump[None, :, :]
    leapt = np.abs(one) >= _LEAP
    back = (np.sign(one) == -np.sign(two)) & (np.abs(two) <= 4)
    onward = (np.sign(one) == np.sign(two)) & (np.abs(two) > 2)
    recovery = np.where(leapt & back, _RECOVER, 0.0) + np.where(leapt & onward, _RUN_ON, 0.0)
    skipping = ~leapt & (np.abs(one) >= 3) & onward
    return moves, np.asarray(recovery + np.where(skipping, -0.7, 0.0), np.float64)


def _pick(logs: Weights, rng: np.random.Generator) -> int:
    weights = np.cumsum(np.exp(logs - logs.max()))
    return min(int(np.searchsorted(weights, rng.random() * weights[-1], side="right")), len(weights) - 1)


def contour(kind: int, places: Weights) -> Weights:
    """Height from -1 to 1 at each place (0..1) of a phrase of this contour."""
    heights = table("pop", "melody")["contours"][kind]["heights"]
    return np.asarray(np.interp(places, [0.0, 0.5, 1.0], heights), np.float64)
