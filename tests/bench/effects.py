"""Effects beside pedalboard's, one by one: ``python -m bench.effects [--rounds N]`` (``make bench-effects``).

The same stereo music-like noise goes through both, in memory: ours in the engine's blocks, on one thread, after a
round to warm up; pedalboard's in an interpreter of its own (``.venv-peers``), in buffers of 8192 frames, on one thread,
after a round to warm up as well. Rounds alternate. Times are each thread's own CPU time, so that a busy machine
counts less; the ratio is ours over theirs. Where both do not do the same work, the note says so.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bench.peers import imports, peer_python, peer_version
from bench.record import Quiet, save, table
from songwright.interfaces.effect import Audio, Effect
from songwright.plugins import installed_plugins
from songwright.render.engine import BLOCK_FRAMES
from songwright.testing import StaticControls

RATE = 44_100
#: Ours with its settings, and what is not alike. peer_pedalboard.py holds theirs under the same names.
PAIRS: dict[str, tuple[str, dict[str, Any], str]] = {
    "EQ, 4 bands": (
        "eq",
        {
            "low_gain": 3.0,
            "mid_gain": -4.0,
            "high_mid_gain": 2.0,
            "high_gain": 3.0,
            "low_cut": 20.0,
            "high_cut": 20000.0,
        },
        "",
    ),
    "compressor": ("compressor", {"threshold": -24.0, "ratio": 3.0, "attack": 5.0, "release": 100.0}, ""),
    "limiter": (
        "limiter",
        {"ceiling": -6.0, "release": 100.0},
        "ours holds true peaks (4× oversampled), with look-ahead",
    ),
    "noise gate": ("gate", {"threshold": -30.0, "attack": 1.0, "release": 100.0}, ""),
    "delay": ("delay", {"time": 0.375, "feedback": 40.0, "mix": 30.0}, "ours filters each echo and changes sides"),
    "reverb": ("reverb", {"decay": 1.5, "mix": 30.0}, "ours is a modulated feedback network, theirs Freeverb"),
    "plate": ("plate", {"mix": 30.0}, "theirs is Freeverb again"),
    "chorus": ("chorus", {"rate": 1.0, "mix": 50.0}, "ours has several voices a side"),
    "phaser": ("phaser", {"rate": 0.5, "stages": 6, "mix": 50.0}, ""),
    "saturation": ("saturation", {"drive": 12.0}, "ours is oversampled, theirs a plain tanh that aliases"),
    "saturation, both 4×": ("saturation", {"drive": 12.0}, "theirs between its own stream resamplers (Catmull-Rom)"),
}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--json", type=Path, help="instead of out/bench/effects.json")
    options = parser.parse_args()
    Quiet.listen()
    if not imports("pedalboard"):
        sys.exit("pedalboard is not installed: run `make bench-peers`")
    figures = measure(options.rounds, options.seconds)
    save("effects", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """Median CPU milliseconds of each pair, and the ratio."""
    audio = music(seconds)
    pairs = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audio.npy"
        np.save(file, audio)
        with _pedalboard(file) as theirs:
            for name, (effect, settings, note) in PAIRS.items():
                ours = player(effect, settings, audio)
                ours(), theirs(name)
                times = [(ours(), theirs(name)) for _ in range(rounds)]
                ours_s, theirs_s = (statistics.median(column) for column in zip(*times, strict=True))
                ratio = statistics.median(one / other for one, other in times)
                pairs[name] = {
                    "effect": effect,
                    "ours_ms": round(ours_s * 1000, 2),
                    "pedalboard_ms": round(theirs_s * 1000, 2),
                    "ratio": round(ratio, 3),
                    "note": note,
                }
                sys.stderr.write(f"{name}: {ratio:.2f}\n")
    return {"seconds": seconds, "rounds": rounds, "pedalboard": peer_version("pedalboard"), "pairs": pairs}


def music(seconds: float) -> Audio:
    """Stereo noise with a band's slope and two beats a second, so that gates and compressors have work to do."""
    rng = np.random.default_rng(1)
    frames = int(seconds * RATE)
    noise = rng.standard_normal((2, frames), np.float32)
    smooth = np.cumsum(noise, axis=1, dtype=np.float64)
    smooth -= np.concatenate((np.zeros((2, 64)), smooth[:, :-64]), axis=1)  # a running mean: less at the top
    beats = np.exp(-6.0 * np.mod(np.arange(frames) / RATE * 2.0, 1.0))
    return np.ascontiguousarray((0.02 * smooth + 0.05 * noise) * (0.05 + beats), dtype=np.float32)


def player(effect: str, settings: Mapping[str, Any], audio: Audio) -> Callable[[], float]:
    """A function that sends the audio through one of our effects and returns the CPU seconds of it."""
    kind: type[Effect] = installed_plugins().get("effect", effect)
    made = kind(kind.Params.model_validate(settings))
    made.prepare(RATE)
    controls = StaticControls(made.params)
    listens = effect == "ducker"  # without a sidechain it has nothing to do

    def play() -> float:
        made.reset()
        began = time.thread_time()
        for start in range(0, audio.shape[1], BLOCK_FRAMES):  # each block a copy, as theirs returns one
            block = audio[:, start : start + BLOCK_FRAMES].copy()
            made.process(block, controls, block.copy() if listens else None)
        return time.thread_time() - began

    return play


@contextmanager
def _pedalboard(file: Path) -> Iterator[Callable[[str], float]]:
    """A function that has pedalboard play one effect, in its own interpreter."""
    script = Path(__file__).with_name("peer_pedalboard.py")
    with subprocess.Popen(
        [peer_python(), str(script), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ask, answer = process.stdin, process.stdout

        def play(name: str) -> float:
            ask.write(json.dumps(name) + "\n")
            ask.flush()
            return float(json.loads(answer.readline()))

        yield play
        ask.close()


def markdown(figures: Mapping[str, Any]) -> str:
    """A row a pair."""
    rows = [
        [name, pair["ours_ms"], pair["pedalboard_ms"], f"{pair['ratio']:.2f}", pair["note"]]
        for name, pair in figures["pairs"].items()
    ]
    return table(["effect", "ours ms", f"pedalboard {figures['pedalboard']} ms", "ratio", "not alike"], rows)


if __name__ == "__main__":
    main()
