"""The bench: ``python -m bench.run [--rounds N] [--json FILE] [--markdown FILE]`` (``make bench``).

Renders the reference band with Songwright (with and without stems) and with every peer that is
installed, interleaved in one run, and prints medians and ratios. Seconds differ from machine to
machine; ratios against a peer on the same machine in the same run are what counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import band, band_project
from bench.measure import Runs, interleaved
from bench.peers import PEERS


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measured = _measure(Path(name), options.rounds)
    table = markdown(measured)
    sys.stdout.write(table)
    if options.markdown:
        options.markdown.write_text(table)
    if options.json:
        figures = {name: runs.summary() for name, runs in measured.items()}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def _measure(folder: Path, rounds: int) -> dict[str, Runs]:
    project = band_project.write(folder)
    commands = {
        "Songwright, stems and mix": band_project.command(project, folder / "stems"),
        "Songwright, mix only": [*band_project.command(project, folder / "mix"), "--no-stems"],
    }
    for peer in PEERS:
        if not peer.found():
            sys.stderr.write(f"{peer.name} is not installed: left out\n")
            continue
        peer.prepare(folder)
        commands[peer.name] = peer.command(folder)
    return interleaved(commands, rounds)


def markdown(measured: dict[str, Runs]) -> str:
    """A table of medians, times real time, and each peer's wall time over Songwright's with stems."""
    ours = next(iter(measured.values())).median_s
    rows = ["| engine | wall s | CPU s | × real time | peak MB | Songwright's share |", "|---|---|---|---|---|---|"]
    for name, runs in measured.items():
        figures = runs.summary()
        rows.append(
            f"| {name} | {figures['wall_s']:.2f} | {figures['cpu_s']:.2f} | {band.SECONDS / runs.median_s:.0f} "
            f"| {figures['peak_mb']:.0f} | {ours / runs.median_s:.2f} |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
