"""Stereo width."""

from __future__ import annotations

import numpy as np

from songwright.dsp.dynamics import decibels_to_gain
from songwright.dsp.filter import BUTTERWORTH_Q, StillFilters, design
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

_OFF_HZ = 20.0


class WidthParams(Params):
    """The knobs of width and level."""

    width_percent: float = knob(100.0, 0.0, 200.0, "%", "0 % is mono, 100 % as it was", automatable=True)
    mono_below_hz: float = knob(
        20.0, _OFF_HZ, 500.0, "Hz", "what is below becomes mono (12 dB an octave); 20 Hz is off", taper="log"
    )
    balance_percent: float = knob(0.0, -100.0, 100.0, "%", "turns the other side down", automatable=True)
    gain_db: float = knob(0.0, -60.0, 24.0, "dB", "level", automatable=True)


class Width(Effect):
    """Width, bass mono, balance and level: the plain tools of a mix.

    Works on the difference of both sides alone, so the mono sum stays as it was, bit for bit but rounding.
    """

    name = "width"
    Params = WidthParams

    def prepare(self, sample_rate: int) -> None:
        """Design the filter of the sides for ``sample_rate`` (Hz)."""
        corner, zero, q = (np.array([value]) for value in (self.params.mono_below_hz, 0.0, BUTTERWORTH_Q))
        self._filter = StillFilters([design("high-pass", corner, zero, q, sample_rate)])
        self.reset()

    def reset(self) -> None:
        """Return to silence."""
        self._filter.reset()

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Shape ``audio`` in place."""
        side = np.zeros_like(audio)  # the filter works on pairs; the second row stays empty
        np.subtract(audio[0], audio[1], out=side[0])
        side[0] *= np.float32(0.5)
        middle = audio[1] + side[0]
        if self.params.mono_below_hz > _OFF_HZ:
            self._filter.run(side)
        side[0] *= controls.curve("width_percent") / np.float32(100.0)
        balance = controls.curve("balance_percent") / np.float32(100.0)
        level = decibels_to_gain(controls.curve("gain_db"))
        audio[0] = (middle + side[0]) * (level * np.minimum(np.float32(1.0), np.float32(1.0) - balance))
        audio[1] = (middle - side[0]) * (level * np.minimum(np.float32(1.0), np.float32(1.0) + balance))

    @property
    def tail_s(self) -> float:
        """The ring of the sides' filter."""
        return 0.0 if self.params.mono_below_hz <= _OFF_HZ else float(3.0 / self.params.mono_below_hz)
