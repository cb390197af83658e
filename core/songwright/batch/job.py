"""One song of a batch, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from songwright.pipeline import RenderOptions


@dataclass(frozen=True)
class Job:
    """A song to render. ``name`` is unique in its batch; ``options.out`` is where its folder will be."""

    name: str
    path: Path
    options: RenderOptions
    verify: bool = False  # render again in another way and compare


@dataclass(frozen=True)
class Setup:
    """What a worker is told of the components before its first song; see :func:`songwright.plugins.load_plugins`."""

    safe: bool = False
    prefer: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a song went: a report, or an error. ``trace`` is where the error arose, for ``--debug``."""

    job: Job
    report: Mapping[str, Any] | None = None
    error: BaseException | None = None
    trace: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was rendered."""
        return self.error is None


class Watch(Protocol):
    """Watches a batch. All calls come from the thread that runs it."""

    def began(self, job: Job) -> None:
        """A worker has taken the song, perhaps for the second time."""

    def stage(self, job: Job, name: str, steps: float) -> None:
        """A stage of its render begins."""

    def step(self, job: Job, amount: float, note: str) -> None:
        """Some of the stage's steps are done."""

    def ended(self, outcome: Outcome) -> None:
        """The song is done, or has failed."""


class Unwatched:
    """Nobody watches."""

    def began(self, job: Job) -> None:
        """Nothing."""

    def stage(self, job: Job, name: str, steps: float) -> None:
        """Nothing."""

    def step(self, job: Job, amount: float, note: str) -> None:
        """Nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Nothing."""
