"""Plate reverb."""

from __future__ import annotations

import math

import numpy as np

from songwright.dsp.blend import blend
from songwright.dsp.delay import Lag
from songwright.dsp.denormal import flush_denormals
from songwright.dsp.filter import BUTTERWORTH_Q, StillFilters, design
from songwright.dsp.onepole import BEFORE, unrolled
from songwright.dsp.plate import line_lengths, loop_gain, output_taps, plate_rings, vibrate
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

_MODULATION_HZ = 1.0
_EXCURSION_MS = 0.27


class PlateParams(Params):
    """The plate's knobs."""

    decay_s: float = knob(1.8, 1.0, 15.0, "s", "time in which low frequencies fall by 60 dB", taper="log")
    damping_hz: float = knob(
        6000.0, 500.0, 20_000.0, "Hz", "corner of the damping: highs above die sooner", taper="log"
    )
    predelay_ms: float = knob(10.0, 0.0, 250.0, "ms", "time before the plate answers")
    low_cut_hz: float = knob(150.0, 20.0, 1000.0, "Hz", "the plate does not hear what is below", taper="log")
    modulation_percent: float = knob(40.0, 0.0, 100.0, "%", "how much it shimmers")
    mix_percent: float = knob(
        100.0, 0.0, 100.0, "%", "share of plate; leave at 100 % on a return, about 20 % on a track", automatable=True
    )


class Plate(Effect):
    """Dense and bright at once, as steel plates are: for voices and snares.

    Jon Dattorro's figure-of-eight network (1997); see :mod:`songwright.dsp.plate`.
    """

    name = "plate"
    Params = PlateParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        params = self.params
        self._lengths, self._taps = line_lengths(sample_rate), output_taps(sample_rate)
        self._gain = loop_gain(params.decay_s)
        pole = np.array(math.exp(-2.0 * math.pi * min(params.damping_hz / sample_rate, 0.5)))
        self._damping = unrolled(1.0 - pole, np.zeros(()), pole)
        self._excursion_frames = params.modulation_percent / 100.0 * _EXCURSION_MS * sample_rate / 1000.0
        self._step = _MODULATION_HZ / sample_rate
        self._rings = plate_rings(sample_rate)
        corner, zero, q = (np.array([value]) for value in (params.low_cut_hz, 0.0, BUTTERWORTH_Q))
        self._filter = StillFilters([design("high-pass", corner, zero, q, sample_rate)])
        self._predelay = Lag(round(params.predelay_ms * sample_rate / 1000.0))
        self.reset()

    def reset(self) -> None:
        """Return to silence."""
        self._rings[:] = 0.0
        self._damped = np.zeros((2, BEFORE + 128), np.float32)
        self._filter.reset()
        self._predelay.reset()
        self._position = 0

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Add the plate to ``audio`` in place."""
        plate = self._predelay.push(audio)
        plate = plate.copy() if plate is audio else plate
        with flush_denormals():
            self._filter.run(plate)
            vibrate(
                plate,
                self._position,
                self._lengths,
                self._taps,
                self._gain,
                self._damping,
                self._excursion_frames,
                self._step,
                self._rings,
                self._damped,
            )
        self._position += audio.shape[1]
        blend(audio, plate, controls.curve("mix_percent") / np.float32(100.0))

    @property
    def tail_s(self) -> float:
        """The decay to -90 dB from the loudest start, and what comes before it."""
        return float(1.7 * self.params.decay_s + self.params.predelay_ms / 1000.0 + 0.5)
