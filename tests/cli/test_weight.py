"""What the command line imports, and how it behaves as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = {
    "asyncio",
    "ssl",
    "numba",
    "scipy",
    "soxr",
    "onnxruntime",
    "torch",
    "music21",
    "matplotlib",
    "soundfile",
    "lameenc",
    "mido",
}
#: ``--help`` needs none of these either.
MIDDLING = {"numpy", "pydantic", "yaml", "rich", "platformdirs"}

#: Plugins that name their components by place.
PLUGINS = {"songwright_voices.plugin", "songwright_exporters.plugin"}

SMALLEST = "songwright: 1\ntitle: Smallest\ngenre: pop\n"


def _modules_after(*arguments: str, cwd: Path | None = None) -> set[str]:
    program = (
        "import sys\nfrom songwright.cli.run import run\n"
        f"code = run({list(arguments)!r})\nprint(*sorted(sys.modules), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=cwd)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["render", "--help"], ["plugins", "list", "--help"], ["--version"]])
def test_help_imports_nothing_but_click(arguments: list[str]) -> None:
    loaded = _modules_after(*arguments)
    assert "click" in loaded
    assert not loaded & (HEAVY | MIDDLING)


@pytest.mark.parametrize("command", ["check", "resolve"])
def test_reading_a_song_imports_nothing_heavy(command: str, tmp_path: Path) -> None:
    (tmp_path / "song.yaml").write_text(SMALLEST)
    loaded = _modules_after(command, "song.yaml", cwd=tmp_path)
    assert "yaml" in loaded
    assert not loaded & HEAVY


def test_listing_plugins_imports_nothing_heavy() -> None:
    assert not _modules_after("plugins", "list") & HEAVY


def _start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from songwright.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", "from songwright.cli import main; main()", "schema"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM], ids=lambda kill: kill.name)
def test_an_interrupted_render_leaves_what_was_there(kill: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "song.yaml").write_text(SMALLEST)
    out = tmp_path / "out" / "smallest"
    out.mkdir(parents=True)
    (out / "mix.wav").write_text("the earlier result")
    process = _start("render", "song.yaml", cwd=tmp_path)
    assert process.stderr
    process.stderr.readline()  # the first stage is done: the render is under way
    time.sleep(0.2)
    process.send_signal(kill)
    out_text, err_text = process.communicate(timeout=60)
    assert process.returncode == 130, err_text
    assert out_text == ""
    assert "Traceback" not in err_text
    assert [path.name for path in out.rglob("*")] == ["mix.wav"]
    assert (out / "mix.wav").read_text() == "the earlier result"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mix.wav", "out", "smallest", "song.yaml"]


def test_a_process_does_not_look_for_cycles_all_the_time(tmp_path: Path) -> None:
    (tmp_path / "song.yaml").write_text(SMALLEST)
    program = (
        "import atexit, gc, sys\nfrom songwright.cli import main\nlooked = []\n"
        "gc.callbacks.append(lambda phase, _: looked.append(phase))\n"
        "atexit.register(lambda: print(looked.count('start'), gc.get_freeze_count()))\n"
        "sys.argv[1:] = ['check', 'song.yaml', '--quiet']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    times, left_alone = map(int, done.stdout.split()[-2:])
    assert times == 0
    assert left_alone > 10_000


def test_a_song_imports_only_what_it_names(tmp_path: Path) -> None:
    bare = dict.fromkeys(("drums", "keys", "guitar", "pad", "arp", "answer", "melody"))
    tracks = {**bare, "bass": {"instrument": "organ", "effects": ["phaser"]}}
    (tmp_path / "song.yaml").write_text(f"{SMALLEST}tracks: {json.dumps(tracks)}\n")
    loaded = _modules_after("render", "song.yaml", "--to", "1:2", cwd=tmp_path)
    assert {"songwright_instruments.organ", "songwright_effects.phaser"} <= loaded
    assert not loaded & {"songwright_instruments.piano", "songwright_effects.tremolo", "songwright.singing.performance"}
    assert not loaded & {"numpy.ma", "asyncio"}
    assert not {name for name in loaded if name.startswith(("songwright_voices.", "songwright_exporters."))} - PLUGINS
