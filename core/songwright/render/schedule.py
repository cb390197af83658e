"""Who works when: steps of a stream, over windows of time, on a few threads.

A step works on one window after another. It may begin a window when the steps it follows have finished
theirs, and when no step is more than :data:`DEPTH` windows behind: so the buffers between steps are few
and their number does not grow with the song. What each step does depends on its own order of windows alone; the
threads only decide when.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

#: Windows in flight: a buffer between two steps needs this many places.
DEPTH = 3


class Step(Protocol):
    """One piece of work on a stream."""

    @property
    def follows(self) -> Sequence[Step]:
        """The steps whose window must be finished before this one begins the same window."""

    def run(self, window: int) -> None:
        """Work on one window. Called with 0, 1, 2 …, never twice at a time."""


class Schedule:
    """Runs steps to the end of the stream, or to the first error.

    Args:
        steps: each after all that it follows.
        windows: how many windows the stream has.
        around: a context each thread works in (the engine flushes denormals there).
    """

    def __init__(
        self, steps: Sequence[Step], windows: int, around: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._steps, self._windows, self._around = steps, windows, around
        index = {id(step): i for i, step in enumerate(steps)}
        self._before = [[index[id(other)] for other in step.follows] for step in steps]
        self._after: list[list[int]] = [[] for _ in steps]
        for i, before in enumerate(self._before):
            for j in before:
                self._after[j].append(i)
        self._done = [0] * len(steps)  # windows finished, by step
        self._taken = [False] * len(steps)  # queued or at work
        self._ready: list[tuple[int, int]] = []  # heap of (window, step)
        self._slowest = 0  # windows finished by all
        self._lacking = [len(steps)] * (windows + 1)  # steps that have not finished a window
        self._error: BaseException | None = None
        self._change = threading.Condition()
        self._over = threading.Event()  # nothing is left to do, or something went wrong

    def run(self, jobs: int, watch: Callable[[float], None] = lambda _share: None) -> None:
        """Do all the work with ``jobs`` threads; ``watch`` is told the share done, from the calling thread.

        Raises:
            BaseException: the first error of a step, or what interrupts the caller. Either way the threads
                have stopped when it is raised.
        """
        for i in range(len(self._steps)):
            self._offer(i)
        count = min(jobs, len(self._steps))  # more would have nothing to do
        threads = [threading.Thread(target=self._work, name=f"songwright-{n}", daemon=True) for n in range(count)]
        try:
            for thread in threads:
                thread.start()
            while self._unfinished and not self._over.wait(0.1):
                watch(sum(self._done) / max(1, len(self._steps) * self._windows))
        except BaseException as interruption:
            self._stop(interruption)
            raise
        finally:
            self._wake()
            for thread in threads:
                if thread.is_alive():  # not when it could not be started
                    thread.join()
        if self._error is not None:
            raise self._error
        watch(1.0)

    @property
    def _unfinished(self) -> bool:
        return self._error is None and self._slowest < self._windows and bool(self._steps)

    def _work(self) -> None:
        try:
            with self._around():
                while (task := self._take()) is not None:
                    window, i = task
                    self._steps[i].run(window)
                    self._finish(i)
        except BaseException as error:  # noqa: BLE001 - carried to the caller, who raises it
            self._stop(error)

    def _take(self) -> tuple[int, int] | None:
        with self._change:
            while not self._ready and self._unfinished:
                self._change.wait()
            return heapq.heappop(self._ready) if self._unfinished else None

    def _finish(self, i: int) -> None:
        with self._change:
            window = self._done[i]
            self._done[i] += 1
            self._taken[i] = False
            self._lacking[window] -= 1
            if self._lacking[window]:
                self._offer(i)
                for j in self._after[i]:
                    self._offer(j)
            else:  # this was the slowest: any step may have waited for it
                self._slowest += 1
                for j in range(len(self._steps)):
                    self._offer(j)
            if self._ready:
                self._change.notify(len(self._ready))
        if not self._unfinished:
            self._wake()

    def _offer(self, i: int) -> None:
        """Queue the step's next window if it may begin."""
        window = self._done[i]
        if self._taken[i] or window >= self._windows or window >= self._slowest + DEPTH:
            return
        for j in self._before[i]:
            if self._done[j] <= window:
                return
        self._taken[i] = True
        heapq.heappush(self._ready, (window, i))

    def _stop(self, error: BaseException) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        self._over.set()
        with self._change:
            self._change.notify_all()
