"""An acoustic drum kit, modelled: heads fall in pitch, shells ring, wires rattle, cymbals are clouds of modes.

Membrane modes: Fletcher & Rossing, "The Physics of Musical Instruments", ch. 18. Cymbals as dense inharmonic
modes that a harder stroke excites higher up: ibid., ch. 20. The recipe of the snare (two head modes, wires as
noise, a crack) follows the analogue tradition that pichenettes/eurorack (plaits/dsp/drums) documents.

Levels and bands are set so that a played part has the long-term spectrum of recorded drums (MUSDB18 stems, as
published with Martinez-Ramirez et al., "Automatic music mixing", ISMIR 2022), 63 Hz to 16 kHz.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.ambience import reflect, room
from songwright.interfaces.controls import Controls
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright_instruments.layers import Hits, Layers

_ROOM_S = 0.24
_TRIM = 0.57
_TOM_HZ = {41: 68.0, 43: 80.0, 45: 96.0, 47: 114.0, 48: 134.0, 50: 158.0}
_TOM_PAN = {41: 0.45, 43: 0.38, 45: 0.22, 47: 0.05, 48: -0.15, 50: -0.28}


class AcousticKitParams(Params):
    """How the kit is tuned, struck and heard."""

    tune_semitones: float = knob(0.0, -7.0, 7.0, "semitones", "tuning of kick, snare and toms")
    damping_percent: float = knob(50.0, 0.0, 100.0, "%", "how short kick, snare and toms ring")
    snares_percent: float = knob(50.0, 0.0, 100.0, "%", "level of the snare's wires")
    click_percent: float = knob(50.0, 0.0, 100.0, "%", "hardness of the kick's beater and of the sticks")
    cymbals_db: float = knob(0.0, -24.0, 12.0, "dB", "level of hats, ride and crashes", taper="db")
    room_percent: float = knob(40.0, 0.0, 100.0, "%", "level of the room around the kit")
    view: Literal["audience", "drummer"] = knob("audience", help="side from which the kit is heard: hats right or left")


class AcousticKit(Instrument):
    """A modelled acoustic drum kit in a small room.

    Notes are General MIDI drum numbers. An open hat (46) rings as long as its note and is then choked; a crash
    whose note is articulated ``MUTED`` is caught by hand when it ends. All other lengths mean nothing.
    """

    name: ClassVar[str] = "acoustic-kit"
    version: ClassVar[str] = "2"
    Params = AcousticKitParams
    params: AcousticKitParams
    midi_range: ClassVar[tuple[int, int]] = (27, 87)
    is_drums: ClassVar[bool] = True

    def prepare(self, sample_rate: int) -> None:
        """Lay out the room."""
        self._sample_rate = sample_rate
        self._room = room(sample_rate, _ROOM_S, 40)

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add the hits to ``out``: dry layers first, then the room about them."""
        layers = Layers(self._sample_rate, _TRIM, mirrored=self.params.view == "drummer")
        numbers = np.rint(events["pitch"]).astype(np.int64)
        for number in sorted(set(numbers.tolist())):
            hits = Hits(events[numbers == number], self._sample_rate)
            _PIECES.get(number, _shaker)(hits, layers, self.params, number)
        before = out[0] + out[1]
        layers.render(out)
        reflect(before, *self._room, 0.5, 0.017 * self.params.room_percent, out)

    @property
    def tail_s(self) -> float:
        """A crash's."""
        return 9.0


def _tuned(params: AcousticKitParams) -> float:
    return float(2.0 ** (params.tune_semitones / 12.0))


def _ring(params: AcousticKitParams) -> float:
    return float(2.0 ** ((50.0 - params.damping_percent) / 40.0))


