"""Chorus."""

from __future__ import annotations

import numpy as np

from songwright.dsp.blend import blend
from songwright.dsp.modulation import Oscillator, chorus_taps
from songwright.dsp.ring import empty_rings
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob
from songwright.units import MusicalLength

_DEEPEST_MS = 8.0
_NEAREST_MS = 0.2  # the interpolator needs a few frames in front of it


class ChorusParams(Params):
    """The chorus's knobs."""

    rate_hz: float | MusicalLength = knob(
        0.6,
        0.02,
        8.0,
        "Hz",
        "how fast the voices drift, or a musical length",
        taper="log",
        automatable=True,
        synced=True,
    )
    depth_ms: float = knob(2.0, 0.0, _DEEPEST_MS, "ms", "how far they drift to each side", automatable=True)
    delay_ms: float = knob(9.0, 1.0, 30.0, "ms", "where they drift about; at least the depth", taper="log")
    spread_percent: float = knob(50.0, 0.0, 100.0, "%", "how differently both sides drift; 50 % is a quarter turn")
    mix_percent: float = knob(40.0, 0.0, 100.0, "%", "share of the voices", automatable=True)


class Chorus(Effect):
    """Two drifting copies a side, in opposite motion: wide, without a wobble in pitch.

    After the bucket-brigade ensembles of the seventies: while one voice of a pair goes sharp the other
    goes flat, and the right side's pair follows the left's at a distance.
    """

    name = "chorus"
    Params = ChorusParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self._ring = empty_rings(2, (30.0 + 2.0 * _DEEPEST_MS) * sample_rate / 1000.0 + 8.0)
        self.reset()

    def reset(self) -> None:
        """Return to silence and to the start of the drift."""
        self._ring[:] = 0.0
        self._oscillator = Oscillator(self._sample_rate)
        self._position = 0

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Add the voices to ``audio`` in place."""
        frames_per_ms = self._sample_rate / 1000.0
        turns = self._oscillator.turns(controls.curve("rate_hz"), controls.moving("rate_hz"), audio.shape[1])
        voices = np.empty_like(audio)
        room_ms = max(self.params.delay_ms, _NEAREST_MS) - _NEAREST_MS
        chorus_taps(
            audio,
            turns,
            (room_ms + _NEAREST_MS) * frames_per_ms + 1.0,
            np.minimum(controls.curve("depth_ms"), np.float32(room_ms)) * np.float32(frames_per_ms),
            self.params.spread_percent / 100.0,
            self._ring,
            self._position,
            voices,
        )
        self._position += audio.shape[1]
        blend(audio, voices, controls.curve("mix_percent") / np.float32(100.0))

    @property
    def tail_s(self) -> float:
        """The longest delay."""
        return float((self.params.delay_ms + _DEEPEST_MS) / 1000.0 + 0.001)
