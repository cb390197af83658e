"""What is in a block: its peak, its energy.

Sums are taken in double precision and in a fixed order (a BLAS may use threads, and then has neither).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def peak(samples: NDArray[np.float32]) -> np.float32:
    """The greatest magnitude of ``(samples,)``; infinite or no number where not all of them are finite.

    Magnitudes of floats are in the order of their bits, and integers can be compared many at once.
    """
    bits, magnitude, top = samples.view(np.int32), np.int32(0x7FFFFFFF), np.int32(0)
    for i in range(bits.shape[0]):
        top = np.int32(max(top, bits[i] & magnitude))
    return np.int32(top).view(np.float32)


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
