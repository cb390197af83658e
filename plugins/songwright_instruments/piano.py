"""A piano: stretched partials from a felt hammer, in pairs that beat, and the knock of wood.

Inharmonicity: Rauhala & Välimäki, "Tunable dispersion filter design for piano synthesis", IEEE SPL 13(5),
2006. Two-stage decay of
coupled strings: Weinreich, JASA 62, 1977. Hammer as a low-pass that force opens: Bank, Avanzini et al.,
"Physically informed
signal processing methods for piano sound synthesis", EURASIP JASP 2003.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.modal import ring
from songwright.dsp.noise import spread
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation
from songwright_instruments.layers import Hits, Layers, sides
from songwright_instruments.touch import force, loudness

_LEVEL = 0.22
_PARTIALS = 56


class PianoParams(Params):
    """Felt, strings and lid."""

    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "hardness of the hammers")
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "how long held notes ring")
    knock_percent: float = knob(50.0, 0.0, 100.0, "%", "level of the hammer's knock on the wood")
    detune_cents: float = knob(
        1.2, 0.0, 20.0, "cents", "how far the strings of a note lie apart: from concert to saloon"
    )
    release_ms: float = knob(220.0, 40.0, 4000.0, "ms", "time to silence after the note is let go", taper="log")
    width_percent: float = knob(50.0, 0.0, 100.0, "%", "spread of bass and treble between left and right")


class Piano(Instrument):
    """An upright-sized piano, modelled partial by partial.

    Force makes it louder and brighter; a soft note is nearly a fundamental. Each partial is two modes,
    one prompt, one
    slow and a little out of tune. No sympathetic resonance and no pedal: a held pedal is a longer note.
    """

    name: ClassVar[str] = "piano"
    Params = PianoParams
    params: PianoParams
    midi_range: ClassVar[tuple[int, int]] = (21, 108)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``."""
        if not len(events):
            return
        rate, params, seed = self._sample_rate, self.params, events["seed"]
        pitch = np.clip(events["pitch"].astype(np.float64), 15.0, 112.0)
        hard = force(events)
        n = np.arange(1, _PARTIALS + 1)
        stiff = np.exp(0.0926 * pitch - 13.64) + np.exp(-0.0847 * pitch - 5.82)
        hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        stretched = n * np.sqrt((1.0 + np.outer(stiff, n**2)) / (1.0 + stiff[:, None]))
        partial_hz = hz[:, None] * stretched

        felt = 1150.0 * 2.0 ** ((pitch - 60.0) / 30.0 + 1.0 * hard + (params.brightness_percent - 50.0) / 28.0)
        strength = 1.0 / (1.0 + (partial_hz / felt[:, None]) ** 2) ** 1.1
        strength *= 0.25 + np.abs(np.sin(np.pi * n * 0.121))
        strength *= partial_hz**2 / (partial_hz**2 + 85.0**2)
        strength *= 1.0 + 0.3 * spread((seed[:, None] + 7919 * n).astype(np.uint32), 1)
        strength /= np.sqrt(np.sum(strength**2, axis=1, keepdims=True))
        gain = _LEVEL * loudness(events, 1.6) * 2.0 ** (-np.maximum(pitch - 72.0, 0.0) / 40.0)

        length = 4.0 ** ((params.decay_percent - 50.0) / 50.0)
        prompt = 0.95 / length * 2.0 ** ((pitch[:, None] - 60.0) / 15.0) * (1.0 + 0.2 * (n - 1) ** 0.9)
        heard = (partial_hz < min(14_000.0, 0.45 * rate)) & (strength > 3e-4)
        pairs = ((1.0, 0.8, 1.0), (2.0 ** (params.detune_cents / 1200.0), 0.28, 0.24))
        frequency = np.stack([partial_hz * off for off, _, _ in pairs], axis=2)[heard]
        decay = np.stack([prompt * slow for _, _, slow in pairs], axis=2)[heard]
        loud = np.stack([gain[:, None] * strength * share for _, share, _ in pairs], axis=2)[heard]
        left, right = sides(
            np.clip((pitch[:, None] - 62.0) / 44.0, -0.8, 0.8) * params.width_percent / 100.0
            + 0.35 * params.width_percent / 100.0 * np.sin(2.1 * n + 0.3 * pitch[:, None])
        )
        level = np.stack([loud * np.repeat(side[heard][:, None], 2, axis=1) for side in (left, right)], axis=2)
        count = 2 * np.count_nonzero(heard, axis=1)
        damping = np.where(pitch > 90.0, 0.35, 1.0) * 10.4 / (params.release_ms * 0.001 * rate)
        ring(
            np.stack([events["start"], _held(events)], axis=1),
            damping,
            np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            (frequency * (2.0 * np.pi / rate)).ravel(),
            (decay / rate).ravel(),
            np.pi * (np.broadcast_to(n, heard.shape)[heard] * 0.381966 % 1.0 > 0.5).repeat(2).astype(np.float64),
            level.reshape(-1, 2).astype(np.float32),
            out,
        )
        self._knock(events, pitch, hard, gain, out)

    def _knock(
        self,
        events: NDArray[np.void],
        pitch: NDArray[np.float64],
        hard: NDArray[np.float64],
        gain: NDArray[np.float64],
        out: NDArray[np.float32],
    ) -> None:
        """The hammer's thud on key bed and soundboard, and a little felt."""
        amount = self.params.knock_percent / 50.0 * gain * 2.0 ** (0.4 * hard + (pitch - 60.0) / 60.0)
        board = 2.0 ** ((pitch - 60.0) / 48.0)
        layers, hits = Layers(self._sample_rate), Hits(events, self._sample_rate)
        layers.burst(
            hits,
            0.5 * amount,
            hz=230.0 * board,
            q=0.9,
            mix=(0.7, 1.0, 0.0),
            fast_s=0.022,
            attack_s=0.0015,
            width=0.2,
            stream=11,
        )
        layers.burst(hits, 0.45 * amount, hz=1900.0 * board, q=0.9, fast_s=0.005, attack_s=0.0015, width=0.2, stream=12)
        layers.render(out)

    @property
    def tail_s(self) -> float:
        """The dampers' time; the top octave has none to speak of and takes three times as long."""
        return self.params.release_ms * 0.0032 + 0.3


def _held(events: NDArray[np.void]) -> NDArray[np.int64]:
    short = np.isin(events["articulation"], (Articulation.STACCATO, Articulation.MUTED))
    held: NDArray[np.int64] = np.where(short, np.maximum(events["length"] // 2, 1), events["length"])
    return held
