"""Struck bars and bells as tables of modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.modal import ring
from songwright.dsp.noise import spread
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.layers import sides
from songwright_instruments.touch import force, loudness


@dataclass(frozen=True)
class _Metal:
    """Modes of one kind of bell: frequency over the note's, level, and time constant over the first one's."""

    ratio: tuple[float, ...]
    level: tuple[float, ...]
    decay: tuple[float, ...]
    decay_s: float  # time constant of the first mode at C5
    gain: float


#: Bars: Fletcher & Rossing, "The Physics of Musical Instruments", ch. 19 (free bars 1 : 2.756 :
#: 5.404 : 8.933; tuned vibraphone and marimba bars 1 : 4 : 10); tubular and church bells: ch. 20 and 21
#: (the strike note is the pitch).
_KINDS = {
    "glockenspiel": _Metal((1.0, 2.756, 5.404, 8.933), (1.0, 0.42, 0.26, 0.12),
    (1.0, 0.42, 0.16, 0.07), 0.75, 0.33),
    "vibraphone": _Metal((1.0, 1.0016, 4.0, 10.0, 17.6), (0.8, 0.35, 0.30, 0.10, 0.04),
    (1.0, 1.3, 0.3, 0.08, 0.04), 1.6, 0.30),
    "marimba": _Metal((1.0, 3.93, 9.2, 16.3), (1.0, 0.30, 0.12, 0.05), (1.0, 0.28, 0.12, 0.06), 0.26, 0.42),
    "tubular": _Metal(
        (0.5, 1.0, 1.503, 2.0, 2.556, 3.17, 3.84, 4.56), (0.25, 0.8, 0.6, 0.7, 0.5, 0.35, 0.25, 0.18),
        (1.3, 1.0, 0.9, 0.8, 0.55, 0.4, 0.3, 0.22), 1.5, 0.22,
    ),
    "church": _Metal(
        (0.5, 1.0, 1.183, 1.506, 2.0, 2.514, 2.662, 3.011, 4.166, 5.433),
        (0.5, 0.55, 0.6, 0.3, 0.8, 0.3, 0.3, 0.3, 0.25, 0.15),
        (2.2, 1.2, 1.0, 0.7, 0.6, 0.35, 0.33, 0.3, 0.2, 0.12), 1.9, 0.24,
    ),
}  # fmt: skip


class BellParams(Params):
    """Metal, mallet and hand."""

    kind: Literal["glockenspiel", "vibraphone", "marimba", "tubular", "church"] = knob(
        "glockenspiel", help="what is struck"
    )
    brightness_percent: float = knob(50.0, 0.0, 100.0, "%", "hardness of the mallet")
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "how long it rings")
    release_ms: float = knob(600.0, 20.0, 8000.0, "ms", "time to silence after the note is let go", taper="log")
    width_percent: float = knob(50.0, 0.0, 100.0, "%", "spread of the modes between left and right")


class Bell(Instrument):
    """Struck bars and bells: glockenspiel, vibraphone, marimba, tubular and church bell."""

    name: ClassVar[str] = "bell"
    Params = BellParams
    params: BellParams
    midi_range: ClassVar[tuple[int, int]] = (41, 103)

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all notes to ``out``."""
        if not len(events):
            return
        rate, params, metal = self._sample_rate, self.params, _KINDS[self.params.kind]
        pitch = np.clip(events["pitch"].astype(np.float64), 10.0, 120.0)
        hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        ratio = np.array(metal.ratio)
        mode_hz = hz[:, None] * ratio
        hardness = force(events) + (params.brightness_percent - 50.0) / 25.0
        tilt = np.log2(np.maximum(ratio, 1.0))[None, :] * 0.22 * hardness[:, None]
        struck = 1.0 + 0.15 * spread((events["seed"][:, None] + 104_729 * np.arange(len(ratio))).astype(np.uint32), 1)
        level = 0.6 * metal.gain * loudness(events, 1.5)[:, None] * np.array(metal.level) * 2.0**tilt * struck
        level = np.where(mode_hz < 16_000.0, level, 0.0)
        length = metal.decay_s * 4.0 ** ((params.decay_percent - 50.0) / 50.0) * 2.0 ** ((72.0 - pitch) / 24.0)
        decay = 1.0 / (length[:, None] * np.array(metal.decay) * rate)
        left, right = sides(
            0.8 * params.width_percent / 100.0 * np.sin(1.9 * np.arange(len(ratio)) + 0.4 * pitch[:, None])
        )
        count = len(events)
        ring(
            np.stack([events["start"], events["length"]], axis=1),
            np.full(count, 10.8 / (params.release_ms * 0.001 * rate)),
            np.arange(count + 1, dtype=np.int64) * len(ratio),
            (mode_hz * (2.0 * np.pi / rate)).ravel(),
            decay.ravel(),
            np.zeros(mode_hz.size),
            np.stack([level * left, level * right], axis=2).reshape(-1, 2).astype(np.float32),
            out,
        )

    @property
    def tail_s(self) -> float:
        """The release."""
        return self.params.release_ms * 0.001 + 0.05
