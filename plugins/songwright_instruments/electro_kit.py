"""Two drum machines in one: the long, round one of 1980 and the hard one of 1983.

Voices after the circuits: bridged-T kick and toms, two-oscillator snare with high-passed noise,
six square waves through band-passes for
hats, cymbal and cowbell, four retriggers for the clap (Werner, Abel & Smith, "A physically-informed,
circuit-bendable, digital model of
the Roland TR-808 bass drum circuit" and "cymbal", DAFx 2014; pichenettes/eurorack, plaits/dsp/drums).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.layers import Hits, Layers

_TRIM = 0.6
_SQUARES_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)
_TOM_HZ = {41: 82.0, 43: 92.0, 45: 118.0, 47: 138.0, 48: 165.0, 50: 190.0}


class ElectroKitParams(Params):
    """Which machine, and its knobs."""

    kind: Literal["808", "909"] = knob("909", help="round and long (808) or hard and short (909)")
    tune_semitones: float = knob(0.0, -12.0, 12.0, "semitones", "tuning of kick, snare and toms")
    decay_percent: float = knob(50.0, 0.0, 100.0, "%", "length of the kick")
    snappy_percent: float = knob(50.0, 0.0, 100.0, "%", "level of the snare's noise")
    drive_percent: float = knob(30.0, 0.0, 100.0, "%", "saturation of the kick")
    hats_db: float = knob(0.0, -24.0, 12.0, "dB", "level of hats and cymbals", taper="db")


class ElectroKit(Instrument):
    """An electronic drum kit after the classic machines.

    Notes are General MIDI drum numbers. An open hat (46) rings as long as its note, at most,
    and is then choked.
    """

    name: ClassVar[str] = "electro-kit"
    Params = ElectroKitParams
    params: ElectroKitParams
    midi_range: ClassVar[tuple[int, int]] = (27, 87)
    is_drums: ClassVar[bool] = True

    def prepare(self, sample_rate: int) -> None:
        """Keep the rate."""
        self._sample_rate = sample_rate

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add the hits to ``out``."""
        layers = Layers(self._sample_rate, _TRIM)
        numbers = np.rint(events["pitch"]).astype(np.int64)
        for number in sorted(set(numbers.tolist())):
            hits = Hits(events[numbers == number], self._sample_rate)
            _PIECES.get(number, _shaker)(hits, layers, self.params, number)
        layers.render(out)

    @property
    def tail_s(self) -> float:
        """A long kick's or the cymbal's."""
        return 8.0


def _tune(params: ElectroKitParams) -> float:
    return float(2.0 ** (params.tune_semitones / 12.0))


