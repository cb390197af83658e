"""Knobs read at fixed instants of the song, for what is too dear to compute for every frame; and by tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import part


class ControlGrid:
    """Reads curves once every ``step`` frames, counted from frame zero of the song.

    A value holds for its whole segment, also when a block begins in the middle of it: so what is
    computed from it does not depend on where blocks are cut.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        self.reset()

    def reset(self) -> None:
        """Return to frame zero."""
        self.offset = 0  # frames of the present segment that lie before the next block
        self._held: NDArray[np.float64] | None = None

    def read(self, curves: Sequence[NDArray[np.float32]], moving: bool, frames: int) -> NDArray[np.float64]:
        """Values of the curves, each of shape ``(frames,)`` or ``(1,)``, over the next block of ``frames``.

        Returns:
            An array of shape ``(curves, segments)``; one segment if nothing is ``moving`` in the song. The
            first segment began :attr:`offset` (as it was before this call) frames before the block.
        """
        offset = self.offset
        self.offset = (offset + frames) % self.step
        if not moving:
            return np.array(curves, np.float64).reshape(len(curves), 1)
        first = -offset % self.step
        starts = np.arange(first, frames, self.step)
        values = np.empty((len(curves), starts.size + (1 if offset else 0)))
        for row, curve in zip(values, curves, strict=True):
            row[row.size - starts.size :] = curve[starts] if curve.shape[0] > 1 else curve[0]
        if offset and self._held is not None:
            values[:, 0] = self._held
        self._held = values[:, -1].copy()
        return values


@part
def take(curve: Any, start: int, out: Any) -> None:
    """Write frames ``start`` and after of a curve to ``out``, or its one value where it stands still."""
    if curve.shape[0] == 1:
        for i in range(out.shape[0]):
            out[i] = curve[0]
    else:
        piece = curve[start : start + out.shape[0]]
        for i in range(out.shape[0]):
            out[i] = piece[i]
