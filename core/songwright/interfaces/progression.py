"""The contract of a chord progression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songwright.interfaces.component import Component


@dataclass(frozen=True)
class ProgressionRequest:
    """What is asked of a progression."""

    bars: int
    minor: bool
    beats_per_bar: float  # in quarter notes
    rng: np.random.Generator  # keyed by the material's name: the same verse, the same chords


class Progression(Component):
    """Gives the chords of one section's material."""

    def chords(self, request: ProgressionRequest) -> str:
        """Chords in the project's own writing (``"| I | vi | IV | V7 |"``), repeated to fill the bars."""
        raise NotImplementedError
