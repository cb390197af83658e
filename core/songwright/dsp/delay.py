"""Delay lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Lag:
    """A fixed delay of whole frames, for aligning a dry path with a processed one."""

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self._held = np.zeros((2, frames), np.float32)

    def reset(self) -> None:
        """Forget what is in the line."""
        self._held[:] = 0.0

    def push(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take in a block of shape ``(2, frames)``; return as many delayed ones (``audio`` itself for no delay)."""
        if not self.frames:
            return audio
        joined = np.concatenate((self._held, audio), axis=1)
        self._held = joined[:, audio.shape[1] :].copy()
        return np.ascontiguousarray(joined[:, : audio.shape[1]])
