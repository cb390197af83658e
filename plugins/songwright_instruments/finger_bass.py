"""An electric bass played with the fingers: a waveguide string heard by a pickup."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.body import resonate
from songwright.dsp.noise import spread, uniform
from songwright.dsp.string import loop, pluck
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation
from songwright_instruments.touch import force, loudness

_LEVEL = 0.45
#: A cabinet: the bump of a closed box, and presence where the cone breaks up.
_CABINET = np.array([[92.0, 1.1, 0.55], [240.0, 0.9, 0.25], [1700.0, 1.2, 0.35]], np.float32)


class FingerBassParams(Params):
    """Fingers, pickup and tone."""

    tone_percent: float = knob(50.0, 0.0, 100.0, "%", "treble, from dub to slap")
    position_percent: float = knob(
        22.0, 5.0, 50.0, "%", "where it is plucked, from the bridge to the middle of the string"
    )
    pickup_percent: float = knob(17.0, 4.0, 40.0, "%", "where the pickup sits, from the bridge")
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "how long strings ring")
    release_ms: float = knob(90.0, 20.0, 2000.0, "ms", "time to silence after the note is let go", taper="log")


class FingerBass(Instrument):
    """An electric bass, fingered: round, with a hint of string.

    ``MUTED`` and ``GHOST`` notes are damped by the left hand, ``LEGATO`` notes are hammered on. The string is
    Jaffe & Smith's (:mod:`songwright.dsp.string`); plucking place and pickup are combs on it.
    """

    name: ClassVar[str] = "finger-bass"
    Params = FingerBassParams
    params: FingerBassParams
    midi_range: ClassVar[tuple[int, int]] = (23, 67)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Pluck all notes, then send them through the cabinet together."""
        if not len(events):
            return
        rate, params, seed = self._sample_rate, self.params, events["seed"]
        kind = events["articulation"]
        muted = np.isin(kind, (Articulation.MUTED, Articulation.GHOST))
        tied = kind == Articulation.LEGATO
        pitch = np.clip(events["pitch"].astype(np.float64), 15.0, 84.0)
        hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        hard = 2.0 ** (0.9 * force(events) + (params.tone_percent - 50.0) / 30.0)
        ring = 4.0 ** ((params.decay_percent - 50.0) / 50.0)
        low_s = 7.0 * ring * (41.2 / hz) ** 0.5 * np.where(muted, 0.035, 1.0)
        high_s = 0.5 * ring * np.where(muted, 0.15, 1.0)
        release_s = params.release_ms * 0.001
        width = np.minimum(0.00075 * rate / hard * np.where(tied, 1.8, 1.0), 0.4 * rate / hz)
        position = np.clip(params.position_percent / 100.0 * (1.0 + 0.08 * spread(seed, 1)), 0.03, 0.5)
        gain = _LEVEL * loudness(events, 1.3) * np.where(tied, 0.7, 1.0) * (width / 40.0) ** -0.5
        tuned = hz * 2.0 ** (0.2 * spread(seed, 2) / 1200.0)
        whole, taps = loop(tuned, low_s, high_s, rate)
        _, damped = loop(tuned, np.minimum(low_s, 0.66 * release_s), np.minimum(high_s, 0.3 * release_s), rate)
        gate = np.minimum(events["length"], (1.6 * low_s * rate).astype(np.int64) + 1)
        span = np.stack([events["start"], gate, gate + int(1.1 * release_s * rate)], axis=1)
        shape = np.stack(
            [
                width,
                np.full(len(events), 0.12),
                position * rate / hz,
                params.pickup_percent / 100.0 * rate / hz,
                gain,
                gain,
            ],
            axis=1,
        ).astype(np.float32)
        wet = np.zeros_like(out)
        pluck(span, whole, taps, damped, shape, (uniform(seed, 5) * 2.0**32).astype(np.uint32), wet)
        treble_hz = 3200.0 * 2.0 ** ((params.tone_percent - 50.0) / 25.0)
        resonate(wet, _CABINET, 0.8, 1.0, treble_hz, float(rate), out)

    @property
    def tail_s(self) -> float:
        """The release, and the cabinet after it."""
        return self.params.release_ms * 0.0011 + 0.1
