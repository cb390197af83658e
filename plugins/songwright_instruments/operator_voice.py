"""What the instruments of sines share: notes set in lanes of four operators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.operators import play_operators

Array = NDArray[np.float64]


@dataclass
class Voices:
    """Voices for :func:`songwright.dsp.operators.play_operators`, one row each, in any order.

    ``events`` give starts, lengths and pitches; every other field has one row a voice or broadcasts to one.
    Operators are in columns; ``depth`` is a modulation index in radians.
    """

    events: NDArray[np.void]
    ratio: Array
    depth: Array
    carry: Array
    envelope: Array  # (4 operators, attack s, decay s, sustain 0..1, release s)
    patching: Array  # (4, 4): [i, j] is how much j modulates i
    left: Array
    right: Array
    stretch: Array | float = 1.0  # of all decay times
    lfo_hz: Array | float = 5.0
    vibrato_semitones: Array | float = 0.0
    tremolo: Array | float = 0.0
    glide_s: float = 0.01

    def render(self, index: NDArray[np.float32], sample_rate: int, out: NDArray[np.float32]) -> None:
        """Add the voices to ``out``. The oscillation of vibrato and tremolo runs with the song's time."""
        count = len(self.events)
        release = float(np.max(self.envelope[:, 3])) * sample_rate
        order = np.lexsort((self.events["start"], -self.events["length"]))  # the longest first
        length = self.events["length"]
        span = np.stack([self.events["start"], length, length + int(release) + 1], axis=1)
        lfo_hz = np.broadcast_to(self.lfo_hz, count)
        columns = (
            self.events["pitch"], self.events["from_pitch"], self.stretch, self.left, self.right,
            (self.events["time_s"] * lfo_hz) % 1.0, lfo_hz / sample_rate, self.vibrato_semitones, self.tremolo,
            max(1.0, self.glide_s * sample_rate / 6.0),
        )  # fmt: skip
        shape = np.stack([np.broadcast_to(column, count) for column in columns], axis=1)
        envelope = self.envelope * np.array([sample_rate, sample_rate, 1.0, sample_rate])
        envelope[:, (0, 1, 3)] = np.maximum(envelope[:, (0, 1, 3)], 1.0)
        play_operators(
            span[order],
            _rows(shape, count)[order],
            _rows(self.ratio, count)[order],
            _rows(self.depth / (2.0 * np.pi), count)[order],
            _rows(self.carry, count)[order],
            envelope.astype(np.float32),
            self.patching.astype(np.float32),
            np.ascontiguousarray(index, np.float32),
            1.0 / sample_rate,
            out,
        )


def _rows(values: Array, count: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.broadcast_to(values, (count, values.shape[-1])), np.float32)
