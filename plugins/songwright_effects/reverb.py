"""Reverb."""

from __future__ import annotations

import numpy as np

from songwright.dsp.blend import blend
from songwright.dsp.delay import Lag
from songwright.dsp.denormal import flush_denormals
from songwright.dsp.filter import BUTTERWORTH_Q, StillFilters, design
from songwright.dsp.reverb import network, reverberate
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob


class ReverbParams(Params):
    """The reverb's knobs."""

    decay_s: float = knob(2.0, 0.2, 20.0, "s", "time in which low and middle frequencies fall by 60 dB", taper="log")
    damping_percent: float = knob(50.0, 0.0, 90.0, "%", "how much shorter the highs ring")
    damping_freq_hz: float = knob(
        4000.0, 1000.0, 12_000.0, "Hz", "where ringing is halfway between low and high", taper="log"
    )
    size_percent: float = knob(
        100.0, 25.0, 200.0, "%", "size of the room: 100 % is a hall, 30 % a small room", taper="log"
    )
    predelay_ms: float = knob(15.0, 0.0, 250.0, "ms", "time before the room answers")
    low_cut_hz: float = knob(120.0, 20.0, 1000.0, "Hz", "the room does not hear what is below", taper="log")
    modulation_percent: float = knob(30.0, 0.0, 100.0, "%", "how much the echoes wander")
    width_percent: float = knob(100.0, 0.0, 100.0, "%", "0 % is mono", automatable=True)
    mix_percent: float = knob(
        100.0, 0.0, 100.0, "%", "share of reverb; leave at 100 % on a return, about 25 % on a track", automatable=True
    )


class Reverb(Effect):
    """A room, from chamber to cathedral, that rings as long as it is told to.

    A modulated feedback delay network of sixteen lines (see :mod:`songwright.dsp.reverb`). Decay times
    are within 10 % of the asked ones in each octave; the mono sum keeps at least half of the power.
    """

    name = "reverb"
    Params = ReverbParams

    def prepare(self, sample_rate: int) -> None:
        """Design the room for ``sample_rate`` (Hz)."""
        params = self.params
        self._network = network(
            sample_rate,
            params.decay_s,
            params.decay_s * (1.0 - params.damping_percent / 100.0),
            params.damping_freq_hz,
            params.size_percent / 100.0,
            params.modulation_percent / 100.0,
        )
        corner, zero, q = (np.array([value]) for value in (params.low_cut_hz, 0.0, BUTTERWORTH_Q))
        self._filter = StillFilters([design("high-pass", corner, zero, q, sample_rate)])
        self._predelay = Lag(round(params.predelay_ms * sample_rate / 1000.0))
        self.reset()

    def reset(self) -> None:
        """Return to silence."""
        self._network.reset()
        self._predelay.reset()
        self._filter.reset()
        self._position = 0

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Add the room to ``audio`` in place."""
        parts = self._network
        room = self._predelay.push(audio)
        room = room.copy() if room is audio else room
        with flush_denormals():
            self._filter.run(room)
            reverberate(
                room,
                self._position,
                parts.delays,
                parts.shelves,
                parts.allpass_delays,
                parts.rings,
                parts.allpass_rings,
                parts.before,
                parts.input_gain,
                parts.modulation_frames,
                parts.modulation_step,
            )
        self._position += audio.shape[1]
        narrowing = np.float32(0.5) - controls.curve("width_percent") / np.float32(200.0)
        if narrowing.any():
            side = narrowing * (room[1] - room[0])
            room[0] += side
            room[1] -= side
        blend(audio, room, controls.curve("mix_percent") / np.float32(100.0))

    @property
    def tail_s(self) -> float:
        """The decay to -90 dB from the loudest start, and what comes before it."""
        return float(1.6 * self.params.decay_s + self.params.predelay_ms / 1000.0 + 0.3)
