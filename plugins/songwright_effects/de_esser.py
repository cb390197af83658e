"""De-esser."""

from __future__ import annotations

import numpy as np

from songwright.dsp.dynamics import compressor_gain, one_pole_share
from songwright.dsp.filter import StillFilters, design
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

_ATTACK_MS, _RELEASE_MS, _KNEE_DB = 0.5, 40.0, 6.0
_WIDTH_Q = 1.0


class DeEsserParams(Params):
    """The de-esser's knobs."""

    freq_hz: float = knob(6500.0, 2000.0, 12_000.0, "Hz", "centre of the hiss", taper="log")
    threshold_db: float = knob(
        -30.0, -60.0, 0.0, "dB", "peak level of the hiss above which it is held", automatable=True
    )
    ratio: float = knob(5.0, 1.0, 20.0, "", "how hard it is held", taper="log", automatable=True)


class DeEsser(Effect):
    """Holds sharp s sounds down and leaves the rest of a voice alone.

    A band about the hiss is compressed by its own level and the difference is taken out of the
    sound, so that while nothing hisses the sound passes through unchanged, bit for bit.
    """

    name = "de-esser"
    Params = DeEsserParams

    def prepare(self, sample_rate: int) -> None:
        """Design the band for ``sample_rate`` (Hz)."""
        centre, zero, q = (np.array([value]) for value in (self.params.freq_hz, 0.0, _WIDTH_Q))
        self._filter = StillFilters([design("band-pass", centre, zero, q, sample_rate)])
        self._attack, self._release = (
            one_pole_share(np.array([time_ms], np.float32), sample_rate) for time_ms in (_ATTACK_MS, _RELEASE_MS)
        )
        self.reset()

    def reset(self) -> None:
        """Return to silence and no reduction."""
        self._state = np.zeros((2, 3))
        self._filter.reset()

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Take the hiss out of ``audio`` in place."""
        band = audio.copy()
        self._filter.run(band)
        gain = np.empty((1, audio.shape[1]), np.float32)
        compressor_gain(
            band,
            controls.curve("threshold_db"),
            np.float32(1.0) - np.float32(1.0) / controls.curve("ratio"),
            np.array([_KNEE_DB], np.float32),
            self._attack,
            self._release,
            np.ones(1, np.float32),
            0.0,
            0.0,
            self._state,
            gain,
        )
        gain -= np.float32(1.0)
        band *= gain
        audio += band

    @property
    def tail_s(self) -> float:
        """The band rings for a few cycles."""
        return 0.01
