"""``render --stream``: bytes on standard output and nothing else there, pipes that close, wishes that do not fit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from little_songs import write_little

OPTIONS = ("--sample-rate", "8000", "--bit-depth", "16")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    write_little(tmp_path / "song.yaml", bars=8)
    return tmp_path


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, "-c", "from songwright.cli import main; main()", "render", "song.yaml", *OPTIONS]
    return subprocess.run([*program, *arguments], capture_output=True, cwd=folder, check=False)


def test_with_the_gain_of_the_file_the_bytes_are_the_file(song: Path) -> None:
    assert _run(song, "--no-stems", "--quiet").returncode == 0
    file = (song / "out/little/mix.wav").read_bytes()
    done = _run(song, "--stream", "--stream-gain", "report", "--stream-block", "0.3")
    assert done.returncode == 0
    assert done.stdout == file
    assert b"streamed with a gain of" in done.stderr
    gain = json.loads((song / "out/little/report.json").read_text())["mix"]["gain_db"]
    raw = _run(song, "--stream", "--stream-gain", f"{gain!r} dB", "--stream-format", "raw", "--quiet", "--jobs", "1")
    assert raw.stdout == file[-len(raw.stdout) :]
    assert len(raw.stdout) == 4 * 8000 * 16
    assert raw.stderr == b""


def test_a_pipe_that_closes_ends_it_quietly(song: Path) -> None:
    program = f"{sys.executable} -c 'from songwright.cli import main; main()'"
    command = (
        f"{program} render song.yaml --stream --quiet {' '.join(OPTIONS)} --stream-block 0.1 | head -c 1000 | wc -c"
    )
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"], capture_output=True, cwd=song, check=True
    )
    assert done.stdout.split() == [b"1000", b"0"]
    assert done.stderr == b""
    assert [path.name for path in song.iterdir()] == ["song.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "bass"), "--only cannot be had with it"),
        (("--json",), "--json cannot be had with it"),
        (("--format", "mp3"), "--format cannot be had with it"),
        (("song.yaml",), "one song at a time"),
        (("--stream-gain", "loud"), "'loud' is no gain"),
        (("--stream-gain", "nan"), "'nan' is no gain"),
        (("--stream-gain", "report"), "no report of a mix is at out/little/report.json"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_streamed_is_refused(song: Path, arguments: tuple[str, ...], words: str) -> None:
    done = _run(song, "--stream", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
