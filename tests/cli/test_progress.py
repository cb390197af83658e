"""Progress: bars on a terminal, plain lines elsewhere, nothing when quiet; never on standard output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from songwright.cli import progress as progress_module
from songwright.cli.progress import watch
from songwright.cli.terminal import Terminal
from songwright.dsp.jit import COMPILE_LISTENERS
from songwright.progress import Progress


def _work(progress: Progress) -> None:
    progress.stage("load")
    progress.stage("render", 4)
    progress.step(3, "drums")
    progress.step(1)


def test_plain_lines_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(Terminal()) as progress:
        _work(progress)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"load: \d\.\d\d s\nrender: \d\.\d\d s\n", err)


def test_nothing_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(Terminal(quiet=True)) as progress:
        _work(progress)
    assert capsys.readouterr() == ("", "")


def _fail_in_the_second_stage() -> None:
    with watch(Terminal()) as progress:
        progress.stage("load")
        progress.stage("render")
        raise KeyError


def test_an_unfinished_stage_is_not_called_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError):
        _fail_in_the_second_stage()
    assert "render" not in capsys.readouterr().err


def test_bars_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Terminal, "draws", True)
    with watch(Terminal()) as progress:
        assert isinstance(progress, progress_module.Bars)
        _work(progress)
        assert [(task.description, task.completed, task.total) for task in progress.bars.tasks] == [
            ("load", 1.0, 1.0),
            ("render", 4.0, 4.0),
        ]
    out, err = capsys.readouterr()
    assert out == ""
    assert "render" in err


def test_compiling_is_said_once_a_stage_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(Terminal()) as progress:
        progress.stage("render")
        for kernel in ("saw_lanes", "ladder"):
            for listener in COMPILE_LISTENERS:
                listener(kernel)
    first, last = capsys.readouterr().err.splitlines()
    assert first == "compiling the sound engine for this machine, this once (saw_lanes and others)"
    assert last.endswith("s, 2 kernels compiled")
    assert not COMPILE_LISTENERS


def test_a_kernel_that_compiles_is_announced_and_one_from_disk_is_not(tmp_path: Path) -> None:
    program = (
        "from songwright.dsp import jit\n"
        "jit.COMPILE_LISTENERS.append(print)\n"
        "import numpy as np\n"
        "import toy\n"
        "print(toy.twice(np.ones(3, np.float32), 2.0))\n"
    )
    (tmp_path / "toy.py").write_text(
        "from songwright.dsp.jit import kernel\n\n\n@kernel\ndef twice(x, by):\n    return x.sum() * by\n"
    )
    env = {**os.environ, "SONGWRIGHT_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    outputs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env).stdout
        for _ in range(2)
    ]
    assert outputs == ["twice\n6.0\n", "6.0\n"]
