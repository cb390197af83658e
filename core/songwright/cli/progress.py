"""Progress on standard error: a live bar on a terminal, plain lines elsewhere, nothing with ``--quiet``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
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
        with rich_bars() as bars, _told_of_compiling((drawn := Bars(bars)).compiling):
            yield drawn
            drawn.finish()
    else:
        with _told_of_compiling((lines := Lines(terminal)).compiling):
            yield lines
            lines.finish()


@contextmanager
def _told_of_compiling(listener: Callable[[str], None]) -> Iterator[None]:
    from songwright.dsp.jit import COMPILE_LISTENERS

    COMPILE_LISTENERS.append(listener)
    try:
        yield
    finally:
        COMPILE_LISTENERS.remove(listener)


class Lines:
    """One plain line for each stage when it ends: for logs."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.name = ""
        self.began_s = 0.0
        self.compiled = 0

    def stage(self, name: str, steps: float = 0.0) -> None:
        """Close the stage before, open this one."""
        self.finish()
        self.name, self.began_s = name, time.monotonic()

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """Nothing: a log is not a place for every step."""

    def compiling(self, kernel: str) -> None:
        """Say once that this takes longer than usual, and why."""
        if not self.compiled:
            self.terminal.say(f"compiling the sound engine for this machine, this once ({kernel} and others)")
        self.compiled += 1

    def finish(self) -> None:
        """Print the line of the open stage."""
        if self.name:
            compiled = f", {self.compiled} kernels compiled" if self.compiled else ""
            self.terminal.say(f"{self.name}: {time.monotonic() - self.began_s:.2f} s{compiled}")
        self.name, self.compiled = "", 0


class Bars:
    """A live bar for each stage, with the time left; finished stages stay visible with their time."""

    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars
        self.task: TaskID | None = None
        self.compiled = 0

    def stage(self, name: str, steps: float = 0.0) -> None:
        """Fill the bar before, begin this one."""
        self.finish()
        self.task = self.bars.add_task(name, total=steps or None, note="")

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """Move the bar."""
        if self.task is not None:
            self.bars.update(self.task, advance=amount, note=note)

    def compiling(self, kernel: str) -> None:
        """Say beside the bar what is being compiled."""
        self.compiled += 1
        if self.task is not None:
            self.bars.update(self.task, note=f"compiling, this once: {kernel} ({self.compiled})")

    def finish(self) -> None:
        """Fill the open stage's bar."""
        if self.task is not None:
            total = self.bars.tasks[self.task].total or 1.0
            self.bars.update(self.task, total=total, completed=total, note="")


def rich_bars(*, transient: bool = False) -> RichProgress:
    """Bars on standard error: description, time spent, time left, and a note. Transient ones vanish when they stop."""
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
        transient=transient,
    )
