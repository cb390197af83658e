"""How a cold process starts: ``python -m bench.start [--rounds N]`` (``make bench-start``).

Whole processes from outside (``--help``, ``check``, ``show``, the smallest render), what each stage of the way to
the first kernel takes, and which packages the imports' time goes to (``python -X importtime``). Kernels are compiled
beforehand: what the first run after an installation takes longer, ``songwright warmup`` takes once.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measure import interleaved
from bench.record import FRESH, Quiet, save, songwright, table

SMALLEST = """songwright: 1
title: Smallest
genre: pop
sections: {verse: {bars: 2, chords: "| C | G |"}}
arrangement: [verse]
tracks: {drums: null, keys: null, guitar: null, pad: null, arp: null, answer: null, melody: null}
"""
#: Read from inside a process: the way to the first kernel, step by step, in milliseconds.
WAY = """
import json, time
steps = {}
def step(name, since):
    now = time.perf_counter(); steps[name] = round((now - since) * 1000, 2); return now
at = time.perf_counter()
import numpy as np
at = step("import numpy", at)
from songwright.dsp.oscillator import add_saws, step_table
at = step("import the kernel's module", at)
table = step_table()
wave, level = np.zeros((16, 256), np.float32), np.full((2, 1), 0.5, np.float32)
turn, rise = np.zeros((1, 1), np.int64), np.full((1, 1), 1 << 26)
first, count = np.int64(48), np.int64(64)
at = time.perf_counter()
add_saws(wave, 1, 2, first, count, turn, rise, level, table)
at = step("first call of a kernel, from the disk cache", at)
add_saws(wave, 1, 2, first, count, turn, rise, level, table)
at = step("second call", at)
print(json.dumps(steps))
"""
LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, help="instead of out/bench/start.json")
    options = parser.parse_args()
    Quiet.listen()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.rounds)
    save("start", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Whole processes, steps to the first kernel, imports of the smallest render."""
    song = folder / "song.yaml"
    song.write_text(SMALLEST, encoding="utf-8")
    render = songwright("render", song, "-o", folder / "out", "--quiet", *FRESH)
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import numpy, numba'": [sys.executable, "-c", "import numpy, numba"],
        "songwright --help": songwright("--help"),
        "songwright check": songwright("check", song),
        "songwright show": songwright("show", song),
        "songwright render, 2 bars of bass": render,
    }
    measured = interleaved(commands, rounds)
    ways = [_way() for _ in range(rounds)]
    return {
        "processes": {name: runs.summary() for name, runs in measured.items()},
        "way_ms": {step: statistics.median(way[step] for way in ways) for step in ways[0]},
        "imports": {
            "songwright --help": imports(songwright("--help")),
            "songwright check": imports(songwright("check", song)),
            "songwright render": imports(render),
        },
    }


def _way() -> dict[str, float]:
    said = subprocess.run([sys.executable, "-c", WAY], capture_output=True, text=True, check=True)
    return dict(json.loads(said.stdout))


def imports(command: Sequence[str], most: int = 12) -> dict[str, Any]:
    """What a script and its arguments import.

    How many modules, milliseconds by top-level package (its own modules alone), and the slowest modules.
    """
    said = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    own: dict[str, float] = defaultdict(float)
    modules: list[tuple[float, str]] = []
    for match in LINE.finditer(said.stderr):
        milliseconds, name = int(match[1]) / 1000, match[4]
        own[name.partition(".")[0]] += milliseconds
        modules.append((milliseconds, name))
    packages = sorted(own.items(), key=lambda item: -item[1])[:most]
    return {
        "modules": len(modules),
        "total_ms": round(sum(own.values()), 1),
        "packages_ms": {name: round(milliseconds, 1) for name, milliseconds in packages},
        "slowest_ms": {name: round(milliseconds, 2) for milliseconds, name in sorted(modules, reverse=True)[:most]},
    }


def markdown(figures: Mapping[str, Any]) -> str:
    """Three tables: processes, the way to the first kernel, imports."""
    processes = [
        [name, one["wall_s"], one["cpu_s"], round(one["peak_mb"])] for name, one in figures["processes"].items()
    ]
    kinds = figures["imports"]
    packages = list(dict.fromkeys(name for kind in kinds.values() for name in kind["packages_ms"]))
    rows = [[f"`{name}`", *(kind["packages_ms"].get(name, "") for kind in kinds.values())] for name in packages]
    rows += [
        ["all", *(kind["total_ms"] for kind in kinds.values())],
        ["modules", *(k["modules"] for k in kinds.values())],
    ]
    return "\n".join(
        (
            table(["process", "wall s", "CPU s", "peak MB"], processes),
            table(["on the way to the first kernel", "ms"], list(figures["way_ms"].items())),
            table(["imports, ms of its own", *kinds], rows),
        )
    )


if __name__ == "__main__":
    main()