def _kick(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    tune = _tuned(params) * (0.94 if number == 35 else 1.0)
    ring, click = _ring(params), params.click_percent / 50.0
    hz = 51.0 * tune * hits.vary(0, 0.006)
    loud = 1.35 * hits.level
    layers.drop(
        hits,
        0.44 * loud,
        hz=hz,
        from_hz=hz * (2.6 + 1.2 * hits.velocity),
        fall_s=0.034,
        decay_s=0.12 * ring,
        drive=1.5,
    )
    layers.modes(
        hits,
        loud,
        share=np.array([0.2, 0.24, 0.11, 0.06]),
        hz=tune * np.array([97.0, 132.0, 183.0, 268.0]),
        decay_s=ring * np.array([0.08, 0.07, 0.035, 0.02]),
        phase=np.pi,  # the shell moves in as the head moves out: body without a spike
    )
    hard = loud * 2.0 ** (0.8 * hits.force) * click
    click_hz = 3000.0 * 2.0 ** (0.5 * hits.force)
    layers.burst(hits, 0.6 * hard, hz=click_hz, q=0.9, fast_s=0.011, attack_s=0.0008, stream=91)
    layers.burst(hits, 0.35 * hard, hz=900.0, q=0.5, fast_s=0.014, stream=92)
    layers.burst(hits, 0.5 * loud, hz=120.0, mix=(1.0, 0.0, 0.0), fast_s=0.04 * ring, stream=93)


def _snare(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    tune = _tuned(params) * (1.12 if number == 40 else 1.0)
    ring, pan = _ring(params), 0.04
    wires = params.snares_percent / 50.0
    bright = 2.0 ** (0.55 * hits.force)
    hz = 186.0 * tune * hits.vary(0, 0.008)
    layers.drop(hits, 0.42 * hits.level, hz=hz, from_hz=hz * 1.5, fall_s=0.009, decay_s=0.1 * ring, drive=1.2, pan=pan)
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.15),
        share=np.array([0.2, 0.2, 0.19, 0.14]),
        hz=tune * np.array([331.0, 452.0, 586.0, 823.0]),
        decay_s=ring * np.array([0.072, 0.062, 0.05, 0.032]),
        phase=np.array([0.0, 0.0, np.pi, 0.0]),
        pan=pan,
    )
    rattle = wires * hits.level * hits.vary(2, 0.08)
    layers.burst(
        hits, 0.66 * rattle, hz=3800.0 * bright, q=0.8, fast_s=0.075, slow_s=0.15 * ring, slow=0.4, attack_s=0.002,
        width=0.15, pan=pan, stream=94,
    )  # fmt: skip
    layers.burst(
        hits, 0.7 * rattle, hz=800.0, q=0.5, fast_s=0.09, slow_s=0.15, slow=0.35, attack_s=0.002, pan=pan, stream=95
    )
    crack = hits.level * bright * params.click_percent / 50.0
    layers.burst(hits, 0.8 * crack, hz=2600.0 * bright, q=0.6, fast_s=0.009, attack_s=0.0006, pan=pan, stream=96)


def _cross_stick(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:  # noqa: ARG001
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.2),
        share=np.array([0.10, 0.30, 0.34, 0.20, 0.12]),
        hz=np.outer(hits.vary(0, 0.01), [205.0, 505.0, 1310.0, 1890.0, 2950.0]),
        decay_s=np.array([0.03, 0.018, 0.014, 0.011, 0.006]),
        pan=0.05,
    )
    click = 0.8 * hits.level * 2.0 ** (0.8 * hits.force)
    layers.burst(hits, click, hz=3000.0 * 2.0 ** (0.4 * hits.force), q=0.7, fast_s=0.006, pan=0.05, stream=97)


