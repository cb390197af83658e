"""Level and place: decibels to factors, and the two laws of panning.

A mono source is *panned* with equal power: -3 dB on both sides in the middle, 0 dB on one and silence on the
other at the ends (left = cos θ, right = sin θ, θ from 0 to π/2). A stereo source is *balanced*: nothing
changes in the middle, and towards one side the other is turned down by the same law,
min(1, √2 cos θ) and min(1, √2 sin θ). At -90 dB a fader is shut: exactly nothing passes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.graph.curve import Curve, Motion
from songwright.graph.nodes import Fader

#: A fader at its lowest mark passes nothing.
SHUT_DB = -90.0


def factor(level_db: Motion, start: int, frames: int) -> NDArray[np.float32]:
    """A level in dB as a factor: shape ``(frames,)`` from frame ``start`` on, or ``(1,)`` where it rests."""
    decibels = _values(level_db, start, frames)
    return np.where(decibels <= SHUT_DB, 0.0, np.exp(decibels * (np.log(10.0) / 20.0))).astype(np.float32)


def sides(pan_percent: Motion, mono: bool, start: int, frames: int) -> NDArray[np.float32]:
    """The factors of left and right: shape ``(2, frames)``, or ``(2, 1)`` where the pan rests."""
    angle = (_values(pan_percent, start, frames) + 100.0) * (np.pi / 400.0)
    law = np.stack((np.cos(angle), np.sin(angle)))
    law[np.abs(law) < 1e-9] = 0.0  # cos(π/2) is not quite zero in floating point; the far side is
    return (law if mono else np.minimum(1.0, np.sqrt(2.0) * law)).astype(np.float32)


def _values(motion: Motion, start: int, frames: int) -> NDArray[np.float64]:
    if not isinstance(motion, Curve):
        return np.array([motion], np.float64)
    return motion.at(start, 1 if motion.rests(start, frames) else frames).astype(np.float64)


class FaderGain:
    """A fader's factors over time; what stands still is worked out once."""

    def __init__(self, fader: Fader) -> None:
        self._fader = fader
        moves = isinstance(fader.gain_db, Curve) or isinstance(fader.pan_percent, Curve)
        self._still = None if moves else self._factors(0, 1)

    def at(self, start: int, frames: int) -> NDArray[np.float32]:
        """Factors to multiply ``(2, frames)`` audio with: shape ``(2, 1)`` or ``(2, frames)``."""
        return self._factors(start, frames) if self._still is None else self._still

    def _factors(self, start: int, frames: int) -> NDArray[np.float32]:
        gain = factor(self._fader.gain_db, start, frames)
        return gain * sides(self._fader.pan_percent, self._fader.mono, start, frames)
