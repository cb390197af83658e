"""Audio that is put aside on disk between two passes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Stereo float audio in nameless files, one a side, in a folder. Written once, read as often as it takes."""

    channels = 2

    def __init__(self, folder: Path) -> None:
        self._sides = [tempfile.TemporaryFile(dir=folder) for _ in range(2)]  # noqa: SIM115 - open until closed
        self.end_frame = 0

    def write(self, audio: NDArray[np.float32]) -> None:
        """Append a block, C-contiguous of shape ``(2, frames)``."""
        for side, row in zip(self._sides, audio, strict=True):
            side.write(row.data)
        self.end_frame += audio.shape[1]

    def clear(self) -> None:
        """Forget what was written."""
        self.rewind()
        for side in self._sides:
            side.truncate()
        self.end_frame = 0

    def rewind(self) -> None:
        """Go back to the first frame; from now on it is read."""
        for side in self._sides:
            side.seek(0)

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames, shape ``(2, frames)``; silence after the end."""
        out = np.empty((2, frames), np.float32)
        for side, row in zip(self._sides, out, strict=True):
            row[side.readinto(row.data) // row.itemsize :] = 0.0
        return out

    def close(self) -> None:
        """Take the files away."""
        for side in self._sides:
            side.close()
