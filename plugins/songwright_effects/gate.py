"""Noise gate."""

from __future__ import annotations

import numpy as np

from songwright.dsp.dynamics import decibels_to_gain, one_pole_share, switch_gain
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

_HYSTERESIS_DB = -6.0


class GateParams(Params):
    """The gate's knobs."""

    threshold_db: float = knob(-45.0, -90.0, 0.0, "dB", "peak level at which it opens", automatable=True)
    depth_db: float = knob(40.0, 0.0, 90.0, "dB", "how much it turns down while closed", automatable=True)
    attack_ms: float = knob(1.0, 0.05, 100.0, "ms", "time constant of opening", taper="log", automatable=True)
    hold_ms: float = knob(30.0, 1.0, 1000.0, "ms", "how long it stays open after the level fell", taper="log")
    release_ms: float = knob(100.0, 5.0, 3000.0, "ms", "time constant of closing", taper="log", automatable=True)


class Gate(Effect):
    """Turns a track down while it, or its sidechain, is quiet.

    It closes 6 dB below the level at which it opens, so that a dying note does not make it chatter.
    """

    name = "gate"
    Params = GateParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self.reset()

    def reset(self) -> None:
        """Return to closed."""
        self._state = np.zeros(2)

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Gate ``audio`` in place."""
        gain = np.empty(audio.shape[1], np.float32)
        switch_gain(
            audio if sidechain is None else sidechain,
            decibels_to_gain(controls.curve("threshold_db")),
            10.0 ** (_HYSTERESIS_DB / 20.0),
            round(self.params.hold_ms * self._sample_rate / 1000.0),
            one_pole_share(controls.curve("attack_ms"), self._sample_rate),
            one_pole_share(controls.curve("release_ms"), self._sample_rate),
            np.zeros(1, np.float32),
            -controls.curve("depth_db"),
            self._state,
            gain,
        )
        audio *= gain
