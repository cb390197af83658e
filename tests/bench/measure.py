"""Whole processes, measured from outside: wall, CPU and peak memory, interleaved, as medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Runs:
    """What the runs of one command took."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)

    @property
    def median_s(self) -> float:
        """Median wall time."""
        return statistics.median(self.wall_s)

    def summary(self) -> dict[str, float]:
        """The figures a report quotes."""
        return {
            "wall_s": round(self.median_s, 4),
            "wall_min_s": round(min(self.wall_s), 4),
            "wall_max_s": round(max(self.wall_s), 4),
            "cpu_s": round(statistics.median(self.cpu_s), 4),
            "cpu_min_s": round(min(self.cpu_s), 4),
            "peak_mb": round(max(self.peak_mb), 1),
            "rounds": len(self.wall_s),
        }


def once(command: Sequence[str], runs: Runs | None = None, environment: Mapping[str, str] | None = None) -> float:
    """Run a command to its end and add its figures to ``runs``. Returns wall seconds.

    Raises:
        RuntimeError: the command failed; with the end of what it said.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=said, env={**os.environ, **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}\n{words}")
    if runs is not None:
        runs.wall_s.append(wall)
        runs.cpu_s.append(usage.ru_utime + usage.ru_stime)
        runs.peak_mb.append(usage.ru_maxrss / 1024)
    return wall


def interleaved(
    commands: Mapping[str, Sequence[str]],
    rounds: int = 5,
    *,
    optional: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, Runs]:
    """Each command once to warm up, then all of them in turn, ``rounds`` times: A B C A B C …

    A command that fails while it warms up ends the bench, unless it is ``optional``: then it is left out, aloud.
    """
    measured: dict[str, Runs] = {}
    for name, command in commands.items():
        try:
            once(command, None, environment)
        except (RuntimeError, OSError) as error:
            if name not in optional:
                raise
            sys.stderr.write(f"{name} is left out: {error}\n")
        else:
            measured[name] = Runs()
    for number in range(rounds):
        for name, runs in measured.items():
            once(commands[name], runs, environment)
        sys.stderr.write(f"round {number + 1} of {rounds}\n")
    return measured
