"""The stages of a render: how long each took, and how far the present one is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from songwright.progress import Progress


class Stopwatch:
    """Times stages and tells a watcher of them."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._start = time.perf_counter()
        self.stages: dict[str, float] = {}  # name → seconds, in order

    @contextmanager
    def stage(self, name: str, steps: float = 0.0) -> Iterator[Callable[[float], None]]:
        """Time a stage of ``steps`` amount of work. The block is given a function that takes the share done."""
        told = 0.0
        self.progress.stage(name, steps)

        def watch(share: float) -> None:
            nonlocal told
            self.progress.step(share * steps - told)
            told = share * steps

        with self.timing(name):
            yield watch

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Time a stage that tells the watcher itself."""
        began = time.perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - began

    @property
    def wall_s(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._start
