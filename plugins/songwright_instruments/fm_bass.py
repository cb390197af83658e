"""An FM bass: two modulators on one sine, the second with feedback."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.operator_voice import Voices
from songwright_instruments.touch import force, loudness

_LEVEL = 0.34


class FmBassParams(Params):
    """Bite, body and length."""

    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "depth of all modulation", automatable=True)
    bite_percent: float = knob(50.0, 0.0, 100.0, "%", "hardness of the attack")
    attack_ms: float = knob(2.0, 0.5, 500.0, "ms", "time to full level", taper="log")
    decay_ms: float = knob(1400.0, 50.0, 8000.0, "ms", "time to fall to the sustain level", taper="log")
    sustain_percent: float = knob(35.0, 0.0, 100.0, "%", "level while the note is held")
    release_ms: float = knob(80.0, 5.0, 4000.0, "ms", "time to silence after the note", taper="log")
    glide_ms: float = knob(50.0, 1.0, 1000.0, "ms", "time of the slide into a tied note", taper="log")


class FmBass(Instrument):
    """A punchy FM bass, solid in the octave below 100 Hz.

    Operator 1 is heard; 2 (ratio 1) gives the growl, 3 (ratio 2) with 4 (ratio 3,
    feedback) the attack that dies in a tenth
    of a second. After the "solid bass" family of the DX7.
    """

    name: ClassVar[str] = "fm-bass"
    Params = FmBassParams
    params: FmBassParams
    midi_range: ClassVar[tuple[int, int]] = (24, 67)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``."""
        if not len(events):
            return
        params = self.params
        bite = params.bite_percent / 50.0
        hard = 2.0 ** (1.1 * force(events))
        pitch = events["pitch"].astype(np.float64)
        darker = 2.0 ** (-np.maximum(pitch - 40.0, 0.0) / 24.0)
        one = np.ones(len(events))
        release = params.release_ms * 0.001
        attack, decay, sustain = (
            params.attack_ms * 0.001,
            params.decay_ms * 0.001,
            params.sustain_percent / 100.0,
        )
        Voices(
            events,
            ratio=np.array([[1.0, 1.0, 2.0, 3.0]]),
            depth=np.stack(
                [0.0 * one, 2.4 * hard * darker, 2.2 * bite * hard * darker, 1.0 * bite * hard * darker], axis=1
            ),
            carry=np.array([[1.0, 0.0, 0.0, 0.0]]),
            envelope=np.array(
                [
                    [attack, decay, sustain, release],
                    [0.001, 0.55, 0.35, release],
                    [0.001, 0.16, 0.05, release],
                    [0.001, 0.06, 0.0, release],
                ]
            ),
            patching=np.array(
                [[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.12]]
            ),
            left=_LEVEL * loudness(events, 1.4),
            right=_LEVEL * loudness(events, 1.4),
            glide_s=params.glide_ms * 0.001,
        ).render(controls.curve("brightness_percent") / 50.0, self._sample_rate, out)

    @property
    def tail_s(self) -> float:
        """The release."""
        return self.params.release_ms * 0.001 + 0.002
