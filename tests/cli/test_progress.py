"""Progress: bars on a terminal, plain lines elsewhere, nothing when quiet; never on standard output."""

from __future__ import annotations

import re

import pytest

from songwright.cli import progress as progress_module
from songwright.cli.progress import watch
from songwright.cli.terminal import Terminal
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
