"""Sidechain ducker."""

from __future__ import annotations

import numpy as np

from songwright.dsp.dynamics import decibels_to_gain, one_pole_share, switch_gain
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

_HYSTERESIS_DB = -6.0


class DuckerParams(Params):
    """The ducker's knobs."""

    depth_db: float = knob(9.0, 0.0, 48.0, "dB", "how far it ducks, however loud the sidechain is", automatable=True)
    threshold_db: float = knob(
        -30.0, -60.0, 0.0, "dB", "peak level of the sidechain that makes it duck", automatable=True
    )
    attack_ms: float = knob(3.0, 0.1, 200.0, "ms", "time constant of going down", taper="log", automatable=True)
    hold_ms: float = knob(40.0, 0.0, 1000.0, "ms", "how long it stays down after the sidechain fell silent")
    release_ms: float = knob(140.0, 5.0, 3000.0, "ms", "time constant of coming back", taper="log", automatable=True)


class Ducker(Effect):
    """Turns a track down while its sidechain sounds: the pumping of dance music, or room for a voice.

    The depth does not depend on how loud the sidechain is, only on whether it sounds. Without a
    sidechain nothing happens.
    """

    name = "ducker"
    Params = DuckerParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self.reset()

    def reset(self) -> None:
        """Return to full level."""
        self._state = np.zeros(2)

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Duck ``audio`` in place."""
        if sidechain is None:
            return
        gain = np.empty(audio.shape[1], np.float32)
        switch_gain(
            sidechain,
            decibels_to_gain(controls.curve("threshold_db")),
            10.0 ** (_HYSTERESIS_DB / 20.0),
            round(self.params.hold_ms * self._sample_rate / 1000.0),
            one_pole_share(controls.curve("attack_ms"), self._sample_rate),
            one_pole_share(controls.curve("release_ms"), self._sample_rate),
            -controls.curve("depth_db"),
            np.zeros(1, np.float32),
            self._state,
            gain,
        )
        audio *= gain
