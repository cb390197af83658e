"""Chance for notes: numbers that depend on a note's seed and on nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def uniform(seed: NDArray[np.uint32], stream: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """One number in 0..1 for each seed; another ``stream`` gives unrelated numbers.

    SplitMix64's finaliser (Steele, Lea & Flood, OOPSLA 2014).

    >>> uniform(np.array([7, 7, 8], np.uint32), 0).round(3).tolist()
    [0.39, 0.39, 0.619]
    """
    z = seed.astype(np.uint64) + np.atleast_1d(stream + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    share: NDArray[np.float64] = (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return share


def spread(seed: NDArray[np.uint32], stream: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """The same in -1..1."""
    return 2.0 * uniform(seed, stream) - 1.0
