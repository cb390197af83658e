"""Float samples to whole steps, packed as files hold them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def pack_24(audio: NDArray[np.float32], out: NDArray[np.uint8]) -> int:
    """Round planar ``(2, frames)`` audio to 24 bit; write ``frames * 6`` little-endian bytes, interleaved.

    Full scale is 2**23 steps; what lies beyond is clipped. Returns how many samples were.
    """
    clipped = 0
    for i in range(audio.shape[1]):
        for channel in range(2):
            scaled = np.rint(np.float64(audio[channel, i]) * 8388608.0)
            legal = min(max(scaled, -8388608.0), 8388607.0)
            if legal != scaled:
                clipped += 1
            word = np.int32(legal)
            at = 6 * i + 3 * channel
            out[at] = word & 255
            out[at + 1] = (word >> 8) & 255
            out[at + 2] = (word >> 16) & 255
    return clipped
