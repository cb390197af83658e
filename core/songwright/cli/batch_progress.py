"""Progress of many songs on standard error: a bar each on a terminal, a line for each that ends elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from songwright.cli.progress import rich_bars
from songwright.cli.render import summary
from songwright.cli.run import explain_error
from songwright.cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from songwright.batch.job import Job, Outcome, Watch


@contextmanager
def watch_batch(terminal: Terminal, songs: int) -> Iterator[Watch]:
    """Show a batch's progress as ``terminal`` can take it. Songs that fail are told of, even when it is quiet."""
    if terminal.draws and not terminal.quiet:
        with rich_bars(transient=True) as bars:
            yield BatchBars(terminal, songs, bars)
    else:
        yield BatchLines(terminal, songs)


class BatchLines:
    """One plain line for each song that ends; under it, what its report warns of, or what is wrong with it."""

    def __init__(self, terminal: Terminal, songs: int) -> None:
        self.terminal, self.songs = terminal, songs
        self.ended_songs = 0
        self.begun: set[str] = set()

    def began(self, job: Job) -> None:
        """Say so only when it is not the first time."""
        if job.name in self.begun:
            self.terminal.warn(f"{job.name}: the process that rendered it was lost; it is begun again")
        self.begun.add(job.name)

    def stage(self, job: Job, name: str, steps: float) -> None:
        """Nothing: a log is not a place for every stage of every song."""

    def step(self, job: Job, amount: float, note: str) -> None:
        """Nothing."""

    def ended(self, outcome: Outcome) -> None:
        """One line, and what there is to say."""
        self.ended_songs += 1
        count, name = f"[{self.ended_songs}/{self.songs}]", outcome.job.name
        if outcome.report is not None:
            self.terminal.say(f"{count} {name}: {summary(outcome.report)}")
            for warning in outcome.report["warnings"]:
                self.terminal.remark(warning)
        elif outcome.error is not None:
            self.terminal.say(f"{count} {name}: failed")
            explain_error(self.terminal, outcome.error, f"{name}: ", outcome.trace)


class BatchBars(BatchLines):
    """A bar for the songs that are being rendered, and one for all; lines of those that ended scroll by above."""

    def __init__(self, terminal: Terminal, songs: int, bars: RichProgress) -> None:
        super().__init__(terminal, songs)
        self.bars = bars
        self.all = bars.add_task("songs", total=songs, note=f"0 of {songs}")
        self.tasks: dict[str, TaskID] = {}

    def began(self, job: Job) -> None:
        """A bar of its own."""
        if job.name in self.begun:
            with self._cleared():
                super().began(job)
        self.begun.add(job.name)
        self._drop(job)
        self.tasks[job.name] = self.bars.add_task("…", total=None, note=job.name)

    def stage(self, job: Job, name: str, steps: float) -> None:
        """The bar begins anew for each stage."""
        task = self.tasks[job.name]
        self.bars.reset(task, total=steps or None, description=name)

    def step(self, job: Job, amount: float, note: str) -> None:
        """Move the song's bar."""
        self.bars.update(self.tasks[job.name], advance=amount, note=f"{job.name} {note}".rstrip())

    def ended(self, outcome: Outcome) -> None:
        """The song's bar goes, the common one moves."""
        self._drop(outcome.job)
        with self._cleared():
            super().ended(outcome)
        self.bars.update(self.all, advance=1, note=f"{self.ended_songs} of {self.songs}")

    @contextmanager
    def _cleared(self) -> Iterator[None]:
        """Take the bars away while lines are written where they stood."""
        self.bars.stop()
        yield
        self.bars.start()

    def _drop(self, job: Job) -> None:
        if (task := self.tasks.pop(job.name, None)) is not None:
            self.bars.remove_task(task)