def _tom(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    hz = _TOM_HZ[number] * _tuned(params) * hits.vary(0, 0.008)
    ring, pan = _ring(params), _TOM_PAN[number]
    layers.drop(
        hits, 0.38 * hits.level, hz=hz, from_hz=hz * (1.25 + 0.25 * hits.velocity), fall_s=0.035,
        decay_s=0.19 * ring * (90.0 / _TOM_HZ[number]) ** 0.35, pan=pan,
    )  # fmt: skip
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.25),
        share=np.array([0.17, 0.11, 0.08, 0.06]),
        hz=np.outer(hz, [1.59, 2.14, 2.30, 2.92]),
        decay_s=ring * np.array([0.1, 0.07, 0.05, 0.04]),
        pan=pan,
    )
    stick = hits.level * 2.0 ** (0.9 * hits.force) * params.click_percent / 50.0
    layers.burst(hits, 0.8 * stick, hz=2600.0 * 2.0 ** (0.5 * hits.force), q=0.5, fast_s=0.010, pan=pan, stream=98)
    layers.burst(hits, 0.9 * hits.level, hz=1100.0, q=0.5, mix=(1.0, 0.0, 0.0), fast_s=0.06, pan=pan, stream=99)


def _cymbal_modes(seed: int, count: int, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """Frequencies of a plate: one at random in each of ``count`` equal parts of the scale, in log frequency."""
    place = (np.arange(count) + np.random.default_rng(seed).random(count)) / count
    return low_hz * (high_hz / low_hz) ** place


def _plate(
    hits: Hits,
    layers: Layers,
    params: AcousticKitParams,
    *,
    hz: NDArray[np.float64],
    level: float,
    middle_hz: float,
    decay_s: float | NDArray[np.float64],
    pan: float,
    spread: float,
    choked: bool,
) -> None:
    """The modes of a cymbal: loudest about ``middle_hz``, higher with force; high modes die sooner.

    Away from the middle they fall by 9 dB an octave, softly: a wash below, air above.
    """
    octaves = np.log2(hz[None, :] / middle_hz) - 0.5 * hits.force[:, None]
    shape = 10.0 ** (-0.45 * (np.sqrt(1.0 + octaves**2) - 1.0))
    shape *= 0.5 + hits.vary_each(10, hz.shape[0], 0.5)
    gain = 10.0 ** (params.cymbals_db / 20.0)
    scatter = pan + spread * np.sin(2.4 * np.arange(hz.shape[0]))
    layers.modes(
        hits,
        gain * level * hits.level,
        share=shape / np.sqrt(hz.shape[0]),
        hz=hz,
        decay_s=decay_s * (2000.0 / (2000.0 + hz)) ** 0.7,
        phase=5.3 * np.arange(hz.shape[0]) ** 2,
        pan=np.clip(scatter, -1.0, 1.0),
        choked=choked,
        choke_s=0.025,
    )


def _hat(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    pan, gain = 0.28, 10.0 ** (params.cymbals_db / 20.0)
    hz = _cymbal_modes(14, 36, 700.0, 15_000.0) * (0.93 if number == 44 else 1.0)
    open_hat = number == 46
    ring = {42: 0.075, 44: 0.085, 46: 0.62}[number] * hits.vary(5, 0.12)
    level = {42: 0.68, 44: 0.5, 46: 0.54}[number]
    hits = _rung_at_least(hits, 0.09) if open_hat else hits
    _plate(
        hits, layers, params, hz=hz, level=level * 0.4, middle_hz=8500.0, decay_s=ring[:, None], pan=pan,
        spread=0.12, choked=open_hat,
    )  # fmt: skip
    bright = 2.0 ** (0.45 * hits.force)
    layers.burst(
        hits, gain * level * 0.9 * hits.level, hz=9000.0 * bright, q=0.9,
        fast_s=0.4 * ring, slow_s=ring, slow=0.5 if open_hat else 0.25,
        attack_s=0.004 if number == 44 else 0.0015,
        width=0.25, pan=pan, choked=open_hat, stream=100,
    )  # fmt: skip
    if number != 44:
        stick = hits.level * 2.0 ** (0.6 * hits.force) * params.click_percent / 50.0
        layers.burst(hits, gain * 0.16 * stick, hz=5200.0, q=0.9, fast_s=0.003, pan=pan, stream=101)


def _rung_at_least(hits: Hits, seconds: float) -> Hits:
    """The same hits, none shorter than ``seconds``: a hand cannot open and close a hat faster."""
    events = hits.events.copy()
    events["length"] = np.maximum(events["length"], int(seconds * hits.sample_rate))
    return Hits(events, hits.sample_rate)


def _ride(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    pan, gain = -0.34, 10.0 ** (params.cymbals_db / 20.0)
    bell = number == 53
    hz = _cymbal_modes(59 if number == 59 else 51, 48, 420.0, 13_000.0)
    _plate(
        hits,
        layers,
        params,
        hz=hz,
        level=0.19 if bell else 0.31,
        middle_hz=4400.0,
        decay_s=1.5,
        pan=pan,
        spread=0.2,
        choked=False,
    )
    ping = (
        np.array([2870.0, 3495.0, 4610.0, 6020.0, 7480.0])
        if not bell
        else np.array([905.0, 1630.0, 2410.0, 3720.0, 5200.0])
    )
    layers.modes(
        hits,
        gain * (0.1 if bell else 0.05) * hits.level * hits.vary(1, 0.2),
        share=np.array([1.0, 0.8, 0.7, 0.45, 0.3]),
        hz=ping,
        decay_s=np.array([0.5, 0.42, 0.36, 0.2, 0.14]) * (1.0 if bell else 0.35),
        pan=pan,
    )
    layers.burst(
        hits, gain * 0.14 * hits.level, hz=6000.0 * 2.0 ** (0.4 * hits.force), q=0.6, fast_s=0.05, slow_s=0.7,
        slow=0.35,
        width=0.35, pan=pan, stream=102,
    )  # fmt: skip
    stick = hits.level * 2.0 ** (0.6 * hits.force) * params.click_percent / 50.0
    layers.burst(hits, gain * 0.3 * stick, hz=4800.0, q=0.8, fast_s=0.0035, pan=pan, stream=103)


def _crash(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    pan, size = {49: (-0.42, 1.0), 57: (0.5, 1.12), 55: (-0.2, 1.7), 52: (0.55, 0.9)}[number]
    gain, muted = 10.0 ** (params.cymbals_db / 20.0), hits.events["articulation"] == 5
    for part, choked in ((hits.events[~muted], False), (hits.events[muted], True)):
        if not len(part):
            continue
        some = Hits(part, hits.sample_rate)
        _plate(
            some, layers, params, hz=_cymbal_modes(number, 84, 330.0, 14_500.0) * size, level=0.35,
            middle_hz=5600.0,
            decay_s=1.35 / size, pan=pan, spread=0.3, choked=choked,
        )  # fmt: skip
        layers.burst(
            some, gain * 0.33 * some.level, hz=6000.0 * 2.0 ** (0.4 * some.force), q=0.7,
            fast_s=0.16, slow_s=0.75 / size, slow=0.45, attack_s=0.004, width=0.4, pan=pan, choked=choked,
            stream=104,
        )  # fmt: skip


def _clap(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:  # noqa: ARG001
    for hand, at in enumerate((0.0, 0.0095, 0.0205, 0.031)):
        layers.burst(
            hits, 1.6 * hits.level, hz=1150.0 * hits.vary(hand, 0.1), q=1.3, mix=(0.0, 1.0, 0.12),
            fast_s=0.006 if hand < 3 else 0.028, slow_s=0.09, slow=0.0 if hand < 3 else 0.25,
            late_s=at * hits.vary(10 + hand, 0.15), width=0.3, pan=0.1, stream=105 + hand,
        )  # fmt: skip


def _tambourine(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    hz = _cymbal_modes(54, 22, 5200.0, 15_500.0)
    _plate(hits, layers, params, hz=hz, level=0.26, middle_hz=9000.0, decay_s=0.22, pan=0.4, spread=0.15, choked=False)
    for shake, at in enumerate((0.0, 0.022)):
        layers.burst(
            hits, (0.2, 0.1)[shake] * hits.level, hz=9000.0, q=0.9, mix=(0.0, 0.3, 1.0), fast_s=0.02,
            slow_s=0.07, slow=0.3, attack_s=0.003, late_s=at, width=0.2, pan=0.4, stream=110 + shake,
        )  # fmt: skip
    del number


def _shaker(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:  # noqa: ARG001
    layers.burst(
        hits, 0.55 * hits.level, hz=6800.0 * 2.0 ** (0.4 * hits.force), q=1.1, mix=(0.0, 1.0, 0.5),
        fast_s=0.026, attack_s=0.014 * hits.vary(3, 0.2), width=0.15, pan=-0.4, stream=112,
    )  # fmt: skip


def _cowbell(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:  # noqa: ARG001
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.15),
        share=np.array([0.28, 0.22, 0.12, 0.10, 0.06]),
        hz=np.array([562.0, 845.0, 1530.0, 2210.0, 3480.0]),
        decay_s=np.array([0.075, 0.06, 0.035, 0.03, 0.02]),
        pan=0.2,
    )
    layers.burst(hits, 0.3 * hits.level, hz=3000.0, q=0.8, fast_s=0.003, pan=0.2, stream=113)


def _hand_drum(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    hz = {60: 330.0, 61: 245.0, 62: 262.0, 63: 205.0, 64: 158.0, 65: 290.0, 66: 215.0}[number] * _tuned(params)
    short = 0.35 if number == 62 else 1.0
    layers.drop(
        hits,
        0.42 * hits.level,
        hz=hz * hits.vary(0, 0.006),
        from_hz=hz * 1.12,
        fall_s=0.012,
        decay_s=0.1 * short,
        pan=-0.25,
    )
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.25),
        share=np.array([0.14, 0.09, 0.05]),
        hz=hz * np.array([1.62, 2.2, 3.1]),
        decay_s=short * np.array([0.05, 0.035, 0.02]),
        pan=-0.25,
    )
    layers.burst(
        hits, 0.4 * hits.level * 2.0 ** (0.6 * hits.force), hz=1800.0, q=0.7, fast_s=0.005, pan=-0.25, stream=114
    )


def _wood(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:  # noqa: ARG001
    hz = {75: 2480.0, 76: 1130.0, 77: 830.0}[number]
    layers.modes(
        hits,
        hits.level * hits.vary(1, 0.15),
        share=np.array([0.5, 0.22, 0.1]),
        hz=hz * np.array([1.0, 1.51, 2.63]),
        decay_s=np.array([0.022, 0.012, 0.007]),
        pan=0.3,
    )


def _triangle(hits: Hits, layers: Layers, params: AcousticKitParams, number: int) -> None:
    hz = _cymbal_modes(81, 12, 1650.0, 15_000.0)
    decay = 1.4 if number == 81 else 0.12
    _plate(hits, layers, params, hz=hz, level=0.3, middle_hz=5200.0, decay_s=decay, pan=0.35, spread=0.05, choked=False)


_Piece = Callable[[Hits, Layers, AcousticKitParams, int], None]
_PIECES: dict[int, _Piece] = {
    35: _kick, 36: _kick, 37: _cross_stick, 38: _snare, 39: _clap, 40: _snare,
    41: _tom, 42: _hat, 43: _tom, 44: _hat, 45: _tom, 46: _hat, 47: _tom, 48: _tom, 50: _tom,
    49: _crash, 51: _ride, 52: _crash, 53: _ride, 54: _tambourine, 55: _crash, 56: _cowbell, 57: _crash,
    59: _ride,
    60: _hand_drum, 61: _hand_drum, 62: _hand_drum, 63: _hand_drum, 64: _hand_drum, 65: _hand_drum,
    66: _hand_drum,
    69: _shaker, 70: _shaker, 82: _shaker, 75: _wood, 76: _wood, 77: _wood, 80: _triangle, 81: _triangle,
}  # fmt: skip
