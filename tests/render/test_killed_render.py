"""Processes that are killed or work side by side: the next render is right, and nothing half is left.

By default a few renders are killed; ``make test-kill`` kills fifty.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from changing_song import Desk, hashes

KILLS = int(os.environ.get("SONGWRIGHT_KILLS", "4"))
#: Renders one variant of the song after another: endlessly, or a number of times, and then tells the hashes.
ANOTHER = """
import json, sys, itertools
from pathlib import Path
from changing_song import Desk, hashes
folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder.mkdir(exist_ok=True)
song = Desk(folder)
found = {}
print("ready", flush=True)
for n in itertools.islice(itertools.count(first), count or None):
    song.vary(n)
    found[n] = hashes(song.render(out=folder / "out"))
print(json.dumps(found))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache for this process and those it starts; compiled kernels are shared with everybody."""
    from songwright.dsp.jit import cache_root

    kernels, folder = cache_root(), tmp_path / "cache"
    folder.mkdir()
    kernels.mkdir(parents=True, exist_ok=True)
    (folder / "kernels").symlink_to(kernels)
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(folder))
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    tests = str(Path(__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([tests, *filter(None, [os.environ.get("PYTHONPATH")])]))
    return folder


@contextmanager
def another(folder: Path, first: int, count: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Another process that renders, at its first render."""
    command = [sys.executable, "-c", ANOTHER, str(folder), str(first), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def left_over(*folders: Path) -> list[Path]:
    """Files and folders that a finished render has no use for."""
    found = [path for folder in folders for path in folder.rglob("*") if path.name.endswith(".part")]
    return found + [path for folder in folders for path in folder.glob(".*.songwright-*")]


def test_a_render_after_a_killed_one(tmp_path: Path, cache: Path) -> None:
    chance, folder = random.Random(7), tmp_path / "song"
    folder.mkdir()
    mine, interrupted = Desk(folder), 0
    for number in range(KILLS):
        with another(folder, 1 + 3 * number) as process:
            while not left_over(folder, cache):  # it has not begun, or is between two renders
                time.sleep(0.001)
            time.sleep(chance.uniform(0.0, 0.3) if number % 2 else 0.0)
            process.send_signal(signal.SIGKILL)
            process.wait()
        interrupted += bool(left_over(folder, cache))
        mine.vary(chance.randrange(3 * KILLS))
        assert hashes(mine.render(out=folder / "out")) == hashes(mine.render(out=folder / "plain", cache=False))
        assert left_over(folder, cache) == []
    assert interrupted, "no render was hit in its middle: the pauses have to change"


def test_two_processes_share_the_cache(tmp_path: Path, cache: Path) -> None:
    with another(tmp_path / "a", 0, 4) as one, another(tmp_path / "b", 0, 4) as two:
        found = [json.loads(process.communicate()[0]) for process in (one, two)]
    assert [process.returncode for process in (one, two)] == [0, 0]
    assert found[0] == found[1]
    song = Desk(tmp_path / "a")
    for number, theirs in found[0].items():
        song.vary(int(number))
        assert hashes(song.render(cache=False)) == theirs
    assert left_over(tmp_path, cache) == []
