"""Levels, gain computers and their ballistics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def decibels_to_gain(decibels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear gain of each value in dB."""
    return np.asarray(10.0 ** (decibels.astype(np.float64) / 20.0), np.float32)


def one_pole_share(time_ms: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The share of the remaining way that a one-pole smoother goes in a frame, from its time constant.

    After ``time_ms`` it has gone 1 - 1/e (63 %) of the way.
    """
    return np.asarray(-np.expm1(-1000.0 / (time_ms.astype(np.float64) * sample_rate)), np.float32)
