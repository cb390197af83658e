"""How a hand's force becomes loudness and brightness, the same way in every instrument."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.music.notes import Articulation

Array = NDArray[np.float64]


def force(events: NDArray[np.void]) -> Array:
    """How hard against velocity 0.8, in doublings: -4 .. about 0.5. Accents count more, ghost notes less."""
    kind = events["articulation"]
    played = events["velocity"].astype(np.float64) * np.where(kind == Articulation.ACCENT, 1.15, 1.0)
    played *= np.where(kind == Articulation.GHOST, 0.6, 1.0)
    strength: Array = np.log2(np.maximum(played, 0.05) / 0.8)
    return strength


def loudness(events: NDArray[np.void], curve: float) -> Array:
    """Amplitude by velocity: 1 at 0.8, a power ``curve`` of it; 0 at 0."""
    silent = events["velocity"] <= 0.0
    amplitude: Array = np.where(silent, 0.0, 2.0 ** (curve * force(events)))
    return amplitude
