"""Memory does not grow with the song: a process that renders one of six minutes peaks where one of one minute does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench import projects

PROGRAM = """
import resource, sys
from pathlib import Path
from songwright.pipeline import RenderOptions, render
render(sys.argv[1], RenderOptions(out=Path(sys.argv[2]), sample_rate=8000, bit_depth="16", jobs=2))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
#: One stem of the longer song, kept whole, would be 23 MB; all of them, and the mix, 140 MB.
ALLOWED_MB = 20


def _peak_mb(song: Path, **environment: str) -> int:
    command = [sys.executable, "-c", PROGRAM, str(song), str(song.with_suffix(""))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environment})
    return int(done.stdout)


def test_memory_is_the_same_for_a_longer_song(tmp_path: Path) -> None:
    short = projects.write(tmp_path, tracks=5, minutes=1, name="short")
    long = projects.write(tmp_path, tracks=5, minutes=6, name="long")
    _peak_mb(short)  # what was never compiled here is compiled
    assert _peak_mb(long) <= _peak_mb(short) + ALLOWED_MB
