"""Has anything become slower? ``python -m bench.check [--write]`` (``make bench-check``, ``make bench-baseline``).

Every figure is CPU time over the CPU time of a fixed piece of work (:mod:`bench.calibration`) that is taken beside it,
so that it can be compared with the committed ``tests/bench/baseline.json`` even where the machine is busier, or
throttled, or was replaced by one of its kind. The least of several runs counts. A figure that is worse than the
baseline by more than its margin is measured twice more; if its best is still worse, the check fails: exit code 1, with
a table. It is no part of the default tests: time is never certain.

Another kind of processor has other ratios: write a baseline of your own there before a change, and check after it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench import band_project, kernels
from bench.calibration import calibrate
from bench.measure import Runs, once
from bench.record import BUSY, FRESH, Quiet, save, songwright, table
from bench.start import SMALLEST

BASELINE = Path(__file__).with_name("baseline.json")
#: How much worse a figure may be. Whole processes repeat better than kernels of a few milliseconds.
MARGINS = {"process": 0.15, "instrument": 0.30, "lanes": 0.30, "effect": 0.30}
SINGULAR = {"instruments": "instrument", "lanes": "lanes", "effects": "effect"}
AGAIN = 2  # times that a figure which seems worse is measured again


def main() -> int:
    """Measure; compare or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the baseline instead of comparing with it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="shorter kernels")
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    parser.add_argument("--margin", type=float, help="one for all figures, as a share: 0.2")
    options = parser.parse_args()
    Quiet.listen()
    with tempfile.TemporaryDirectory(prefix="songwright-bench-") as folder:
        figures = measures(Path(folder), options.rounds, quick=options.quick)
        ratios = {}
        for name, take in figures.items():
            ratios[name] = take()
            sys.stderr.write(f"{name}: {ratios[name]:g}\n")
        if options.write:
            save("baseline", {"ratios": ratios}, options.baseline)
            return 0
        if not options.baseline.exists():
            sys.exit(f"there is no baseline at {options.baseline}: write one with `make bench-baseline`")
        document = json.loads(options.baseline.read_text(encoding="utf-8"))
        baseline, machine = document["ratios"], document["machine"]
        sys.stdout.write(f"The baseline is of {machine['date']}, {machine['processor']}, {machine['cores']} cores")
        busy = f"; other work took {machine['busy_before']:.0%} of the machine" if machine["busy_before"] > BUSY else ""
        sys.stdout.write(f"{busy}.\n\n")
        for _ in range(AGAIN):
            for name in compare(baseline, ratios, options.margin)[1]:
                ratios[name] = min(ratios[name], figures[name]())
    text, worse = compare(baseline, ratios, options.margin)
    save("check", {"ratios": ratios, "worse": worse})
    sys.stdout.write(text)
    if worse:
        sys.stdout.write(f"\nslower than the baseline beyond the margin: {', '.join(worse)}\n")
    return 1 if worse else 0


def measures(folder: Path, rounds: int, *, quick: bool = False) -> dict[str, Callable[[], float]]:
    """Every figure by name, ``kind: name``; each gives CPU time in units of the fixed work when it is called."""
    song, band = folder / "song.yaml", folder / "band"
    song.write_text(SMALLEST, encoding="utf-8")
    band.mkdir()
    project = band_project.write(band)
    processes = {
        "help": songwright("--help"),
        "check": songwright("check", song),
        "smallest render": songwright("render", song, "-o", folder / "out", "--quiet", *FRESH),
        "band, mix": [*band_project.command(project, folder / "mix"), "--no-stems"],
        "band, stems and mix": band_project.command(project, folder / "stems"),
    }
    found = {f"process: {name}": partial(process_units, command, rounds) for name, command in processes.items()}
    for (kind, name), cost in kernels.costs(100 if quick else 400, 10.0 if quick else 40.0, rounds).items():
        found[f"{SINGULAR[kind]}: {name}"] = partial(_units, cost)
    return found


def process_units(command: Sequence[str], rounds: int) -> float:
    """The CPU time of a whole process, the least of ``rounds``, in units of the fixed work."""
    once(command)
    runs, units = Runs(), []
    for _ in range(rounds):
        units.append(calibrate(2))
        once(command, runs)
    return round(min(runs.cpu_s) / min(units), 4)


def _units(cost: Callable[[], float]) -> float:
    return kernels.figure(cost)["units"]


def compare(
    baseline: Mapping[str, float], ratios: Mapping[str, float], margin: float | None = None
) -> tuple[str, list[str]]:
    """A table of all figures, the worst first, and the names of those that are worse beyond their margin."""
    rows: list[tuple[float, list[Any]]] = []
    worse = []
    for name, now in ratios.items():
        allowed = MARGINS[name.partition(":")[0]] if margin is None else margin
        before = baseline.get(name)
        if before is None:
            rows.append((0.0, [name, "", now, "", "new"]))
            continue
        change = now / before - 1.0
        verdict = "SLOWER" if change > allowed else "faster" if change < -allowed else ""
        worse += [name] if verdict == "SLOWER" else []
        rows.append((change, [name, before, now, f"{change:+.0%}", verdict or f"within {allowed:.0%}"]))
    rows += [(-9.0, [name, before, "", "", "gone"]) for name, before in baseline.items() if name not in ratios]
    ordered = [row for _, row in sorted(rows, key=lambda item: -item[0])]
    return table(["figure", "baseline", "now", "change", ""], ordered), worse


if __name__ == "__main__":
    sys.exit(main())
