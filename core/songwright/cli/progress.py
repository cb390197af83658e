"""Progress on standard error: a live bar on a terminal, plain lines elsewhere, nothing with ``--quiet``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from songwright.cli.terminal import Terminal
from songwright.progress import Progress, Silence

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


@contextmanager
def watch(terminal: Terminal) -> Iterator[Progress]:
    """Show a job's progress as ``terminal`` can take it."""
    if terminal.quiet:
        yield Silence()
    elif terminal.draws:
        with _rich_bars() as bars:
            drawn = Bars(bars)
            yield drawn
            drawn.finish()
    else:
        lines = Lines(terminal)
        yield lines
        lines.finish()


class Lines:
    """One plain line for each stage when it ends: for logs."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.name = ""
        self.began_s = 0.0

    def stage(self, name: str, steps: float = 0.0) -> None:
        """Close the stage before, open this one."""
        self.finish()
        self.name, self.began_s = name, time.monotonic()

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """Nothing: a log is not a place for every step."""

    def finish(self) -> None:
        """Print the line of the open stage."""
        if self.name:
            self.terminal.say(f"{self.name}: {time.monotonic() - self.began_s:.2f} s")
        self.name = ""


class Bars:
    """A live bar for each stage, with the time left; finished stages stay visible with their time."""

    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars
        self.task: TaskID | None = None

    def stage(self, name: str, steps: float = 0.0) -> None:
        """Fill the bar before, begin this one."""
        self.finish()
        self.task = self.bars.add_task(name, total=steps or None, note="")

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """Move the bar."""
        if self.task is not None:
            self.bars.update(self.task, advance=amount, note=note)

    def finish(self) -> None:
        """Fill the open stage's bar."""
        if self.task is not None:
            total = self.bars.tasks[self.task].total or 1.0
            self.bars.update(self.task, total=total, completed=total, note="")


def _rich_bars() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description:<8}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("[dim]left[/dim]"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[note]}[/dim]"),
        console=Console(stderr=True),
    )
