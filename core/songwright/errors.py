"""What can go wrong, as one tree.

::

    SongwrightError            exit code
    ├── ProjectError           2   the wish is wrong: a list of problems, each with its place and advice
    ├── PluginError            3   a plugin failed; names the plugin and its distribution
    ├── RenderError            3   a render cannot go on for a reason inside the song
    ├── OutputError            4   the machine failed: disk full, folder not writable, no encoder
    └── WorkerError            4   a process or machine that worked for us was lost, or cannot do what is asked

The library raises these; only the command line turns them into words and exit codes. A message
names the thing, the value, the rule and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

_LONGEST_EXCERPT = 100  # characters of a line
_BEFORE_CARET = 60


@dataclass(frozen=True)
class Place:
    """Where something stands in a text file. ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    text: str = ""  # the line itself, for the caret

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def excerpt(self) -> str:
        """The line, or the part of a long one around the column, and a caret below it. Empty without a text."""
        if not self.text:
            return ""
        start = max(0, self.column - 1 - _BEFORE_CARET) if len(self.text) > _LONGEST_EXCERPT else 0
        before, after = self.text[start : self.column - 1], self.text[self.column - 1 : start + _LONGEST_EXCERPT]
        blank = "".join("\t" if character == "\t" else " " for character in before)
        return f"\n    {before}{after}\n    {blank}^"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (or doubtful) in a project.

    ``path`` is the dotted path of the value (``tracks.bass.gain``), ``hint`` says what to do.
    """

    message: str
    path: str = ""
    hint: str = ""
    place: Place | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """The problem as one line, or two more with the source line and a caret under the value."""
        where = f"{self.place}: " if self.place else (f"{self.path}: " if self.path else "")
        text = f"{where}{self.severity}: {self.message}"
        if self.hint:
            text += f" ({self.hint})"
        return text + (self.place.excerpt() if self.place else "")


class SongwrightError(Exception):
    """Any failure that Songwright explains. ``exit_code`` is what the command line exits with.

    It can be pickled, whatever its constructor takes: errors come home from other processes and machines.
    """

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew from its arguments as an exception has them, and its fields."""
        return _made_anew, (type(self), self.args, self.__dict__)


class ProjectError(SongwrightError):
    """The project is wrong. Carries every problem found, in the file's order."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class PluginError(SongwrightError):
    """A plugin failed to load, or failed while it worked."""

    exit_code = 3

    def __init__(self, message: str, *, plugin: str, distribution: str = "") -> None:
        self.plugin, self.distribution = plugin, distribution
        origin = f" (from {distribution})" if distribution else ""
        super().__init__(f"plugin {plugin!r}{origin}: {message}")


class RenderError(SongwrightError):
    """The song cannot be rendered as it stands, for a reason that only rendering shows."""

    exit_code = 3


class OutputError(SongwrightError):
    """The machine could not take the result. Earlier results are as they were."""

    exit_code = 4


class WorkerError(SongwrightError):
    """A process or machine that rendered for us was lost, or is not fit for it. Other songs are not touched."""

    exit_code = 4


def _made_anew(kind: type[SongwrightError], args: tuple[Any, ...], fields: dict[str, Any]) -> SongwrightError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(fields)
    return error
