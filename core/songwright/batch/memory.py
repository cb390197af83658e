"""How many renders the memory of this machine has room for."""

from __future__ import annotations

from pathlib import Path

#: What a process that renders may take at most. docs/explanation/memory.md says what was measured.
RENDER_BYTES = 400 << 20


def room_for(wanted: int) -> int:
    """How many processes may render at once: ``wanted`` of them, or fewer where memory is short; at least one."""
    free = available_bytes()
    return wanted if free is None else max(1, min(wanted, free // RENDER_BYTES))


def available_bytes() -> int | None:
    """Memory that can be had without swapping: the machine's, or what is left of a container's share. None: unknown."""
    known = [size for size in (_of_machine(), _of_container()) if size is not None]
    return min(known, default=None)


def _of_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    except (OSError, ValueError):
        pass
    return None


def _of_container() -> int | None:
    """What a control group (version 2) leaves; memory it holds for files can be had back and does not count as used."""
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = (group / "memory.max").read_text().strip(), int((group / "memory.current").read_text())
        if limit == "max":
            return None
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return max(0, int(limit) - used + int(stat.get("file", 0)))
    except (OSError, ValueError):
        return None
