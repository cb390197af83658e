"""Where benches put what they measured: one JSON document a bench in ``out/bench``, with the machine it ran on."""

from __future__ import annotations

import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "out" / "bench"
#: Options of a render that is to do all of its work.
FRESH = ("--no-cache",)
BUSY = 0.1  # share of other work from which wall times say little
LIBRARIES = ("songwright", "numpy", "numba", "scipy", "soundfile", "soxr", "pydantic")


def songwright(*words: str | Path) -> list[str]:
    """The command ``songwright …`` of this environment."""
    return [str(Path(sys.executable).with_name("songwright")), *map(str, words)]


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


class Quiet:
    """How busy the machine is with other work, taken when a bench begins."""

    share = 0.0

    @classmethod
    def listen(cls, seconds: float = 3.0) -> None:
        """Sleep, and see what share of all processors' time others take meanwhile; say so when it is much."""
        before = _busy_s()
        time.sleep(seconds)
        cls.share = min(1.0, round((_busy_s() - before) / (seconds * (os.cpu_count() or 1)), 2))
        if cls.share > BUSY:
            sys.stderr.write(f"others take {cls.share:.0%} of this machine: wall times will say little\n")


def _busy_s() -> float:
    """Seconds that all processors have been busy since the machine began."""
    user, nice, system, _idle, _wait, *rest = Path("/proc/stat").read_text(encoding="utf-8").split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """What ran it, and how busy that was with other work."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    fields = dict(reversed([tuple(part.strip() for part in line.split(":", 1)) for line in info if ":" in line]))
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) / 2**20
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": fields.get("model name", platform.processor()),
        "mhz": round(float(fields.get("cpu MHz", 0))),
        "cores": cores(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "busy_before": Quiet.share,
    }


def save(name: str, figures: Mapping[str, Any], path: Path | None = None) -> Path:
    """Write a bench's figures. Returns the file."""
    path = path or FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine(), **figures}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stderr.write(f"written: {path}\n")
    return path


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; numbers with three digits that count."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(shown, row))} |" for row in rows)]) + "\n"


def shown(value: Any) -> str:
    """A value in a table: three digits that count, thousands with commas.

    >>> [shown(value) for value in (0.01234, 1.5, 123.4, 98765.4, "a", 7)]
    ['0.0123', '1.50', '123', '98,765', 'a', '7']
    """
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    for limit, digits in ((0.1, 4), (1.0, 3), (10.0, 2), (100.0, 1)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"
