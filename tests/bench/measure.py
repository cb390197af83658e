"""Whole processes, measured from outside: wall, CPU and peak memory, interleaved, as medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
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
            "wall_s": round(self.median_s, 3),
            "wall_min_s": round(min(self.wall_s), 3),
            "wall_max_s": round(max(self.wall_s), 3),
            "cpu_s": round(statistics.median(self.cpu_s), 3),
            "peak_mb": round(max(self.peak_mb), 1),
        }


def once(command: Sequence[str], runs: Runs | None = None, environment: Mapping[str, str] | None = None) -> float:
    """Run a command to its end and add its figures to ``runs``. Returns wall seconds.

    Raises:
        RuntimeError: the command failed.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    if runs is not None:
        runs.wall_s.append(wall)
        runs.cpu_s.append(usage.ru_utime + usage.ru_stime)
        runs.peak_mb.append(usage.ru_maxrss / 1024)
    return wall


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int = 5) -> dict[str, Runs]:
    """Each command once to warm up, then all of them in turn, ``rounds`` times: A B C A B C …"""
    for command in commands.values():
        once(command)
    measured = {name: Runs() for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            once(command, measured[name])
    return measured
