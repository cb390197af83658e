"""A tine electric piano, by FM: a body that growls when struck hard, and a bell of a tine that dies at once."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.noise import spread
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.layers import sides
from songwright_instruments.operator_voice import Voices
from songwright_instruments.touch import force, loudness

_LEVEL = 0.11


class ElectricPianoParams(Params):
    """Tine, bark, and the suitcase's tremolo."""

    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "how much the pickup growls", automatable=True)
    tine_percent: float = knob(50.0, 0.0, 100.0, "%", "level of the bell at the attack")
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "how long held notes ring")
    release_ms: float = knob(180.0, 20.0, 3000.0, "ms", "time to silence after the note", taper="log")
    tremolo_percent: float = knob(18.0, 0.0, 100.0, "%", "depth of the stereo tremolo")
    tremolo_rate_hz: float = knob(4.6, 0.2, 12.0, "Hz", "rate of the stereo tremolo", taper="log")
    width_percent: float = knob(40.0, 0.0, 100.0, "%", "spread of low and high notes between left and right")


class ElectricPiano(Instrument):
    """A tine electric piano that barks when it is struck hard.

    Two pairs of operators (Chowning's FM as the DX7's electric pianos use it): sine on sine for the pickup's
    distortion, deeper with force; and ratio 14 for the tine,
    gone in 150 ms. The bass rings longer than the treble.
    """

    name: ClassVar[str] = "electric-piano"
    Params = ElectricPianoParams
    params: ElectricPianoParams
    midi_range: ClassVar[tuple[int, int]] = (28, 100)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``."""
        if not len(events):
            return
        params = self.params
        one = np.ones(len(events))
        pitch = events["pitch"].astype(np.float64)
        hard = force(events)
        low = np.clip((76.0 - pitch) / 36.0, 0.0, 1.3)  # the treble is purer
        bark = (0.5 + 0.5 * low) * 2.5 * 2.0 ** (1.1 * hard)
        tine = params.tine_percent / 50.0 * np.clip((100.0 - pitch) / 40.0, 0.0, 1.0) * 2.0 ** (0.9 * hard)
        off = 2.0 ** (1.2 * spread(events["seed"], 1) / 1200.0)
        release = params.release_ms * 0.001
        gain = _LEVEL * loudness(events, 1.3)
        left, right = sides(np.clip((pitch - 60.0) / 36.0, -1.0, 1.0) * params.width_percent / 100.0 * 0.6)
        Voices(
            events,
            ratio=np.stack([off, off, 1.0008 * off, 14.0 * off], axis=1),
            depth=np.stack([0.0 * one, bark, 0.0 * one, 0.95 * tine], axis=1),
            carry=np.stack([one, 0.0 * one, 0.62 * one, 0.02 * tine], axis=1),
            envelope=np.array(
                [
                    [0.0012, 5.0, 0.0, release],
                    [0.001, 2.2, 0.22, release],
                    [0.0012, 7.0, 0.0, release],
                    [0.0005, 0.4, 0.0, release],
                ]
            ),
            patching=np.array([[0.0, 1.0, 0.0, 0.0], [0.0] * 4, [0.0, 0.0, 0.0, 1.0], [0.0] * 4]),
            left=gain * left,
            right=gain * right,
            stretch=4.0 ** ((params.decay_percent - 50.0) / 50.0) * 2.0 ** ((60.0 - pitch) / 26.0),
            lfo_hz=params.tremolo_rate_hz,
            tremolo=params.tremolo_percent / 100.0 * 0.7,
        ).render(controls.curve("brightness_percent") / 50.0, self._sample_rate, out)

    @property
    def tail_s(self) -> float:
        """The release."""
        return self.params.release_ms * 0.001 + 0.002
