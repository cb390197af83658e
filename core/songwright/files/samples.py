"""Audio as a file holds it: float frames to interleaved little-endian samples.

16 bit is dithered with triangular noise of ±1 step (Lipshitz, Wannamaker & Vanderkooy 1992): what rounding
would turn into distortion becomes a steady hiss at -96 dBFS. The noise is keyed by each sample's place, so the same
audio gives the same bytes. At 24 bit rounding errors lie below -144 dBFS, and nothing is added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.quantize import pack_16, pack_24

Samples = NDArray[np.int16] | NDArray[np.uint8] | NDArray[np.float32]


class Depth(StrEnum):
    """How a sample is stored."""

    INT16 = "16"
    INT24 = "24"
    FLOAT32 = "32f"

    @property
    def bytes(self) -> int:
        """Bytes a sample."""
        return {Depth.INT16: 2, Depth.INT24: 3, Depth.FLOAT32: 4}[self]


class Quantizer:
    """Turns a stream of float audio into samples of one depth, and hashes them.

    Full scale is 2**15 and 2**23 steps, as readers take it. What lies beyond is clipped; ``clipped`` counts it.
    """

    def __init__(self, depth: Depth) -> None:
        self.depth = depth
        self.clipped = 0
        self._frames = 0  # dithered so far
        self._hash = hashlib.sha256()
        self._memory = np.empty(0, np.uint8)  # used again for each block: fresh memory costs more than it looks

    def take(self, audio: NDArray[np.float32]) -> Samples:
        """The next block, C-contiguous of shape ``(2, frames)``, as interleaved samples.

        Shape ``(frames, 2)``; at 24 bit ``(frames, 2, 3)`` bytes, lowest first. Good until the next call.
        """
        size = 2 * self.depth.bytes * audio.shape[1]
        if self._memory.size != size:
            self._memory = np.empty(size, np.uint8)
        samples = self._packed(audio)
        self._hash.update(samples.data)
        return samples

    @property
    def sha256(self) -> str:
        """Hash of all samples so far, as they lie in a WAV file: interleaved, little-endian, 24 bit in 3 bytes."""
        return self._hash.hexdigest()

    def _packed(self, audio: NDArray[np.float32]) -> Samples:
        if self.depth is Depth.FLOAT32:
            floats = self._memory.view(np.float32).reshape(-1, 2)
            floats[:, 0], floats[:, 1] = audio
            return floats
        if self.depth is Depth.INT24:
            self.clipped += int(pack_24(audio, self._memory))
            return self._memory.reshape(-1, 2, 3)
        self.clipped += int(pack_16(audio, self._frames, self._memory.view(np.int32)))
        self._frames += audio.shape[1]
        return self._memory.view(np.int16).reshape(-1, 2)


class Chunks:
    """Cuts a stream of samples at the same places whatever blocks it comes in.

    What encoders write depends on how much they are handed at once; libsndfile's for Vorbis even overflows
    its stack when it is much. ``rest`` is what fills no chunk yet.
    """

    _FRAMES = 8192

    def __init__(self) -> None:
        self.rest: NDArray[Any] = np.empty((0, 2))

    def of(self, samples: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """The whole chunks that ``samples`` complete."""
        waiting = np.concatenate((self.rest, samples)) if len(self.rest) else samples
        whole = len(waiting) - len(waiting) % self._FRAMES
        for start in range(0, whole, self._FRAMES):
            yield waiting[start : start + self._FRAMES]
        self.rest = waiting[whole:].copy()


def left_aligned(samples: NDArray[np.uint8]) -> NDArray[np.int32]:
    """24-bit samples in the upper three bytes of 32-bit words, as audio libraries like them."""
    words = np.zeros((*samples.shape[:2], 4), np.uint8)
    words[..., 1:] = samples
    return words.view(np.int32)[..., 0]
