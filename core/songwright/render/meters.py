"""What is measured while audio streams by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.energy import energy, subtract
from songwright.dsp.loudness import LoudnessMeter

#: What is reported for silence, and where the null residual ends: nothing is quieter than this.
FLOOR_DB = -200.0


@dataclass(frozen=True)
class Levels:
    """How loud something is. Silence is at :data:`FLOOR_DB`."""

    peak_dbfs: float
    lufs_integrated: float
    lra: float = 0.0


class LevelMeter:
    """Peak and loudness of a stream."""

    def __init__(self, sample_rate: int) -> None:
        self._loudness = LoudnessMeter(sample_rate)

    def take(self, audio: NDArray[np.float32]) -> None:
        """Hear a block, C-contiguous of shape ``(2, frames)``."""
        self._loudness.add(audio)

    def levels(self) -> Levels:
        """What was heard so far."""
        loudness = self._loudness
        return Levels(decibels(loudness.peak), max(FLOOR_DB, loudness.integrated()), loudness.lra())

    def limited_lufs(self, gain_db: float, ceiling_db: float) -> float:
        """About how loud what was heard would be after a gain and a limiter."""
        return max(FLOOR_DB, self._loudness.limited(gain_db, ceiling_db))


class NullMeter:
    """How far stems are from adding up to the mix: energy of the difference over energy of the mix."""

    def __init__(self) -> None:
        self._mix = self._rest = 0.0

    def take(self, ports: Sequence[NDArray[np.float32]]) -> None:
        """Hear a block of the mix and, after it, of every stem."""
        mix, *stems = ports
        rest = mix.astype(np.float64)
        self._mix += energy(rest)
        for stem in stems:
            subtract(stem, rest)
        self._rest += energy(rest)

    @property
    def residual_db(self) -> float:
        """The residual in dB, at least :data:`FLOOR_DB`; a silent mix has none."""
        if not self._rest or not self._mix:
            return FLOOR_DB if not self._rest else 0.0
        return max(FLOOR_DB, 10.0 * math.log10(self._rest / self._mix))


def decibels(amplitude: float) -> float:
    """An amplitude in dB, at least :data:`FLOOR_DB`."""
    return max(FLOOR_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else FLOOR_DB
