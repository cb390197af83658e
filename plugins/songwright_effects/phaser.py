"""Phaser."""

from __future__ import annotations

import numpy as np

from songwright.dsp.blend import blend
from songwright.dsp.denormal import flush_denormals
from songwright.dsp.modulation import Oscillator, phase_shift, warp_shares
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob
from songwright.units import MusicalLength

_MOST_STAGES = 12


class PhaserParams(Params):
    """The phaser's knobs."""

    rate_hz: float | MusicalLength = knob(
        0.3,
        0.01,
        8.0,
        "Hz",
        "how fast the notches move, or a musical length",
        taper="log",
        automatable=True,
        synced=True,
    )
    centre_hz: float = knob(700.0, 100.0, 4000.0, "Hz", "middle of their travel", taper="log", automatable=True)
    depth_percent: float = knob(
        70.0, 0.0, 100.0, "%", "how far they travel; 100 % is two octaves each way", automatable=True
    )
    feedback_percent: float = knob(
        30.0, -90.0, 90.0, "%", "how sharp the peaks between the notches are", automatable=True
    )
    stages: int = knob(6, 2, _MOST_STAGES, "", "all-passes in the chain; two make a notch")
    spread_percent: float = knob(25.0, 0.0, 100.0, "%", "how far the right side is ahead, in half turns")
    mix_percent: float = knob(
        50.0, 0.0, 100.0, "%", "share of shifted sound; notches are deepest at 50 %", automatable=True
    )


class Phaser(Effect):
    """Notches that wander through the spectrum, from a chain of all-passes.

    After the transistor phasers of the seventies; feedback is solved without a frame of delay, so
    the notches are where the circuit would put them.
    """

    name = "phaser"
    Params = PhaserParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self.reset()

    def reset(self) -> None:
        """Return to silence and to the start of the motion."""
        self._state = np.zeros((_MOST_STAGES, 2))
        self._oscillator = Oscillator(self._sample_rate)

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Phase ``audio`` in place."""
        turns = self._oscillator.turns(controls.curve("rate_hz"), controls.moving("rate_hz"), audio.shape[1])
        warp = np.empty_like(audio)
        warp_shares(
            turns,
            controls.curve("centre_hz") / np.float32(self._sample_rate),
            controls.curve("depth_percent") / np.float32(50.0),
            self.params.spread_percent / 200.0,
            warp,
        )
        shifted = np.empty_like(audio)
        with flush_denormals():
            phase_shift(
                audio,
                warp,
                controls.curve("feedback_percent") / np.float32(100.0),
                int(self.params.stages),
                self._state,
                shifted,
            )
        blend(audio, shifted, controls.curve("mix_percent") / np.float32(100.0))

    @property
    def tail_s(self) -> float:
        """All-passes at the bottom of their travel, ringing with the feedback."""
        slowest_s = self.params.stages / (np.pi * self.params.centre_hz / 4.0)
        return float(0.02 + 12.0 * slowest_s / (1.0 - abs(self.params.feedback_percent) / 100.0))
