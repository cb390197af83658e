"""Tremolo and auto-pan."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.modulation import Oscillator
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob
from songwright.units import MusicalLength


class TremoloParams(Params):
    """The tremolo's knobs."""

    rate_hz: float | MusicalLength = knob(
        4.0, 0.02, 20.0, "Hz", "swells a second, or a musical length", taper="log", automatable=True, synced=True
    )
    depth_percent: float = knob(50.0, 0.0, 100.0, "%", "how far down it goes; 100 % is silence", automatable=True)
    shape: Literal["sine", "triangle", "chop"] = knob("sine", help="how it swells; chop is a rounded on and off")
    spread_percent: float = knob(0.0, 0.0, 100.0, "%", "0 % swells both sides together, 100 % pans to and fro")


class Tremolo(Effect):
    """Swells in time with the song, on both sides together or from one to the other."""

    name = "tremolo"
    Params = TremoloParams

    def prepare(self, sample_rate: int) -> None:
        """Take note of ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self.reset()

    def reset(self) -> None:
        """Return to the start of the swell: the loudest place of the left side."""
        self._oscillator = Oscillator(self._sample_rate)

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Swell ``audio`` in place."""
        turns = self._oscillator.turns(controls.curve("rate_hz"), controls.moving("rate_hz"), audio.shape[1])
        depth = controls.curve("depth_percent") / np.float32(100.0)
        audio[0] *= np.float32(1.0) - depth * self._down(turns)
        audio[1] *= np.float32(1.0) - depth * self._down(turns + np.float32(self.params.spread_percent / 200.0))

    def _down(self, turns: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far down the swell is (0..1) at phases in turns; 0 at phase 0, 1 half a turn on."""
        if self.params.shape == "triangle":
            return np.asarray(np.float32(2.0) * np.abs(turns - np.rint(turns)))
        wave = np.cos(np.float32(2.0 * np.pi) * turns)
        if self.params.shape == "chop":
            wave = np.tanh(np.float32(8.0) * wave) / np.float32(np.tanh(8.0))
        return np.asarray(np.float32(0.5) - np.float32(0.5) * wave)
