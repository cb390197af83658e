"""Renders that end badly, as processes of their own: full disks, limits, interruptions, kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fake_desk import desk, write_song
from songwright.pipeline import RenderOptions, render

TESTS = Path(__file__).parent.parent
TONE = {"instrument": "tone", "clips": [{"at": "1:1", "notes": "A3:4/1@0.5"}]}

RENDER = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
import resource
from pathlib import Path
from fake_desk import desk
from songwright.errors import SongwrightError
from songwright.pipeline import RenderOptions, render

class Loud:
    def stage(self, name, steps=0.0):
        print(name, flush=True)
        if name == "render" and int(sys.argv[3]):
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    def step(self, amount=1.0, note=""):
        pass

try:
    render(sys.argv[1], RenderOptions(out=Path(sys.argv[2])), plugins=desk(), progress=Loud())
except KeyboardInterrupt:
    sys.exit(130)
except SongwrightError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def start(song: Path, out: Path, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RENDER, str(song), str(out), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def earlier(tmp_path):
    render(write_song(tmp_path, {"old": TONE}), RenderOptions(out=tmp_path / "out"), plugins=desk())
    return contents(tmp_path / "out")


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_a_file_that_grows_beyond_what_the_machine_takes(tmp_path, earlier, kind):
    """A limit on the size of files fails like a full disk, wherever writing happens to be."""
    formats = {"mix": {"formats": [kind]}, "stems": {"format": kind}}
    song = write_song(tmp_path, {"new": TONE}, render=formats)
    with start(song, tmp_path / "out", 3_000 if kind in ("ogg", "mp3") else 100_000) as process:
        told, _ = process.communicate()
    assert process.returncode == 4, told
    assert "cannot write to" in told
    assert "an earlier result is as it was" in told
    assert contents(tmp_path / "out") == earlier
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "song.yaml"]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
@pytest.mark.parametrize("when", ["render", "master", "write"])
def test_a_render_that_is_stopped(tmp_path, earlier, how, code, when):
    song = write_song(tmp_path, {"new": TONE}, sections={"part": {"bars": 64, "chords": "I"}})
    with start(song, tmp_path / "out") as process:
        for line in process.stdout:
            if line.strip() == when:
                os.kill(process.pid, how)
                break
        process.communicate()
    if process.returncode == 0:  # it was quicker than the signal: then all is new
        assert "stems/01-new.wav" in contents(tmp_path / "out")
        return
    assert process.returncode == code
    assert contents(tmp_path / "out") == earlier
    render(song, RenderOptions(out=tmp_path / "out"), plugins=desk())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "song.yaml"]
    assert [path.name for path in (tmp_path / "out/stems").iterdir()] == ["01-new.wav"]


MEMORY = f"""
import re, sys
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from fake_desk import desk
from songwright.pipeline import RenderOptions, render
render(sys.argv[1], RenderOptions(out=Path(sys.argv[2])), plugins=desk())
# Not ru_maxrss: that begins with what the process had that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_memory_does_not_grow_with_the_song(tmp_path):
    """Ten times the song: every stem alone is 150 MB longer as the engine holds it, and none of it stays."""
    peaks = []
    for bars in (25, 250):
        tracks = {
            f"t{i}": {"instrument": "hiss", "clips": [{"at": "1:1", "notes": "A3:1/4@0.5 r:3/4", "repeat": bars}]}
            for i in range(4)
        }
        song = write_song(tmp_path, tracks, sections={"part": {"bars": bars, "chords": "I"}})
        command = [sys.executable, "-c", MEMORY, str(song), str(tmp_path / "out")]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] < 40
    assert peaks[1] < 350
