"""What a sample costs: ``python -m bench.kernels [--quick]`` (``make bench-kernels``).

Nanoseconds of one thread's own time, the least of several runs, everything compiled beforehand: instruments and the
lane kernel per voice-sample (a frame of a note, its release counted; a stereo voice counts once), effects per frame of
stereo. ``units`` are the same in the fixed work of :mod:`bench.calibration`, per frame of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.calibration import FRAMES, calibrate
from bench.effects import PAIRS, music, player
from bench.record import Quiet, save, table
from songwright.dsp.lane import play_lanes
from songwright.dsp.oscillator import step_table
from songwright.interfaces.effect import Audio
from songwright.interfaces.instrument import EVENT, Instrument
from songwright.plugins import installed_plugins
from songwright.testing import StaticControls

RATE = 44_100


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter pieces, fewer runs")
    parser.add_argument("--json", type=Path, help="instead of out/bench/kernels.json")
    options = parser.parse_args()
    Quiet.listen()
    figures = measure(notes=100 if options.quick else 400, seconds=10.0 if options.quick else 40.0)
    save("kernels", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(notes: int, seconds: float, runs: int = 5) -> dict[str, Any]:
    """Nanoseconds a voice-sample or frame, and in calibration units, by kind and name."""
    figures: dict[str, Any] = {"instruments": {}, "lanes": {}, "effects": {}}
    for (kind, name), cost in costs(notes, seconds, runs).items():
        figures[kind][name] = figure(cost)
    return figures


def figure(cost: Callable[[], float]) -> dict[str, float]:
    """A cost in nanoseconds, and in units of the calibration that is taken around it: both see the same machine."""
    units = [calibrate(2)]
    nanoseconds = cost()
    units.append(calibrate(2))
    return {"ns": round(nanoseconds, 3), "units": round(nanoseconds / (min(units) * 1e9 / FRAMES), 4)}


def costs(notes: int, seconds: float, runs: int = 5) -> dict[tuple[str, str], Callable[[], float]]:
    """What can be measured, by kind and name; each gives its nanoseconds when it is called."""
    plugins = installed_plugins()
    audio, settings = music(seconds), {effect: chosen for effect, chosen, _ in PAIRS.values()}
    found: dict[tuple[str, str], Callable[[], float]] = {}
    for name in plugins.names("instrument"):
        found["instruments", name] = partial(instrument_ns, plugins.get("instrument", name), notes, seconds, runs)
    for saws, poles in ((1, 2), (2, 2), (2, 4), (6, 4)):
        found["lanes", f"{saws} saws, {poles} poles"] = partial(lane_ns, saws, poles, runs)
    for name in plugins.names("effect"):
        found["effects", name] = partial(effect_ns, name, settings.get(name, {}), audio, runs)
    return found


def effect_ns(name: str, settings: Mapping[str, Any], audio: Audio, runs: int = 5) -> float:
    """Nanoseconds a frame of stereo."""
    play = player(name, settings, audio)
    play()
    return min(play() for _ in range(runs)) * 1e9 / audio.shape[1]


def part(instrument: type[Instrument], count: int, seconds: float) -> NDArray[np.void]:
    """``count`` notes over ``seconds``, four to a chord for all but basses and drums."""
    rng = np.random.default_rng(1)
    events = np.zeros(count, EVENT)
    together = 1 if instrument.is_drums or "bass" in instrument.name else 4
    slot = np.arange(count) // together
    events["start"] = slot * seconds * RATE / (slot[-1] + 1)
    events["length"] = 0.9 * seconds * RATE / (slot[-1] + 1)
    low, high = instrument.midi_range
    events["pitch"] = (
        rng.choice((36, 38, 42, 42, 42, 46), count)
        if instrument.is_drums
        else rng.integers(low + 8, min(high, low + 44), count)
    )
    events["from_pitch"] = events["pitch"]
    events["velocity"] = rng.uniform(0.5, 0.9, count)
    events["time_s"] = events["start"] / RATE
    events["seed"] = rng.integers(0, 1 << 32, count)
    return np.sort(events, order=["start", "pitch"])


def instrument_ns(instrument: type[Instrument], count: int, seconds: float, runs: int = 5) -> float:
    """Nanoseconds a frame of note, its release counted."""
    made = instrument()
    made.prepare(RATE)
    events = part(instrument, count, seconds)
    out = np.zeros((2, int((seconds + made.tail_s + 1) * RATE)), np.float32)
    controls = StaticControls(made.params)
    best = np.inf
    for _ in range(runs + 1):
        began = time.thread_time()
        made.render(events, controls, out)
        best = min(best, time.thread_time() - began)
    return best * 1e9 / float((events["length"] + made.tail_s * RATE * (not made.is_drums)).sum())


def lane_ns(saws: int, poles: int, runs: int = 5, voices: int = 256, frames: int = 11_025) -> float:
    """Nanoseconds a voice-sample of the subtractive voice alone: full lanes, plain mono, no noise, no drive."""
    rng = np.random.default_rng(1)
    span = np.zeros((voices, 3), np.int64)
    span[:, 0] = np.sort(rng.integers(0, 4 * RATE, voices))
    span[:, 1], span[:, 2] = frames - 2000, frames
    shape = np.zeros((voices, 7), np.float32)
    shape[:, 0] = shape[:, 1] = rng.integers(36, 84, voices)
    shape[:, 2] = 0.1
    ratio = np.ones((voices, saws)) * 2.0 ** (np.linspace(-6.0, 6.0, saws) / 1200.0)
    level = np.full((2, saws), 1.0 / saws, np.float32)
    envelope = np.array([200.0, 4000.0, 0.7, 2000.0], np.float32)
    tone = np.array([1.0 / RATE, 2.0, 0.3, 5.0 / RATE, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.5, 0.0], np.float32)
    corner, resonance, table_ = np.array([900.0], np.float32), np.array([20.0], np.float32), step_table()
    out = np.zeros((2, 5 * RATE), np.float32)
    best = np.inf
    for _ in range(runs + 1):
        phase = rng.random((voices, saws))
        began = time.thread_time()
        play_lanes(span, shape, phase, ratio, level, envelope, envelope, tone, poles, corner, resonance, table_, out)
        best = min(best, time.thread_time() - began)
    return best * 1e9 / (voices * frames)


def markdown(figures: Mapping[str, Any]) -> str:
    """A table a kind."""
    heads = {"instruments": "instrument", "lanes": "lane kernel", "effects": "effect"}
    per = {"instruments": "ns a voice-sample", "lanes": "ns a voice-sample", "effects": "ns a frame"}
    parts = (
        table([heads[kind], per[kind]], [[name, one["ns"]] for name, one in figures[kind].items()]) for kind in heads
    )
    return "\n".join(parts)


if __name__ == "__main__":
    main()
