"""Sums over blocks, in double precision and in a fixed order (a BLAS may use threads, and then has neither)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def subtract(audio: NDArray[np.float32], rest: NDArray[np.float64]) -> None:
    """Take ``audio`` away from ``rest``; both have shape ``(2, frames)``."""
    for channel in range(2):
        for i in range(audio.shape[1]):
            rest[channel, i] -= np.float64(audio[channel, i])


@kernel
def energy(audio: NDArray[np.float64]) -> float:
    """The sum of all squares of ``(2, frames)`` audio, in four interleaved sums a channel."""
    total = 0.0
    whole = audio.shape[1] - audio.shape[1] % 4
    for channel in range(2):
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for i in range(0, whole, 4):
            a += audio[channel, i] * audio[channel, i]
            b += audio[channel, i + 1] * audio[channel, i + 1]
            c += audio[channel, i + 2] * audio[channel, i + 2]
            d += audio[channel, i + 3] * audio[channel, i + 3]
        for i in range(whole, audio.shape[1]):
            a += audio[channel, i] * audio[channel, i]
        total += (a + b) + (c + d)
    return total
