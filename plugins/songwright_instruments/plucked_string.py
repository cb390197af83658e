"""A plucked string on a body: steel, nylon or electric guitar, and a harp's neighbours.

The string is :mod:`songwright.dsp.string`. Each note is two strings, one for each way it can swing, a hair
apart in tuning and unlike in decay, which gives the beating and the two-stage decay of real ones (Weinreich,
"Coupled piano strings", JASA 62, 1977; for guitars: Woodhouse, Acta Acustica 90, 2004). A body of a few
resonances (air, top plate) follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.body import resonate
from songwright.dsp.noise import spread, uniform
from songwright.dsp.string import loop, pluck
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation
from songwright_instruments.layers import sides


@dataclass(frozen=True)
class _Guitar:
    """One kind of guitar."""

    low_s: float  # time in which E2's fundamental falls by 60 dB
    high_s: float  # time in which 5 kHz falls by 60 dB
    pluck_ms: float  # width of the pluck
    rough: float
    level: float
    direct: float  # how much of the string is heard beside the body
    body: tuple[tuple[float, float, float], ...]  # Hz, Q, gain
    pickup: float  # listening position as a share of the string, 0: the bridge
    treble_hz: float


_GUITARS = {
    "steel": _Guitar(
        6.0, 1.8, 0.29,
        0.2,
        0.77, 0.8,
        ((98.0, 12.0, 0.55), (201.0, 16.0, 0.6), (385.0, 14.0, 0.35), (560.0, 18.0, 0.25), (940.0, 12.0, 0.2)),
        0.0, 13000.0,
    ),
    "nylon": _Guitar(
        3.6, 0.28, 0.75,
        0.15,
        1.36, 0.6,
        ((94.0, 10.0, 0.8), (190.0, 14.0, 0.85), (290.0, 14.0, 0.4), (460.0, 12.0, 0.35), (700.0, 10.0, 0.25)),
        0.0, 5200.0,
    ),
    "electric": _Guitar(9.0, 1.1, 0.3, 0.25, 0.6, 1.0, (), 0.21, 4300.0),
}  # fmt: skip


_APART_S = 0.002  # notes that begin together are plucked within this time: their strokes do not add up to one crack


class PluckedStringParams(Params):
    """The guitar, the hand, and how long it rings."""

    kind: Literal["steel", "nylon", "electric"] = knob("steel", help="strings and body")
    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "hardness of the pluck, from thumb to plectrum")
    position_percent: float = knob(
        16.0, 3.0, 50.0, "%", "where it is plucked, from the bridge to the middle of the string"
    )
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "how long strings ring")
    release_ms: float = knob(110.0, 20.0, 3000.0, "ms", "time to silence after the note is let go", taper="log")
    body_percent: float = knob(50.0, 0.0, 100.0, "%", "level of the body's resonances")
    width_percent: float = knob(40.0, 0.0, 100.0, "%", "spread of low and high strings between left and right")


class PluckedString(Instrument):
    """A plucked guitar: steel, nylon or electric.

    ``MUTED`` notes are palm-muted, ``STRUM_UP`` is lighter and brighter than ``STRUM_DOWN``, ``LEGATO`` notes
    are hammered on. Strings are tuned within a cent up to 4 kHz.
    """

    name: ClassVar[str] = "plucked-string"
    version: ClassVar[str] = "2"
    Params = PluckedStringParams
    params: PluckedStringParams
    midi_range: ClassVar[tuple[int, int]] = (36, 96)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Pluck all notes, then send them through the body together."""
        if not len(events):
            return
        rate, params, guitar = self._sample_rate, self.params, _GUITARS[self.params.kind]
        kind, seed = events["articulation"], events["seed"]
        muted = kind == Articulation.MUTED
        tied = kind == Articulation.LEGATO
        upward = kind == Articulation.STRUM_UP
        pitch = np.clip(events["pitch"].astype(np.float64), 20.0, 108.0)
        hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        velocity = np.clip(events["velocity"], 0.02, 1.0).astype(np.float64)

        ring = 4.0 ** ((params.decay_percent - 50.0) / 50.0)
        low_s = guitar.low_s * ring * (82.4 / hz) ** 0.55 * np.where(muted, 0.09, 1.0)
        high_s = guitar.high_s * ring * np.where(muted, 0.12, 1.0) * (0.75 + 0.3 * velocity)
        release_s = np.full(len(events), params.release_ms * 0.001)
        hard = 2.0 ** ((params.brightness_percent - 50.0) / 25.0) * (velocity / 0.8) ** 0.8 * np.where(upward, 1.3, 1.0)
        width = guitar.pluck_ms * 0.001 * rate / hard * np.where(muted, 1.6, 1.0) * np.where(tied, 2.5, 1.0)
        width = np.minimum(width, 0.45 * rate / hz)
        position = np.clip(params.position_percent / 100.0 * (1.0 + 0.12 * spread(seed, 1)), 0.02, 0.5)
        gain = guitar.level * (velocity / 0.8) ** 1.4 * np.where(tied, 0.55, 1.0) * np.where(upward, 0.85, 1.0)
        gain *= (hz / 196.0) ** -0.1 / np.sqrt(np.maximum(width, 2.0) / 10.0)
        left, right = sides(np.clip((pitch - 57.0) / 30.0, -1.0, 1.0) * params.width_percent / 100.0 * 0.6)

        late = (_APART_S * rate * uniform(seed, 4)).astype(np.int64)
        strings = []
        for swing, (cents, longer, share) in enumerate(((-0.1, 1.0, 0.62), (0.35, 0.45, 0.38))):
            tuned = hz * 2.0 ** ((cents + 0.3 * spread(seed, 2 + swing)) / 1200.0)
            whole, taps = loop(tuned, low_s * longer, high_s * longer, rate)
            _, damped = loop(
                tuned, np.minimum(low_s * longer, release_s * 0.66), np.minimum(high_s, release_s * 0.33), rate
            )
            natural = low_s * longer * 1.6 * rate
            gate = np.minimum(events["length"], natural).astype(np.int64)
            span = np.stack([events["start"] + late, gate, gate + (release_s * 1.1 * rate).astype(np.int64)], axis=1)
            shape = np.stack(
                [width, np.full(len(events), guitar.rough), position * rate / hz, guitar.pickup * rate / hz,
                 gain * share * left, gain * share * right], axis=1,
            ).astype(np.float32)  # fmt: skip
            strings.append((span, whole, taps, damped, shape, (uniform(seed, 5 + swing) * 2.0**32).astype(np.uint32)))
        wet = np.zeros_like(out)
        span, whole, taps, damped, shape, chance = (np.concatenate(column) for column in zip(*strings, strict=True))
        pluck(span, whole, taps, damped, shape, chance, wet)
        body = np.array(guitar.body, np.float32).reshape(-1, 3)
        amount = params.body_percent / 50.0
        resonate(wet, body, guitar.direct, amount, guitar.treble_hz, float(rate), out)

    @property
    def tail_s(self) -> float:
        """The release, and the body after it."""
        return self.params.release_ms * 0.0011 + 0.3
