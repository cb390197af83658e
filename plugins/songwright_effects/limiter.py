"""Look-ahead true-peak limiter."""

from __future__ import annotations

import math

import numpy as np

from songwright.dsp.delay import Lag
from songwright.dsp.dynamics import decibels_to_gain, one_pole_share
from songwright.dsp.limiter import gain_state, limiting_gain
from songwright.dsp.truepeak import LATENCY_FRAMES, interpolator, peak_state, scan_peaks
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob

#: The gain itself moves between samples; this much room keeps what it adds under the ceiling.
_MARGIN_DB = 0.02


class LimiterParams(Params):
    """The limiter's knobs."""

    ceiling_db: float = knob(-1.0, -24.0, 0.0, "dB", "true peak that is never exceeded", automatable=True)
    gain_db: float = knob(0.0, -24.0, 36.0, "dB", "gain before the limiter", automatable=True)
    release_ms: float = knob(
        120.0, 5.0, 2000.0, "ms", "time constant of the way back to unity gain", taper="log", automatable=True
    )
    lookahead_ms: float = knob(5.0, 1.0, 20.0, "ms", "how long before a peak the gain starts to fall")


class Limiter(Effect):
    """Keeps true peaks under a ceiling, with look-ahead and without clicks.

    Peaks are read at four times the sample rate, both channels linked, so the stereo image stays.
    The true peak stays within 0.05 dB of the ceiling as FFmpeg's ``ebur128`` sees it.
    """

    name = "limiter"
    Params = LimiterParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self._lookahead_frames = math.ceil(self.params.lookahead_ms * sample_rate / 1000.0)
        self.reset()

    def reset(self) -> None:
        """Return to silence and unity gain."""
        self._peaks = peak_state()
        self._gain = gain_state(self._lookahead_frames)
        self._lag = Lag(self.latency_frames)

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Limit ``audio`` in place."""
        frames = audio.shape[1]
        audio *= decibels_to_gain(controls.curve("gain_db"))
        ceiling = decibels_to_gain(controls.curve("ceiling_db") - np.float32(_MARGIN_DB))
        release = one_pole_share(controls.curve("release_ms"), self._sample_rate)
        peaks, gain = np.empty(frames, np.float32), np.empty(frames, np.float32)
        scan_peaks(audio, interpolator(), float(ceiling.min()), self._peaks, peaks)
        state = self._gain
        limiting_gain(
            peaks,
            ceiling,
            release,
            state.suffix,
            state.stretch,
            state.boxes,
            state.sums,
            state.places,
            state.gain,
            gain,
        )
        np.multiply(self._lag.push(audio), gain, out=audio)

    @property
    def latency_frames(self) -> int:
        """The look-ahead and half the length of the peak detector."""
        return LATENCY_FRAMES + self._gain.latency_frames

    @property
    def tail_s(self) -> float:
        """No tail beyond the latency."""
        return 0.0
