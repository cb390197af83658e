"""Audio that is put aside on disk between two passes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Stereo float audio in a file of its own, written once and read back as often as it takes."""

    channels = 2

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w+b")
        self.end_frame = 0

    def write(self, audio: NDArray[np.float32]) -> None:
        """Append a block, shape ``(2, frames)``."""
        self._file.write(np.ascontiguousarray(audio.T).data.cast("B"))
        self.end_frame += audio.shape[1]

    def clear(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()
        self.end_frame = 0

    def rewind(self) -> None:
        """Go back to the first frame; from now on it is read."""
        self._file.seek(0)

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames, shape ``(2, frames)``; silence after the end."""
        data = np.frombuffer(self._file.read(8 * frames), np.float32).reshape(-1, 2)
        out = np.zeros((2, frames), np.float32)
        out[:, : len(data)] = data.T
        return out

    def close(self) -> None:
        """Take the file away."""
        self._file.close()
        self._path.unlink(missing_ok=True)
