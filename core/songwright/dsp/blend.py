"""Shares of a dry and a wet sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def blend(audio: NDArray[np.float32], wet: NDArray[np.float32], share: NDArray[np.float32]) -> None:
    """Replace ``share`` (0..1, of shape ``(frames,)`` or ``(1,)``) of ``audio`` by ``wet``, of the same shape."""
    one = np.float32(1.0)
    for channel in range(audio.shape[0]):
        dry, other = audio[channel], wet[channel]
        if share.shape[0] == 1:
            much, rest = share[0], one - share[0]
            for i in range(dry.shape[0]):
                dry[i] = dry[i] * rest + other[i] * much
        else:
            for i in range(dry.shape[0]):
                dry[i] = dry[i] * (one - share[i]) + other[i] * share[i]
