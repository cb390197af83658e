"""From what went wrong to words and an exit code: one line or so, never a traceback unasked."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from songwright.cli import app
from songwright.cli.run import run
from songwright.errors import OutputError, Place, PluginError, Problem, ProjectError, RenderError

PROBLEM = Problem(
    "'loud' is no level", "tracks.bass.gain", "write one like -6 dB", Place("a.yaml", 3, 9, "  gain: loud")
)


class BrokenError(Exception):
    pass


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make ``songwright schema`` fail in a chosen way."""

    def fail_with(error: BaseException) -> None:
        from songwright.cli.option import output_options

        @click.command()
        @output_options
        def command() -> None:
            raise error

        monkeypatch.setitem(app.COMMANDS, "schema", "songwright.cli.schema")
        monkeypatch.setattr("songwright.cli.schema.command", command)

    return fail_with


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ProjectError(PROBLEM), 2, "a.yaml:3:9: error: 'loud' is no level (write one like -6 dB)"),
        (click.UsageError("no such thing"), 2, "no such thing"),
        (
            PluginError("it broke", plugin="fuzz", distribution="songwright-fuzz"),
            3,
            "plugin 'fuzz' (from songwright-fuzz)",
        ),
        (RenderError("the song is empty"), 3, "error: the song is empty"),
        (OutputError("no encoder"), 4, "error: no encoder"),
        (OSError(errno.ENOSPC, "No space left on device", "/out/mix.wav"), 4, "free some space"),
        (PermissionError(errno.EACCES, "Permission denied", "/out"), 4, "choose a folder"),
        (MemoryError(), 4, "not enough memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenError("what is this"), 1, "a mistake in Songwright, not in your song: BrokenError: what is this"),
        (ExceptionGroup("threads", [PluginError("it broke", plugin="fuzz")]), 3, "plugin 'fuzz'"),
        (BaseExceptionGroup("threads", [KeyboardInterrupt()]), 130, "interrupted"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_failure_has_its_code_and_words(
    error: BaseException, code: int, words: str, failing: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(error)
    assert run(["schema"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_debug_shows_the_traceback(failing: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    failing(BrokenError("what is this"))
    assert run(["schema", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_problem_is_shown_with_its_line_and_a_caret_under_the_value(
    failing: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(ProjectError([PROBLEM, Problem("a second one")]))
    assert run(["schema"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[1].endswith("  gain: loud")
    assert lines[2].index("^") == lines[1].index("loud")
    assert lines[3] == "error: a second one"


def test_json_describes_the_failure(failing: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    failing(ProjectError(PROBLEM))
    assert run(["schema", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["exit_code"] == 2
    assert document["error"]["kind"] == "ProjectError"
    assert document["error"]["problems"] == [
        {
            "severity": "error",
            "message": "'loud' is no level",
            "hint": "write one like -6 dB",
            "path": "tracks.bass.gain",
            "file": "a.yaml",
            "line": 3,
            "column": 9,
        }
    ]


def test_warnings_go_under_quiet_but_errors_stay(
    failing: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(ProjectError([Problem("doubtful", severity="warning"), Problem("wrong")]))
    assert run(["schema", "--quiet"]) == 2
    assert capsys.readouterr().err == "error: wrong\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["rendr"],
        ["render"],
        ["render", "--jobs", "0", "a.yaml"],
        ["render", "--set", "gain", "a.yaml"],
        ["check"],
        ["plugins", "info"],
        ["plugins", "info", "no-such-thing"],
        ["plugins", "list", "trumpets"],
        ["presets", "copy", "no-such-song"],
        ["--no-such-option"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_with_one_error_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len([line for line in err.splitlines() if line.startswith("Error:")]) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["speak"], ["batch", "--list"]], ids=" ".join)
def test_a_file_that_is_no_text_is_wrong_usage(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00\x01")
    assert run([*arguments, str(tmp_path / "picture")]) == 2
    assert "picture' is not a " in capsys.readouterr().err
