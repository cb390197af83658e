"""Nanoseconds a voice-sample of every instrument, and the time of a 5,000-note band.

Run by hand: ``python tests/bench/bench_instruments.py``. Times are the thread's own.
"""

from __future__ import annotations

import time

import numpy as np

from songwright.interfaces.instrument import EVENT, Instrument
from songwright.testing import StaticControls
from songwright_instruments.plugin import songwright_instruments

RATE = 44_100


def part(instrument: type[Instrument], count: int, seconds: float) -> np.ndarray:
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


def cost(instrument: type[Instrument], count: int, seconds: float) -> tuple[float, float]:
    """Seconds to render (best of five, warm), and nanoseconds a frame of note, its release counted."""
    made = instrument()
    made.prepare(RATE)
    events = part(instrument, count, seconds)
    out = np.zeros((2, int((seconds + made.tail_s + 1) * RATE)), np.float32)
    controls = StaticControls(made.params)
    best = np.inf
    for _ in range(5):
        began = time.thread_time()
        made.render(events, controls, out)
        best = min(best, time.thread_time() - began)
    return best, best * 1e9 / float((events["length"] + made.tail_s * RATE * (not made.is_drums)).sum())


def main() -> None:
    """Print a line an instrument, and the band's sum."""
    for instrument in songwright_instruments():
        best, nanoseconds = cost(instrument, 400, 40.0)
        print(f"{instrument.name:16s} {1000 * best:7.1f} ms for 400 notes, {nanoseconds:6.2f} ns a voice-sample")
    band = {"acoustic-kit": 2000, "synth-bass": 720, "warm-pad": 480, "pluck-synth": 1200, "saw-lead": 600}
    kinds = {instrument.name: instrument for instrument in songwright_instruments()}
    parts = {name: cost(kinds[name], count, 180.0)[0] for name, count in band.items()}
    print(
        f"band of {sum(band.values())} notes, 180 s: {sum(parts.values()):.2f} s",
        {k: round(v, 3) for k, v in parts.items()},
    )


if __name__ == "__main__":
    main()
