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

_LEVEL = 0.128


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

    A tine moves as a pure sine; the pickup makes its harmonics, ever more with force (Muenster & Pfeifle, "Non-linear
    behaviour in sound production of the Rhodes piano", ISMA 2014). Here the sine bends its own phase twice over
    (Chowning's FM in a chain), which gives a series that falls evenly instead of ending after four harmonics. The
    tine's second mode, out of tune and gone in 150 ms, lies closer to the note in the treble (Gabrielli et al., "The
    Rhodes electric piano", JASA 148, 2020). The bass rings longer than the treble.
    """

    name: ClassVar[str] = "electric-piano"
    version: ClassVar[str] = "2"
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
        bark = (0.65 + 0.35 * low) * 2.25 * 2.0 ** (1.15 * hard)
        edge = (0.6 + 0.4 * low) * 0.75 * 2.0 ** (0.6 * hard)
        tine = params.tine_percent / 50.0 * np.clip((100.0 - pitch) / 40.0, 0.0, 1.0) * 2.0 ** (0.9 * hard)
        mode = np.clip(10.3 * 2.0 ** ((60.0 - pitch) / 24.0), 6.27, 24.0)
        off = 2.0 ** (1.2 * spread(events["seed"], 1) / 1200.0)
        release = params.release_ms * 0.001
        gain = _LEVEL * loudness(events, 1.3)
        left, right = sides(np.clip((pitch - 60.0) / 36.0, -1.0, 1.0) * params.width_percent / 100.0 * 0.6)
        Voices(
            events,
            ratio=np.stack([off, off, 1.0006 * off, mode * off], axis=1),
            depth=np.stack([0.0 * one, bark, edge, 0.95 * tine], axis=1),
            carry=np.stack([one, 0.0 * one, 0.3 * one, 0.03 * tine], axis=1),
            envelope=np.array(
                [
                    [0.0012, 5.0, 0.0, release],
                    [0.001, 2.2, 0.22, release],
                    [0.0012, 7.0, 0.0, release],
                    [0.0005, 0.4, 0.0, release],
                ]
            ),
            patching=np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0] * 4]),
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
