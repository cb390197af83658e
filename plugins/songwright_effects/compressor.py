"""Compressor."""

from __future__ import annotations

import numpy as np

from songwright.dsp.delay import Lag
from songwright.dsp.dynamics import compressor_gain, decibels_to_gain, one_pole_share
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob


class CompressorParams(Params):
    """The compressor's knobs."""

    threshold_db: float = knob(-18.0, -60.0, 0.0, "dB", "peak level above which it works", automatable=True)
    ratio: float = knob(
        3.0, 1.0, 50.0, "", "decibels in for one decibel out, above the threshold", taper="log", automatable=True
    )
    knee_db: float = knob(6.0, 0.0, 24.0, "dB", "width of the bend at the threshold", automatable=True)
    attack_ms: float = knob(
        10.0, 0.05, 500.0, "ms", "time constant of more gain reduction", taper="log", automatable=True
    )
    release_ms: float = knob(
        120.0, 5.0, 3000.0, "ms", "time constant of less gain reduction", taper="log", automatable=True
    )
    makeup_db: float = knob(0.0, -12.0, 36.0, "dB", "gain after compression", automatable=True)
    mix_percent: float = knob(100.0, 0.0, 100.0, "%", "share of compressed sound", automatable=True)
    link_percent: float = knob(100.0, 0.0, 100.0, "%", "how far both channels follow the louder one", automatable=True)
    lookahead_ms: float = knob(0.0, 0.0, 20.0, "ms", "how far the detector hears ahead; delays the track by as much")


class Compressor(Effect):
    """Feed-forward compressor with a soft knee, stereo link and sidechain.

    After Giannoulis, Massberg and Reiss (2012). A step in level has 63 % of its gain reduction after
    the attack time; when it ends, 63 % is gone after about the release plus the attack time.
    """

    name = "compressor"
    Params = CompressorParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self._lag = Lag(round(self.params.lookahead_ms * sample_rate / 1000.0))
        self.reset()

    def reset(self) -> None:
        """Return to silence and no reduction."""
        self._state = np.zeros((2, 3))
        self._lag.reset()

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Compress ``audio`` in place, by its own level or the sidechain's."""
        linked = not controls.moving("link_percent") and controls.value("link_percent") == 100.0
        gain = np.empty((1 if linked else 2, audio.shape[1]), np.float32)
        compressor_gain(
            audio if sidechain is None else sidechain,
            controls.curve("threshold_db"),
            np.float32(1.0) - np.float32(1.0) / controls.curve("ratio"),
            controls.curve("knee_db"),
            one_pole_share(controls.curve("attack_ms"), self._sample_rate),
            one_pole_share(controls.curve("release_ms"), self._sample_rate),
            controls.curve("link_percent") / np.float32(100.0),
            0.0,
            0.0,
            self._state,
            gain,
        )
        wet = controls.curve("mix_percent") / np.float32(100.0)
        gain *= decibels_to_gain(controls.curve("makeup_db")) * wet
        gain += np.float32(1.0) - wet
        np.multiply(self._lag.push(audio), gain, out=audio)

    @property
    def latency_frames(self) -> int:
        """The look-ahead."""
        return self._lag.frames