def _kick(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    round_one, length = params.kind == "808", 4.0 ** ((params.decay_percent - 50.0) / 50.0)
    hz = (49.0 if round_one else 52.0) * _tune(params)
    drive = params.drive_percent / 50.0
    layers.drop(
        hits, 0.50 * hits.level, hz=hz, from_hz=hz * (2.4 if round_one else 4.6),
        fall_s=0.007 if round_one else 0.022,
        decay_s=(0.30 if round_one else 0.12) * length, attack_s=0.001, drive=drive,
    )  # fmt: skip
    layers.burst(hits, (0.25 if round_one else 0.7) * hits.level, hz=2600.0, q=0.6, fast_s=0.006, stream=20)
    layers.burst(hits, (0.2 if round_one else 0.7) * hits.level, hz=600.0, mix=(1.0, 0.0, 0.0), fast_s=0.006, stream=21)


def _snare(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:
    round_one, tune = params.kind == "808", _tune(params) * (1.1 if number == 40 else 1.0)
    for hz, level, decay in ((184.0, 0.34, 0.045), (336.0, 0.22, 0.032)):
        layers.drop(
            hits,
            level * hits.level,
            hz=hz * tune,
            from_hz=hz * tune * (1.1 if round_one else 1.9),
            fall_s=0.008,
            decay_s=decay,
        )
    snap = params.snappy_percent / 50.0 * hits.level
    layers.burst(
        hits, (0.6 if round_one else 0.85) * snap, hz=1700.0, q=0.5, mix=(0.0, 1.0, 0.6),
        fast_s=0.045, slow_s=0.11, slow=0.35, width=0.12, stream=22,
    )  # fmt: skip


def _rim(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    layers.modes(
        hits,
        hits.level,
        share=np.array([0.5, 0.45, 0.2]),
        hz=_tune(params) * np.array([455.0, 1667.0, 2730.0]),
        decay_s=np.array([0.008, 0.009, 0.004]),
    )


def _clap(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    for hand, at in enumerate((0.0, 0.010, 0.020, 0.030)):
        layers.burst(
            hits, 1.7 * hits.level, hz=1100.0, q=1.2, mix=(0.0, 1.0, 0.15), fast_s=0.004 if hand < 3 else 0.03,
            slow_s=0.11, slow=0.0 if hand < 3 else 0.3, late_s=at, width=0.2, stream=23 + hand,
        )  # fmt: skip


def _metal(low_hz: float, high_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The harmonics of six square waves between two frequencies, and their levels (1 / number)."""
    lines = sorted((hz * n, 1.0 / n) for hz in _SQUARES_HZ for n in range(1, 60, 2) if low_hz < hz * n < high_hz)
    return np.array([hz for hz, _ in lines]), np.array([level for _, level in lines])


def _hat(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:
    gain = 10.0 ** (params.hats_db / 20.0)
    open_hat, short = number == 46, 0.8 if number == 44 else 1.0
    hz, lines = _metal(5200.0, 15_000.0)
    band = 1.0 / np.sqrt(1.0 + ((hz / 8800.0 - 8800.0 / hz) * 1.6) ** 2)
    decay = (0.26 if open_hat else 0.028) * short
    layers.modes(
        hits, gain * hits.level * 2.0 ** (0.3 * hits.force), share=0.75 * lines * band, hz=hz,
        decay_s=np.full(hz.shape, decay), phase=4.7 * np.arange(len(hz)) ** 2, pan=0.15, choked=open_hat,
        choke_s=0.012,
    )  # fmt: skip
    noise = 0.16 if params.kind == "808" else 0.36
    layers.burst(
        hits,
        gain * noise * hits.level,
        hz=8500.0,
        q=0.8,
        mix=(0.0, 0.2, 1.0),
        fast_s=decay,
        pan=0.15,
        choked=open_hat,
        stream=30,
    )


def _cymbal(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:
    gain, ride = 10.0 ** (params.hats_db / 20.0), number in (51, 53, 59)
    hz, lines = _metal(2400.0, 14_500.0)
    decay = (0.42 if ride else 0.6) * (3000.0 / hz) ** 0.4
    layers.modes(
        hits, gain * hits.level, share=(0.28 if ride else 0.5) * lines, hz=hz, decay_s=decay,
        phase=4.7 * np.arange(len(hz)) ** 2, pan=-0.3 if ride else 0.3,
    )  # fmt: skip
    layers.burst(
        hits, gain * (0.1 if ride else 0.26) * hits.level, hz=6500.0, q=0.7, mix=(0.0, 0.4, 1.0), fast_s=0.08,
        slow_s=0.2 if ride else 0.6, slow=0.5, width=0.3, pan=-0.3 if ride else 0.3, stream=31,
    )  # fmt: skip


def _tom(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:
    hz, pan = _TOM_HZ[number] * _tune(params), (_TOM_HZ[number] - 125.0) / 180.0
    layers.drop(hits, 0.48 * hits.level, hz=hz, from_hz=hz * 1.8, fall_s=0.03, decay_s=0.16, drive=0.3, pan=pan)
    layers.burst(hits, 0.25 * hits.level, hz=900.0, q=0.5, fast_s=0.02, pan=pan, stream=32)


def _cowbell(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    harmonics = np.arange(1, 12, 2)
    hz = np.concatenate([540.0 * harmonics, 800.0 * harmonics])
    band = 1.0 / np.sqrt(1.0 + ((hz / 860.0 - 860.0 / hz) * 1.3) ** 2)
    level = 0.42 * np.concatenate([1.0 / harmonics, 1.0 / harmonics]) * band
    layers.modes(hits, hits.level, share=level, hz=hz, decay_s=np.full(hz.shape, 0.09), pan=0.2)


def _conga(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:
    hz = {60: 370.0, 61: 290.0, 62: 330.0, 63: 245.0, 64: 190.0}[number] * _tune(params)
    layers.drop(hits, 0.42 * hits.level, hz=hz, from_hz=hz * 1.08, fall_s=0.02, decay_s=0.055, pan=-0.25)


def _clave(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    share, hz, decay = np.array([0.5, 0.2]), np.array([2500.0, 5100.0]), np.array([0.014, 0.005])
    layers.modes(hits, hits.level, share=share, hz=hz, decay_s=decay, pan=0.3)


def _shaker(hits: Hits, layers: Layers, params: ElectroKitParams, number: int) -> None:  # noqa: ARG001
    layers.burst(
        hits,
        0.5 * hits.level,
        hz=7200.0,
        q=0.9,
        mix=(0.0, 0.6, 0.6),
        fast_s=0.022,
        attack_s=0.012,
        pan=-0.35,
        stream=33,
    )


_Piece = Callable[[Hits, Layers, ElectroKitParams, int], None]
_PIECES: dict[int, _Piece] = {
    35: _kick, 36: _kick, 37: _rim, 38: _snare, 39: _clap, 40: _snare, 42: _hat, 44: _hat, 46: _hat,
    41: _tom, 43: _tom, 45: _tom, 47: _tom, 48: _tom, 50: _tom, 56: _cowbell,
    49: _cymbal, 51: _cymbal, 52: _cymbal, 53: _cymbal, 55: _cymbal, 57: _cymbal, 59: _cymbal,
    60: _conga, 61: _conga, 62: _conga, 63: _conga, 64: _conga, 75: _clave, 76: _clave, 77: _clave,
}  # fmt: skip
