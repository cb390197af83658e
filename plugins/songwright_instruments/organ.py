"""A drawbar organ through a turning horn: nine sines a key, key click, and a rotor's beat."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.operator_voice import Voices
from songwright_instruments.touch import loudness

_LEVEL = 0.05
#: Pitches of the drawbars over the note: 16', 5 1/3', 8', 4', 2 2/3', 2', 1 3/5', 1 1/3', 1'.
_FEET = np.array([0.5, 1.498, 1.0, 2.0, 2.997, 4.0, 5.04, 5.993, 8.0])
_ROTOR_HZ = {"slow": (0.8, 0.67), "fast": (6.8, 5.9), "off": (1.0, 1.0)}


class OrganParams(Params):
    """Registration and rotor."""

    drawbars: str = knob("888400003", help="nine digits 0 to 8: how far each drawbar is pulled, 16' to 1'")
    click_percent: float = knob(35.0, 0.0, 100.0, "%", "level of the key click")
    rotor: Literal["slow", "fast", "off"] = knob("slow", help="speed of the rotating speaker")
    depth_percent: float = knob(50.0, 0.0, 100.0, "%", "depth of the rotating speaker")
    attack_ms: float = knob(4.0, 0.5, 500.0, "ms", "time to full level", taper="log")
    release_ms: float = knob(35.0, 5.0, 3000.0, "ms", "time to silence after the note", taper="log")


class Organ(Instrument):
    """A drawbar organ with a rotating speaker.

    Tone wheels are additive sines at the drawbars' tempered pitches; the highest fold back an octave as on
    the instrument. Horn (above 800 Hz) and drum turn at their own speeds: vibrato by Doppler shift and
    tremolo between the sides (Smith et al., "Doppler simulation and the Leslie", DAFx 2002).
    """

    name: ClassVar[str] = "organ"
    Params = OrganParams
    params: OrganParams
    midi_range: ClassVar[tuple[int, int]] = (36, 96)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``: four drawbars at a time, if one of them is pulled, and four sines for the click."""
        if not len(events):
            return
        params = self.params
        pulled = _registration(params.drawbars)
        hz = 440.0 * 2.0 ** ((events["pitch"].astype(np.float64) - 69.0) / 12.0)
        gain = _LEVEL * loudness(events, 0.55)
        release = params.release_ms * 0.001
        steady = np.array([[params.attack_ms * 0.001, 1.0, 1.0, release]] * 4)
        knock = np.array([[0.0008, 0.018, 0.0, release]] * 4)
        rotor_hz, depth = _ROTOR_HZ[params.rotor], params.depth_percent / 100.0 * (params.rotor != "off")
        nothing = np.zeros((4, 4))
        still = np.zeros((1, 4))
        for first in (0, 4, 8):
            if not pulled[first : first + 4].any():
                continue
            bars = _FEET[first : first + 4]
            ratio = np.zeros((len(events), 4))
            ratio[:, : len(bars)] = bars
            while (high := hz[:, None] * ratio > 6000.0).any():
                ratio[high] *= 0.5
            carry = np.zeros((1, 4))
            carry[0, : len(bars)] = pulled[first : first + 4]
            horn = hz * float(np.mean(bars)) > 800.0
            turns = np.where(horn, rotor_hz[0], rotor_hz[1])
            voices = Voices(
                events, ratio, still, carry, steady, nothing, gain, gain,
                lfo_hz=turns,
                vibrato_semitones=depth * np.where(horn, 0.26, 0.10) * (turns / 6.8) ** 0.5,
                tremolo=depth * np.where(horn, 0.55, 0.3),
            )  # fmt: skip
            voices.render(np.ones(1, np.float32), self._sample_rate, out)
        click = gain * params.click_percent / 50.0
        struck = events.copy()
        struck["length"] = np.minimum(struck["length"], int(0.072 * self._sample_rate))  # -160 dB: four times its decay
        pops = np.array([[7.3, 11.7, 17.1, 23.9]])
        Voices(
            struck,
            np.minimum(pops, 9000.0 / hz[:, None]),
            still,
            np.array([[0.9, 0.8, 0.6, 0.4]]),
            knock,
            nothing,
            click,
            click,
        ).render(np.ones(1, np.float32), self._sample_rate, out)

    @property
    def tail_s(self) -> float:
        """The release."""
        return self.params.release_ms * 0.001 + 0.002


def _registration(drawbars: str) -> NDArray[np.float64]:
    """Amplitudes of nine drawbars: each step is 3 dB, the loudest is 1. What is no digit counts as 0."""
    steps = np.array([int(c) if c in "012345678" else 0 for c in f"{drawbars:0<9.9}"], np.float64)
    return np.where(steps > 0.0, 10.0 ** (-3.0 * (8.0 - steps) / 20.0), 0.0)
