"""What an effect owes its host."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.effect import Audio, Effect
from songwright.knobs import Params
from songwright.testing.component import (
    check_import_is_light,
    check_is_documented,
    check_knobs_are_sound,
    require,
)
from songwright.testing.controls import (
    StaticControls,
    SweptControls,
    automatable,
    random_settings,
    require_every_knob_heard,
    settings,
)

SAMPLE_RATE = 44_100
_BLOCKS = (1, 2, 3, 17, 64, 255, 1000, 31, 4096)  # sizes that fall on no boundary an effect may like
_SILENCE = 10.0 ** (-90.0 / 20.0)
_LONGEST_TAIL_S = 30.0


def run_effect(
    effect: Effect,
    audio: NDArray[Any],
    *,
    blocks: Sequence[int] = (4096,),
    sweep: tuple[str, ...] = (),
    sidechain: NDArray[Any] | None = None,
    sample_rate: int = SAMPLE_RATE,
    fresh: bool = True,
) -> Audio:
    """Send ``audio``, shape ``(2, frames)``, through ``effect`` as a host would; return what comes out.

    Args:
        effect: the effect; prepared here when ``fresh``, else it carries on.
        audio: the input; it is not changed.
        blocks: sizes of the blocks, used in turn.
        sweep: names of automatable knobs that travel through their range.
        sidechain: the sidechain's signal, of the same shape.
        sample_rate: in Hz.
        fresh: whether to prepare the effect first.
    """
    if fresh:
        effect.prepare(sample_rate)
    out = np.array(audio, np.float32)
    static = StaticControls(effect.params)
    start, turn = 0, 0
    while start < out.shape[1]:
        stop = min(start + blocks[turn % len(blocks)], out.shape[1])
        block = np.ascontiguousarray(out[:, start:stop])
        key = None if sidechain is None else np.ascontiguousarray(sidechain[:, start:stop], np.float32)
        controls = SweptControls(effect.params, sweep, sample_rate, start, stop - start) if sweep else static
        require(
            effect.process(block, controls, key) is None,  # type: ignore[func-returns-value]
            f"{effect.name}: process works in place and returns None",
        )
        out[:, start:stop] = block
        block[:] = np.nan  # an effect that keeps the host's array instead of a copy is found out
        start, turn = stop, turn + 1
    return out


def check_output_is_finite(effect: type[Effect]) -> None:
    """Whatever comes in and however the knobs stand, what comes out is finite."""
    for label, params in settings(effect):
        for kind, audio in _signals(0.1).items():
            out = run_effect(effect(params), audio, sidechain=audio[::-1])
            require(np.isfinite(out).all(), f"{effect.name}: {kind} in with {label} gives what is not finite")


def check_sweeps_are_finite(effect: type[Effect]) -> None:
    """Each automatable knob can travel its range and stay finite and bounded."""
    audio = _noise(0.6)
    for name in automatable(effect):
        out = run_effect(effect(), audio, sweep=(name,), sidechain=audio)
        require(np.isfinite(out).all(), f"{effect.name}: sweeping {name} gives what is not finite")
        require(np.abs(out).max() < 1000.0, f"{effect.name}: sweeping {name} reaches {np.abs(out).max():.3g}")


def check_sample_rates(effect: type[Effect]) -> None:
    """It works from 22.05 to 192 kHz."""
    for sample_rate in (22_050, 48_000, 96_000, 192_000):
        out = run_effect(effect(), _noise(0.1), sample_rate=sample_rate)
        require(np.isfinite(out).all(), f"{effect.name}: not finite at {sample_rate} Hz")


def check_silence_stays_silent(effect: type[Effect]) -> None:
    """Silence in is silence out, with every setting."""
    silence = np.zeros((2, 20_000), np.float32)
    for label, params in settings(effect):
        loudest = float(np.abs(run_effect(effect(params), silence, sidechain=_noise(0.5)[:, :20_000])).max())
        require(loudest < 1e-6, f"{effect.name}: silence in, {loudest:.3g} out with {label}")


def check_reset_equals_new(effect: type[Effect]) -> None:
    """After ``reset`` it sounds as if new, bit for bit."""
    first, second = _noise(0.3, seed=1), _noise(0.3, seed=2)
    used = effect()
    run_effect(used, first, sidechain=second)
    used.reset()
    again = run_effect(used, second, sidechain=first, fresh=False)
    new = run_effect(effect(), second, sidechain=first)
    require(np.array_equal(again, new), f"{effect.name}: reset leaves something behind{_differ(again, new)}")


def check_block_sizes_do_not_matter(effect: type[Effect]) -> None:
    """However the song is cut into blocks, the output is the same, bit for bit; swept knobs included."""
    audio, key = _noise(0.4, seed=3), _noise(0.4, seed=4)
    for sweep in ((), automatable(effect)):
        for params in (effect.Params(), random_settings(effect, 5)):
            whole = run_effect(effect(params), audio, sweep=sweep, sidechain=key)
            cut = run_effect(effect(params), audio, sweep=sweep, sidechain=key, blocks=_BLOCKS)
            what = f" while {', '.join(sweep)} sweep" if sweep else ""
            require(
                np.array_equal(whole, cut), f"{effect.name}: block sizes change the output{what}{_differ(whole, cut)}"
            )


def check_standing_curves_equal_values(effect: type[Effect]) -> None:
    """A knob automated to stand still sounds like the same knob untouched (within -80 dB)."""
    audio = _noise(0.3, seed=6)
    plain = run_effect(effect(), audio, sidechain=audio)
    instance = effect()
    instance.prepare(SAMPLE_RATE)
    out = audio.copy()
    instance.process(out, _Standing(instance.params), audio.copy())
    difference = float(np.abs(out - plain).max())
    require(difference < 1e-4, f"{effect.name}: curves that stand still change the output by {difference:.3g}")


def check_latency_is_true(effect: type[Effect]) -> None:
    """Nothing is heard before the declared latency; with ``mix`` at 0 % the input comes back exactly then."""
    instance = effect()
    instance.prepare(SAMPLE_RATE)
    latency = instance.latency_frames
    require(isinstance(latency, int) and latency >= 0, f"{effect.name}: latency_frames is {latency!r}")
    audio = 0.1 * _noise(0.4, seed=7)
    out = run_effect(effect(), audio)
    early = float(np.abs(out[:, : max(0, latency - 64)]).max(initial=0.0))
    require(early < 1e-3, f"{effect.name}: {early:.3g} is heard before the declared latency of {latency} frames")
    if "mix_percent" in effect.Params.model_fields:
        dry = run_effect(effect(effect.Params.model_validate({"mix_percent": 0.0})), audio)
        error = float(np.abs(dry[:, latency:] - audio[:, : audio.shape[1] - latency]).max())
        require(error < 1e-5, f"{effect.name}: dry sound is not the input {latency} frames late (off by {error:.3g})")


def check_tail_is_true(effect: type[Effect]) -> None:
    """After the input ends, the output stays below -90 dBFS once the declared tail is over."""
    for label, params in settings(effect):
        instance = effect(params)
        instance.prepare(SAMPLE_RATE)
        tail_s = float(instance.tail_s)
        require(math.isfinite(tail_s) and tail_s >= 0.0, f"{effect.name}: tail_s is {tail_s!r} with {label}")
        if tail_s > _LONGEST_TAIL_S:
            continue
        burst = 0.5 * _noise(0.5, seed=8)
        over = burst.shape[1] + instance.latency_frames + math.ceil(tail_s * SAMPLE_RATE)
        audio = np.zeros((2, over + SAMPLE_RATE // 4), np.float32)
        audio[:, : burst.shape[1]] = burst
        loudest = float(np.abs(run_effect(instance, audio, sidechain=audio)[:, over:]).max())
        require(
            loudest < _SILENCE,
            f"{effect.name}: {20 * math.log10(max(loudest, 1e-30)):.1f} dBFS after the tail of {tail_s:.3g} s"
            f" with {label}",
        )


def check_adds_no_dc(effect: type[Effect]) -> None:
    """A signal without an offset keeps none."""
    time_s = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    swell = np.minimum(1.0, 4.0 * time_s)
    sine = np.tile(0.5 * swell * np.sin(2.0 * np.pi * 441.0 * time_s), (2, 1))
    window = np.hanning(SAMPLE_RATE // 2)
    late = run_effect(effect(), sine)[:, -window.size :]
    offset = float(np.abs((late * window).sum(axis=1)).max() / window.sum())
    require(offset < 1e-3, f"{effect.name}: a sine without offset comes out with one of {offset:.3g}")


def check_is_deterministic(effect: type[Effect]) -> None:
    """Two of them, and many at once in threads, give the same bits."""
    audio = _noise(0.3, seed=9)
    first = run_effect(effect(), audio, sidechain=audio)
    with ThreadPoolExecutor(4) as pool:
        others = list(pool.map(lambda _: run_effect(effect(), audio, sidechain=audio), range(8)))
    require(
        all(np.array_equal(first, other) for other in others), f"{effect.name}: side by side in threads, it differs"
    )


def check_sidechain_is_left_alone(effect: type[Effect]) -> None:
    """It works with a sidechain and without, and never writes to it."""
    key = _noise(0.1, seed=10)
    kept = key.copy()
    instance = effect()
    instance.prepare(SAMPLE_RATE)
    instance.process(_noise(0.1, seed=11), StaticControls(instance.params), key)
    require(np.array_equal(key, kept), f"{effect.name}: it writes to the sidechain")


def check_every_knob_does_something(effect: type[Effect]) -> None:
    """Turning any knob from one end to the other can be heard, somewhere."""
    audio = _noise(1.2, seed=12) * np.linspace(0.0, 1.0, int(1.2 * SAMPLE_RATE), dtype=np.float32)
    key = np.ascontiguousarray(audio[:, ::-1])
    key[:, SAMPLE_RATE // 10 :] = 0.0
    require_every_knob_heard(effect, lambda params: run_effect(effect(params), audio, sidechain=key))


EFFECT_CHECKS: tuple[Callable[[type[Effect]], None], ...] = (
    check_is_documented,
    check_knobs_are_sound,
    check_import_is_light,
    check_output_is_finite,
    check_sweeps_are_finite,
    check_sample_rates,
    check_silence_stays_silent,
    check_reset_equals_new,
    check_block_sizes_do_not_matter,
    check_standing_curves_equal_values,
    check_latency_is_true,
    check_tail_is_true,
    check_adds_no_dc,
    check_is_deterministic,
    check_sidechain_is_left_alone,
    check_every_knob_does_something,
)


def check_effect(effect: type[Effect]) -> None:
    """Run every check; the first that fails raises AssertionError."""
    for check in EFFECT_CHECKS:
        check(effect)


class _Standing(StaticControls):
    """Automatable knobs that move in the song, but not now."""

    def __init__(self, params: Params) -> None:
        super().__init__(params)
        self._names = {knob.name for knob in type(params).knobs() if knob.automatable}

    def moving(self, name: str) -> bool:
        return name in self._names

    def curve(self, name: str) -> NDArray[np.float32]:
        return np.repeat(super().curve(name), int(0.3 * SAMPLE_RATE) if self.moving(name) else 1)


def _noise(seconds: float, seed: int = 0) -> Audio:
    """White noise at -12 dBFS RMS, clipped at full scale."""
    noise = np.random.default_rng(seed).standard_normal((2, int(seconds * SAMPLE_RATE))) * 0.25
    return np.clip(noise, -1.0, 1.0).astype(np.float32)


def _signals(seconds: float) -> dict[str, Audio]:
    """Inputs that break careless effects."""
    noise = _noise(seconds)
    click = np.zeros_like(noise)
    click[:, 7::1000] = 1.0
    return {
        "noise": noise,
        "noise at +200 dBFS": noise * np.float32(4e10),
        "clicks": click,
        "an offset": np.ones_like(noise),
        "the Nyquist frequency": np.tile(np.array([1.0, -1.0], np.float32), (2, noise.shape[1] // 2)),
        "subnormal numbers": noise * np.float32(1e-38),
    }


def _differ(one: Audio, other: Audio) -> str:
    places = np.argwhere(one != other)
    if not places.size:
        return ""
    return f" (from frame {places[:, 1].min()}, by up to {np.nanmax(np.abs(one - other)):.3g})"
