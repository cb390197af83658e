"""One run of the command line: from arguments to an exit code.

====  =================================================================
0     done
1     a mistake in Songwright itself
2     the wish is wrong: usage, project file, unknown plugin
3     a plugin failed, or the song cannot be rendered as it stands
4     the machine failed: disk full, folder not writable, no encoder
130   interrupted
====  =================================================================
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from songwright.cli.terminal import Terminal
from songwright.errors import ProjectError, SongwrightError

ISSUES = "CONTRIBUTING.md says how to report it"
INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run ``songwright`` with ``arguments`` and return its exit code. Never raises, prints no traceback unasked."""
    from songwright.cli.app import songwright

    terminal = Terminal(debug="--debug" in arguments)
    try:
        code = songwright.main(list(arguments), prog_name="songwright", obj=terminal, standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(terminal)
    except SystemExit:  # click's answer to a closed pipe, its only one that is not an exception of its own
        return _reader_left()
    except BaseExceptionGroup as group:
        # Threads of a render can fail together; the first failure is the one to explain.
        return _explain(terminal, _first(group))
    except Exception as error:  # noqa: BLE001 - this is where errors become words
        return _explain(terminal, error)
    return code if isinstance(code, int) else 0


def _explain(terminal: Terminal, error: BaseException) -> int:
    """Say what went wrong and choose the exit code."""
    code, words = verdict(error)
    if code == 0:
        return _reader_left()
    if isinstance(error, click.ClickException):
        error.show(sys.stderr)
    elif isinstance(error, KeyboardInterrupt):
        return _interrupted(terminal)
    elif isinstance(error, ProjectError):
        terminal.problems(error.problems)
    else:
        terminal.fail(words)
    terminal.trace(error)
    if terminal.json:
        terminal.document({"error": described(error, words), "exit_code": code})
    return code


def explain_error(terminal: Terminal, error: BaseException, prefix: str, trace: str) -> None:
    """Say what went wrong with one of several songs, and with ``--debug`` where."""
    if isinstance(error, ProjectError):
        terminal.problems(error.problems)
    else:
        terminal.fail(prefix + verdict(error)[1])
    if terminal.debug:
        click.echo(trace, err=True, nl=False)


def verdict(error: BaseException) -> tuple[int, str]:
    """The exit code of an error, and its words."""
    match error:
        case BrokenPipeError():
            return 0, ""
        case click.ClickException():
            return 2, error.format_message()
        case SongwrightError():
            return error.exit_code, str(error)
        case OSError() if error.errno is not None:
            return 4, _machine_words(error)
        case MemoryError():
            return 4, "there is not enough memory for this"
        case _:
            mistake = f"{type(error).__name__}: {error}".splitlines()[0]
            return 1, f"this is a mistake in Songwright, not in your song: {mistake} ({ISSUES}; --debug shows where)"


def _machine_words(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    advice = {
        errno.ENOSPC: "free some space, or write elsewhere with --out",
        errno.EACCES: "choose a folder that you may write to",
        errno.EPERM: "choose a folder that you may write to",
        errno.EROFS: "choose a folder that you may write to",
    }.get(error.errno or 0)
    return f"{where}{error.strerror or error}" + (f" ({advice})" if advice else "")


def described(error: BaseException, words: str) -> dict[str, Any]:
    """An error as JSON."""
    described: dict[str, Any] = {"kind": type(error).__name__, "message": words}
    if isinstance(error, ProjectError):
        described["problems"] = [problem_document(problem) for problem in error.problems]
    return described


def problem_document(problem: Any) -> dict[str, Any]:
    """A :class:`~songwright.errors.Problem` as JSON."""
    place = problem.place
    return {
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "path": problem.path,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _interrupted(terminal: Terminal) -> int:
    terminal.say("interrupted: earlier results are as they were")
    return INTERRUPTED


def _reader_left() -> int:
    """Whoever read our output has heard enough (``songwright resolve song.yaml | head``): go quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
