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


@kernel
def pack_16(audio: NDArray[np.float32], first: int, out: NDArray[np.int16]) -> int:
    """Round planar ``(2, frames)`` audio to dithered 16 bit; write ``(frames, 2)`` samples.

    Full scale is 2**15 steps; what lies beyond is clipped. Returns how many samples were. ``first`` is the frame's
    number in its stream: the dither is a hash of each sample's number (lowbias32, Wellons 2018), whose two
    halves, one less the other, are triangular noise of ±1 step.
    """
    low_32 = np.uint64(0xFFFFFFFF)
    clipped = 0
    for i in range(audio.shape[1]):
        for channel in range(2):
            noise = np.uint64(2 * (first + i) + channel + 1) & low_32
            noise = ((noise ^ (noise >> np.uint64(16))) * np.uint64(0x21F0AAAD)) & low_32
            noise = ((noise ^ (noise >> np.uint64(15))) * np.uint64(0xD35A2D97)) & low_32
            noise = noise ^ (noise >> np.uint64(15))
            dither = (np.float64(noise & np.uint64(0xFFFF)) - np.float64(noise >> np.uint64(16))) / 65536.0
            rounded = np.rint(np.float64(audio[channel, i]) * 32768.0 + dither)
            legal = min(max(rounded, -32768.0), 32767.0)
            if legal != rounded:
                clipped += 1
            out[i, channel] = np.int16(legal)
    return clipped
