"""How cost grows: ``python -m bench.scaling [--full] [--axis NAME]`` (``make bench-scaling``; ``FULL=1``: all points).

Songs of more and more tracks, notes and minutes, and one song on more and more threads, each rendered by a whole
process with stems and mix. ``fit`` finds the exponent ``p`` in ``cost = fixed + each · size^p`` from CPU seconds: 1 is
linear. ``slope`` asks less of the fit: it is the steepest way from one point to the next on paper with two logarithmic
axes. Of memory the largest song's peak over the smallest's is told, and megabytes for each further unit.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import band, band_project, projects
from bench.measure import Runs, once
from bench.record import FRESH, Quiet, cores, save, songwright, table


@dataclass(frozen=True)
class Axis:
    """What grows. ``song(folder, size)`` writes a project; ``words`` are options of the command."""

    unit: str
    quick: tuple[float, ...]
    full: tuple[float, ...]
    song: Callable[[Path, float], Path]
    words: Callable[[float], list[str]] = lambda _: []


def _notes(folder: Path, size: float) -> Path:
    """The band's patches with so many notes in its 180 seconds, evenly over four parts and the kit."""
    chance = random.Random(1)
    parts = (*band.PATCHES, "drums")
    played = []
    for number in range(int(size)):
        part = parts[number % len(parts)]
        key = chance.choice(tuple(band.DRUMS.values())) if part == "drums" else chance.randrange(40, 76)
        name = next((name for name, drum in band.DRUMS.items() if drum == key), part) if part == "drums" else part
        beat = number * (band.BARS * 4 - 1) / size
        played.append(band.BandNote(name, key, chance.randrange(60, 120), beat, 0.225))
    return band_project.write(folder, played)


AXES = {
    "tracks": Axis(
        "track",
        (1, 4, 16),
        (1, 2, 4, 8, 16, 32, 64),
        lambda folder, size: projects.write(folder, tracks=int(size), minutes=3.2),
    ),
    "notes": Axis("note", (1000, 10_000, 50_000), (1000, 3000, 10_000, 30_000, 100_000), _notes),
    "minutes": Axis(
        "minute",
        (16 / 15, 64 / 15, 160 / 15),
        tuple(16 / 15 * times for times in (1, 2, 5, 10, 28, 56)),
        lambda folder, size: projects.write(folder, tracks=8, minutes=size),
    ),
    "jobs": Axis(
        "thread",
        tuple(range(1, cores() + 1)),
        tuple(range(1, cores() + 1)),
        lambda folder, _: projects.write(folder, tracks=16, minutes=3.2),
        lambda size: ["--jobs", str(int(size))],
    ),
}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="all points, up to 64 tracks, 100,000 notes, an hour")
    parser.add_argument("--rounds", type=int, help="default: 1, or 3 with --full")
    parser.add_argument("--axis", choices=AXES, action="append", help="only this one; may be repeated")
    parser.add_argument("--json", type=Path, help="instead of out/bench/scaling.json")
    options = parser.parse_args()
    Quiet.listen()
    rounds = options.rounds or (3 if options.full else 1)
    once(songwright("warmup"))
    axes = {}
    for name in options.axis or AXES:
        axis = AXES[name]
        points = measure(axis, axis.full if options.full else axis.quick, rounds)
        axes[name] = {"unit": axis.unit, "points": points, **({} if name == "jobs" else summary(points))}
    figures = {"full": options.full, "axes": axes}
    save("scaling", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(axis: Axis, sizes: Sequence[float], rounds: int) -> list[dict[str, float]]:
    """A point a size, smallest first; rounds go over all sizes in turn. Files are removed once they are measured."""
    runs = {size: Runs() for size in sizes}
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as name:
        folder = Path(name)
        for number in range(rounds):
            for size in sizes:
                (folder / f"{size}").mkdir(exist_ok=True)
                song, out = axis.song(folder / f"{size}", size), folder / "out"
                once(songwright("render", song, "-o", out, "--quiet", *axis.words(size), *FRESH), runs[size])
                shutil.rmtree(out)
                sys.stderr.write(f"round {number + 1}: {size:g} {axis.unit}s: {runs[size].wall_s[-1]:.2f} s\n")
    return [{"size": round(size, 4), **runs[size].summary()} for size in sizes]


def summary(points: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The fitted cost in CPU seconds, and how memory grows."""
    sizes = np.array([point["size"] for point in points])
    costs = np.array([point["cpu_min_s"] for point in points])
    fixed_s, each_s, exponent = fit(sizes, costs)
    peaks = np.array([point["peak_mb"] for point in points])
    return {
        "fixed_s": round(fixed_s, 3),
        "each_s": float(f"{each_s:.4g}"),
        "exponent": round(exponent, 3),
        "slope": round(float(np.max(np.diff(np.log(costs)) / np.diff(np.log(sizes)))), 3),
        "peak_ratio": round(float(peaks[-1] / peaks[0]), 3),
        "mb_each": round(float((peaks[-1] - peaks[0]) / (sizes[-1] - sizes[0])), 4),
    }


def fit(sizes: np.ndarray[Any, Any], costs: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """The (fixed, each, exponent) of ``fixed + each · size^exponent`` whose relative errors are least.

    The exponent is searched from 0.3 to 2 in steps of 0.005; fixed and each come from weighted least squares and are
    not negative.

    >>> sizes = np.array([1.0, 4.0, 16.0, 64.0])
    >>> [round(value, 3) for value in fit(sizes, 2.0 + 0.5 * sizes)]
    [2.0, 0.5, 1.0]
    """
    best = (np.inf, 0.0, 0.0, 1.0)
    for exponent in np.arange(0.3, 2.0001, 0.005):
        columns = np.stack((np.ones_like(sizes), sizes**exponent), axis=1) / costs[:, None]
        solutions = [np.linalg.lstsq(columns, np.ones_like(costs), rcond=None)[0], np.zeros(2), np.zeros(2)]
        solutions[1][1] = columns[:, 1].sum() / (columns[:, 1] ** 2).sum()
        solutions[2][0] = columns[:, 0].sum() / (columns[:, 0] ** 2).sum()
        for fixed, each in solutions:
            if fixed < 0 or each < 0:
                continue
            error = float(((columns @ np.array([fixed, each]) - 1.0) ** 2).sum())
            if error < best[0] - 1e-12:
                best = (error, float(fixed), float(each), float(exponent))
    return best[1:]


def markdown(figures: Mapping[str, Any]) -> str:
    """A table an axis, and what was fitted."""
    parts = []
    for name, axis in figures["axes"].items():
        rows = [[f"{p['size']:g}", p["wall_s"], p["cpu_s"], round(p["peak_mb"])] for p in axis["points"]]
        parts.append(table([name, "wall s", "CPU s", "peak MB"], rows))
        if "exponent" in axis:
            parts.append(
                f"CPU seconds: {axis['fixed_s']:g} + {axis['each_s']:g} · {name}^{axis['exponent']:g}, "
                f"steepest slope {axis['slope']:g}. "
                f"Peak memory of the largest over the smallest: {axis['peak_ratio']:g} "
                f"({axis['mb_each']:g} MB for each further {axis['unit']}).\n"
            )
    return "\n".join(parts)


if __name__ == "__main__":
    main()
