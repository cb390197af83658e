"""How a component reads its automatable parameters while it renders."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Controls(Protocol):
    """Values of the automatable knobs over the block being rendered, by *Python* field name.

    The host has already applied automation (sample-accurate ramps) and turned musical lengths into
    the knob's unit with the tempo map. A knob that is not automatable can be read here as well.
    """

    def value(self, name: str) -> float:
        """The value at the block's first frame."""

    def moving(self, name: str) -> bool:
        """Whether the value changes anywhere in the *song* (not: in this block)."""

    def curve(self, name: str) -> NDArray[np.float32]:
        """The value at each frame: shape ``(frames,)`` when it moves in the song, else ``(1,)``.

        A kernel indexes it as ``curve[i * step]`` with ``step = 0 if curve.shape[0] == 1 else 1``:
        one specialisation serves both.
        """
