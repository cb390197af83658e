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
    tile = 256
    words = np.empty((2, tile), np.int32)
    clipped = 0
    for start in range(0, audio.shape[1], tile):
        length = min(tile, audio.shape[1] - start)
        for channel in range(2):
            here = audio[channel, start : start + length]
            row = words[channel, :length]
            for i in range(length):
                scaled = np.rint(here[i] * np.float32(8388608.0))  # exact: a power of two, and then a whole number
                legal = min(max(scaled, np.float32(-8388608.0)), np.float32(8388607.0))
                clipped += legal != scaled
                row[i] = np.int32(legal)
        packed = out[6 * start : 6 * (start + length)]
        left, right = words[0, :length], words[1, :length]
        for i in range(length):
            packed[6 * i] = left[i] & 255
            packed[6 * i + 1] = (left[i] >> 8) & 255
            packed[6 * i + 2] = (left[i] >> 16) & 255
            packed[6 * i + 3] = right[i] & 255
            packed[6 * i + 4] = (right[i] >> 8) & 255
            packed[6 * i + 5] = (right[i] >> 16) & 255
    return clipped


@kernel
def pack_16(audio: NDArray[np.float32], first: int, out: NDArray[np.int32]) -> int:
    """Round planar ``(2, frames)`` audio to dithered 16 bit; write a word for each frame, left in its lower half.

    Full scale is 2**15 steps; what lies beyond is clipped. Returns how many samples were. ``first`` is the frame's
    number in its stream: the dither is a hash of each sample's number (lowbias32, Wellons 2018), whose two
    halves, one less the other, are triangular noise of ±1 step.
    """
    tile = 256
    noise = np.empty(tile, np.uint32)  # an array keeps the hash to 32 bits, and so to twice as many side by side
    words = np.empty((2, tile), np.int32)
    clipped = 0
    for start in range(0, audio.shape[1], tile):
        length = min(tile, audio.shape[1] - start)
        for channel in range(2):
            here, row = audio[channel, start : start + length], words[channel, :length]
            number = 2 * (first + start) + channel + 1
            for i in range(length):
                noise[i] = number + 2 * i
            for i in range(length):
                noise[i] = (noise[i] ^ (noise[i] >> 16)) * 0x21F0AAAD
            for i in range(length):
                noise[i] = (noise[i] ^ (noise[i] >> 15)) * 0xD35A2D97
            for i in range(length):
                hashed = noise[i] ^ (noise[i] >> 15)
                dither = np.float32(np.int32(hashed & 0xFFFF) - np.int32(hashed >> 16)) * np.float32(1.0 / 65536.0)
                scaled = here[i] * np.float32(32768.0)
                below = np.floor(scaled)  # beside a fraction, single precision has room for all of the dither
                rounded = below + np.rint((scaled - below) + dither)
                legal = min(max(rounded, np.float32(-32768.0)), np.float32(32767.0))
                clipped += legal != rounded
                row[i] = np.int32(legal)
        left, right, packed = words[0, :length], words[1, :length], out[start : start + length]
        for i in range(length):
            packed[i] = (left[i] & 0xFFFF) | (right[i] << 16)
    return clipped
