"""The band beside other engines: ``python -m bench.run [--rounds N]`` (``make bench``).

Renders the reference band with Songwright (with and without stems) and with every peer that is
installed, interleaved in one run, and prints medians and ratios; ``out/bench/band.json`` keeps them for the page.
Seconds differ from machine to machine; ratios against a peer on the same machine in the same run are what counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import band, band_project
from bench.measure import interleaved
from bench.peers import PEERS
from bench.record import Quiet, save, table

OURS, OURS_MIX = "Songwright, stems and mix", "Songwright, mix only"


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="instead of out/bench/band.json")
    options = parser.parse_args()
    Quiet.listen()
    with tempfile.TemporaryDirectory() as name:
        figures = measure(Path(name), options.rounds)
    save("band", figures, options.json)
    sys.stdout.write(markdown(figures))


def measure(folder: Path, rounds: int, *, peers: bool = True) -> dict[str, Any]:
    """The figures of each engine, in seconds of a whole process, and the versions of the peers."""
    ours = band_project.beside_peers(folder)
    commands = {
        OURS: ours(folder / "stems"),
        OURS_MIX: [*ours(folder / "mix"), "--no-stems"],
    }
    versions: dict[str, str] = {}
    for peer in PEERS if peers else ():
        if not peer.found():
            sys.stderr.write(f"{peer.name} is not installed: left out\n")
            continue
        peer.prepare(folder)
        commands[peer.name] = peer.command(folder)
        versions[peer.name] = peer.version()
    measured = interleaved(commands, rounds, optional=[*versions])
    return {
        "seconds": band.SECONDS,
        "notes": len(band.notes()),
        "engines": {name: runs.summary() for name, runs in measured.items()},
        "versions": {name: text for name, text in versions.items() if name in measured},
    }


def markdown(figures: Mapping[str, Any]) -> str:
    """A table of medians, times real time, and Songwright's share (stems and mix) of each engine's wall time."""
    engines: Mapping[str, Any] = figures["engines"]
    ours = engines[OURS]["wall_s"]
    rows = [
        [
            f"{name} {figures['versions'].get(name, '')}".strip(),
            one["wall_s"],
            f"{one['wall_min_s']:.2f}-{one['wall_max_s']:.2f}",
            one["cpu_s"],
            round(figures["seconds"] / one["wall_s"]),
            round(one["peak_mb"]),
            f"{ours / one['wall_s']:.2f}",
        ]
        for name, one in engines.items()
    ]
    head = ["engine", "wall s", "from-to", "CPU s", "× real time", "peak MB", "Songwright with stems takes"]
    return table(head, rows)


if __name__ == "__main__":
    main()
