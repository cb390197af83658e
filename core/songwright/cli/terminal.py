"""Where words go: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from songwright.errors import Problem
    from songwright.plugins import Plugins


@dataclass
class Terminal:
    """What the user asked of the output, and the few ways to speak. One a run, carried by click."""

    quiet: bool = False  # no progress, no remarks; errors stay
    json: bool = False  # one JSON document on standard output instead of text
    debug: bool = False  # tracebacks
    safe: bool = False  # built-in plugins only
    prefer: dict[str, str] = field(default_factory=dict)  # component name → distribution
    extended: bool = False  # whether plugins have been asked for commands

    def result(self, text: str) -> None:
        """Print what was asked for."""
        click.echo(text, color=_color())

    def document(self, value: Any) -> None:
        """Print one JSON document."""
        click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))

    def say(self, text: str) -> None:
        """Remark on the work, unless ``--quiet``."""
        if not self.quiet:
            click.echo(text, err=True, color=_color())

    def warn(self, text: str, error: BaseException | None = None) -> None:
        """Warn, unless ``--quiet``; with ``--debug`` the error's traceback follows."""
        self.say(click.style("warning: ", fg="yellow") + text)
        if error is not None:
            self.trace(error)

    def remark(self, warning: str) -> None:
        """Pass on a warning of a report. Those with a place in the project say themselves that they are warnings."""
        if "warning: " in warning.partition("\n")[0]:
            self.say(warning)
        else:
            self.warn(warning)

    def fail(self, text: str) -> None:
        """Say what went wrong."""
        click.echo(click.style("error: ", fg="red", bold=True) + text, err=True, color=_color())

    def problems(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        """Print a project's problems: errors always, warnings unless ``--quiet``."""
        for problem in problems:
            if problem.severity == "error" or not self.quiet:
                click.echo(str(problem), err=True)

    def trace(self, error: BaseException) -> None:
        """With ``--debug``, print the error's traceback."""
        if self.debug:
            click.echo("".join(traceback.format_exception(error)), err=True, nl=False)

    @property
    def draws(self) -> bool:
        """Whether standard error is a terminal on which progress can be drawn."""
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def plugins(self) -> Plugins:
        """The installed plugins, as ``--safe`` and ``--prefer`` choose; broken ones are warned about."""
        from songwright.plugins import load_plugins

        plugins = load_plugins(safe=self.safe, prefer=self.prefer)
        for failure in plugins.failures:
            self.warn(str(failure), failure.error)
        return plugins


def _color() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None


pass_terminal = click.make_pass_decorator(Terminal, ensure=True)
