"""Bus compressor."""

from __future__ import annotations

from typing import Literal

import numpy as np

from songwright.dsp.dynamics import compressor_gain, decibels_to_gain, one_pole_share
from songwright.dsp.filter import BUTTERWORTH_Q, StillFilters, design
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

#: The release of a short peak, and the slow envelope that holds long reductions up, in ms.
_FAST_RELEASE_MS, _SLOW_ATTACK_MS, _SLOW_RELEASE_MS = 90.0, 350.0, 1100.0
_KNEE_DB = 10.0


class GlueParams(Params):
    """The bus compressor's knobs: few, like its models'."""

    threshold_db: float = knob(-14.0, -50.0, 0.0, "dB", "peak level above which it works", automatable=True)
    ratio: Literal["2", "4", "10"] = knob("2", help="how hard it holds: 2, 4 or 10 to one")
    attack_ms: float = knob(
        10.0,
        0.1,
        30.0,
        "ms",
        "time constant of more gain reduction; slow ones let drums through",
        taper="log",
        automatable=True,
    )
    makeup_db: float = knob(0.0, -12.0, 24.0, "dB", "gain after compression", automatable=True)
    low_cut_hz: float = knob(
        80.0, 20.0, 400.0, "Hz", "the detector does not hear below this, so that bass does not pump", taper="log"
    )
    mix_percent: float = knob(100.0, 0.0, 100.0, "%", "share of compressed sound", automatable=True)


class Glue(Effect):
    """Bus compressor that holds a mix together, with a release that follows the music.

    After the voicing of the console bus compressors with an automatic release: a short peak is let go
    in a tenth of a second, what has been held down for long in about one. The knee is wide, the
    detector deaf to the deep bass, and both channels move as one.
    """

    name = "glue"
    Params = GlueParams

    def prepare(self, sample_rate: int) -> None:
        """Design the detector's low cut for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        corner, zero, q = (np.array([value]) for value in (self.params.low_cut_hz, 0.0, BUTTERWORTH_Q))
        self._filter = StillFilters([design("high-pass", corner, zero, q, sample_rate)])
        self._fast, self._slow_attack, self._slow_release = (
            one_pole_share(np.array([time_ms], np.float32), sample_rate)
            for time_ms in (_FAST_RELEASE_MS, _SLOW_ATTACK_MS, _SLOW_RELEASE_MS)
        )
        self.reset()

    def reset(self) -> None:
        """Return to silence and no reduction."""
        self._state = np.zeros((2, 3))
        self._filter.reset()

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Compress ``audio`` in place, by its own level or the sidechain's."""
        key = (audio if sidechain is None else sidechain).copy()
        self._filter.run(key)
        gain = np.empty((1, audio.shape[1]), np.float32)
        compressor_gain(
            key,
            controls.curve("threshold_db"),
            np.array([1.0 - 1.0 / float(self.params.ratio)], np.float32),
            np.array([_KNEE_DB], np.float32),
            one_pole_share(controls.curve("attack_ms"), self._sample_rate),
            self._fast,
            np.ones(1, np.float32),
            float(self._slow_attack[0]),
            float(self._slow_release[0]),
            self._state,
            gain,
        )
        wet = controls.curve("mix_percent") / np.float32(100.0)
        gain *= decibels_to_gain(controls.curve("makeup_db")) * wet
        gain += np.float32(1.0) - wet
        audio *= gain
