"""The contract of an effect: audio to audio, in blocks of any size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.component import Component
from songwright.interfaces.controls import Controls

Audio = NDArray[np.float32]  # planar stereo, shape (2, frames), C-contiguous


class Effect(Component):
    """Turns stereo audio into stereo audio.

    The host calls :meth:`prepare` once, then :meth:`process` block after block from frame zero.
    What comes out may not depend on where the blocks are cut, nor on anything outside the object.
    Silence in means silence out after the declared tail (generators aside). All state lives in
    the object and is put back exactly by :meth:`reset`.
    """

    def prepare(self, sample_rate: int) -> None:
        """Allocate state for ``sample_rate`` (Hz). Called once before the first block."""

    def reset(self) -> None:
        """Return to the state just after :meth:`prepare`."""

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Change ``audio`` (shape ``(2, frames)``) in place.

        ``sidechain`` has the same shape when the project routes one here, else it is None.
        """
        raise NotImplementedError

    @property
    def latency_frames(self) -> int:
        """Frames by which the output lags; constant after :meth:`prepare`. The host aligns it away."""
        return 0

    @property
    def tail_s(self) -> float:
        """Seconds until the output stays below -90 dBFS after the input has ended, at most."""
        return 0.0
