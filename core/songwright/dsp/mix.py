"""Mixing: one block onto another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def add(audio: NDArray[np.float32], gain: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Add ``audio`` to ``out``, both ``(2, frames)``, at a gain of one value or one a frame."""
    for channel in range(2):
        here, sum_ = audio[channel], out[channel]
        if gain.shape[0] == 1:
            still = gain[0]
            for i in range(sum_.shape[0]):
                sum_[i] += still * here[i]
        else:
            for i in range(sum_.shape[0]):
                sum_[i] += gain[i] * here[i]
