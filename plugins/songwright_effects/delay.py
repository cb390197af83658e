"""Echo."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from songwright.dsp.delay import echo, echo_places, echo_stages
from songwright.dsp.denormal import flush_denormals
from songwright.dsp.onepole import unrolled
from songwright.dsp.ring import empty_rings
from songwright.interfaces.controls import Controls
from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params, knob
from songwright.units import MusicalLength, parse_length

_LONGEST_S = 4.0
_SHORTEST_S = 0.001
_GLIDE_MS = 40.0
#: A one-pole share of 1 (no cut) or 0 (no cut) is reached beyond these.
_LOWEST_HZ, _HIGHEST_HZ = 20.0, 20_000.0


class DelayParams(Params):
    """The echo's knobs."""

    time_s: float | MusicalLength = knob(
        parse_length("1/8."), _SHORTEST_S, _LONGEST_S, "s", "time between echoes, or a musical length",
        taper="log", automatable=True, synced=True,
    )  # fmt: skip
    offset_percent: float = knob(
        0.0, -50.0, 50.0, "%", "how much longer the right line is than the left", automatable=True
    )
    feedback_percent: float = knob(35.0, 0.0, 95.0, "%", "how much of an echo comes back as the next", automatable=True)
    mode: Literal["stereo", "ping-pong"] = knob("ping-pong", help="echoes stay where they are, or change sides")
    low_cut_hz: float = knob(150.0, 20.0, 2000.0, "Hz", "each echo loses what is below; 20 Hz is off", taper="log")
    high_cut_hz: float = knob(
        5000.0, 500.0, 20_000.0, "Hz", "each echo loses what is above; 20 kHz is off", taper="log"
    )
    mix_percent: float = knob(
        100.0, 0.0, 100.0, "%", "share of echoes; leave at 100 % on a return, about 25 % on a track", automatable=True
    )


class Delay(Effect):
    """Echoes in time with the song, in stereo or ping-pong, darker with every repeat.

    The first echo is the sound itself; filters stand in the feedback path. When the time moves the
    line glides to it like tape, so that it bends the pitch for a moment and never clicks.
    """

    name = "delay"
    Params = DelayParams

    def prepare(self, sample_rate: int) -> None:
        """Allocate for ``sample_rate`` (Hz)."""
        self._sample_rate = sample_rate
        self._glide = -math.expm1(-1000.0 / (_GLIDE_MS * sample_rate))
        low, high = self.params.low_cut_hz, self.params.high_cut_hz
        low_share = 0.0 if low <= _LOWEST_HZ else -math.expm1(-2.0 * math.pi * low / sample_rate)
        high_share = 1.0 if high >= _HIGHEST_HZ else -math.expm1(-2.0 * math.pi * high / sample_rate)
        shares = np.array([high_share, low_share])
        self._cuts = unrolled(shares, np.zeros(2), 1.0 - shares)
        self._ring = empty_rings(2, _LONGEST_S * 1.5 * sample_rate + 8.0)
        self.reset()

    def reset(self) -> None:
        """Empty the lines."""
        self._ring[:] = 0.0
        self._places, self._stages = echo_places(), echo_stages()
        self._position = 0

    def process(self, audio: Audio, controls: Controls, sidechain: Audio | None) -> None:
        """Add echoes to ``audio`` in place."""
        with flush_denormals():
            echo(
                audio,
                controls.curve("time_s"),
                np.float32(1.0) + controls.curve("offset_percent") / np.float32(100.0),
                controls.curve("feedback_percent") / np.float32(100.0),
                controls.curve("mix_percent") / np.float32(100.0),
                float(self._sample_rate),
                self._glide,
                self._cuts,
                1.0 if self.params.mode == "ping-pong" else 0.0,
                self._ring,
                self._position,
                self._places,
                self._stages,
            )
        self._position += audio.shape[1]

    @property
    def tail_s(self) -> float:
        """Repeats until -90 dB from full scale; a musical length counts as the longest time there is."""
        time_s = _LONGEST_S if isinstance(self.params.time_s, MusicalLength) else self.params.time_s
        longest_s = time_s * (1.0 + max(0.0, self.params.offset_percent) / 100.0)
        feedback = self.params.feedback_percent / 100.0
        repeats = 1.0 if feedback == 0.0 else 1.0 + math.ceil(4.5 * math.log(10.0) / -math.log(feedback))
        return float(longest_s * repeats + 0.1)
