"""Saturation."""

from __future__ import annotations

import math

import numpy as np

from songwright.dsp.delay import Lag
from songwright.dsp.dynamics import decibels_to_gain
from songwright.dsp.saturation import LATENCY_FRAMES, folded_taps, shape_oversampled, shaper_state
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

#: A signal of this peak level (-12 dBFS) keeps its level whatever the drive.
_REFERENCE = 0.25
_BLOCKER_HZ = 5.0


class SaturationParams(Params):
    """The knobs of saturation."""

    drive_db: float = knob(6.0, 0.0, 40.0, "dB", "how hard the curve is driven", automatable=True)
    bias_percent: float = knob(
        0.0,
        0.0,
        100.0,
        "%",
        "0 % bends both halves alike like tape, more adds even harmonics like a tube",
        automatable=True,
    )
    output_db: float = knob(0.0, -24.0, 12.0, "dB", "gain after the curve", automatable=True)
    mix_percent: float = knob(100.0, 0.0, 100.0, "%", "share of bent sound", automatable=True)


class Saturation(Effect):
    """Warmth to grit: a tanh curve at four times the sample rate, so that no alias tone is heard.

    A peak of -12 dBFS keeps its level whatever the drive, so what one hears is colour, not loudness.
    """

    name = "saturation"
    Params = SaturationParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._block_share = -math.expm1(-2.0 * math.pi * _BLOCKER_HZ / sample_rate)
        self._dry = Lag(LATENCY_FRAMES)
        self.reset()

    def reset(self) -> None:
        """Return to silence."""
        self._state = shaper_state()
        self._blocker = np.zeros(2)
        self._dry.reset()

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Bend ``audio`` in place."""
        drive = decibels_to_gain(controls.curve("drive_db"))
        bias = controls.curve("bias_percent") / np.float32(100.0)
        bent = np.empty_like(audio)
        shape_oversampled(audio, drive, bias, folded_taps(), self._state, self._blocker, self._block_share, bent)
        # The slope of the chord through the reference level, with the bias and without drive, is made 1.
        swing = np.tanh(drive * np.float32(_REFERENCE) + bias) - np.tanh(bias - drive * np.float32(_REFERENCE))
        wet = controls.curve("mix_percent") / np.float32(100.0)
        bent *= wet * decibels_to_gain(controls.curve("output_db")) * np.float32(2.0 * _REFERENCE) / swing
        np.multiply(self._dry.push(audio), np.float32(1.0) - wet, out=audio)
        audio += bent

    @property
    def latency_frames(self) -> int:
        """Both filters of the oversampling."""
        return LATENCY_FRAMES

    @property
    def tail_s(self) -> float:
        """What the blocker of offsets leaves behind."""
        return 0.5
