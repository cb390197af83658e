"""A pool of processes that render songs: one each, several songs at once.

Processes are started afresh, not forked, and stay warm from song to song. Each is in a session of its own, so
that Ctrl-C reaches this process alone, which then ends the others in order. A process that dies takes nothing
with it: its song is given to a new one, once.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any

from songwright.batch.job import Job, Outcome, Setup, Unwatched, Watch
from songwright.batch.memory import room_for
from songwright.batch.worker import PROGRAM
from songwright.errors import WorkerError

#: A song is begun so often when its process dies under it.
ATTEMPTS = 2
#: How long a process may take to give up a song and sweep up behind itself.
_PATIENCE_S = 20.0


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    remarks: IO[bytes]  # what it says on standard error
    job: Job | None = None
    reader: threading.Thread | None = None

    @property
    def last_words(self) -> str:
        """How it ended, and what it said last."""
        code = self.process.wait()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self.remarks.seek(0, os.SEEK_END)
        self.remarks.seek(max(0, self.remarks.tell() - 2000))
        lines = self.remarks.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return how + (f", after {said!r}" if said else "")


class Pool:
    """Renders batches. A context: its processes end with it.

    Args:
        processes: how many songs are rendered at once; default: one a core, as far as memory allows.
        setup: where the processes take components from.
    """

    def __init__(self, processes: int | None = None, setup: Setup | None = None) -> None:
        self._processes, self._setup = processes, setup or Setup()
        self._workers: list[_Worker] = []
        self._messages: SimpleQueue[tuple[_Worker, tuple[Any, ...] | None]] = SimpleQueue()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def run(self, jobs: Sequence[Job], watch: Watch | None = None, *, keep_going: bool = True) -> list[Outcome]:
        """Render songs; outcomes come in the order of the jobs.

        Args:
            jobs: the songs. Their names and folders must differ (:func:`songwright.batch.sources.jobs` sees to it).
            watch: who is told, from this thread.
            keep_going: whether songs are still begun after one has failed. Those that are not have no outcome.

        Raises:
            KeyboardInterrupt: end the pool now (leave its context), and what is being rendered is given up; nothing
                half-written stays.
        """
        watch, cores = watch or Unwatched(), len(os.sched_getaffinity(0))
        count = max(1, min(len(jobs), self._processes or room_for(cores)))
        waiting = deque(_with_threads(job, max(1, cores // count)) for job in jobs)
        begun, outcomes = Counter[str](), dict[str, Outcome]()
        while waiting or any(worker.job for worker in self._workers):
            while waiting and (worker := self._idle(count)):
                begun[waiting[0].name] += 1
                self._give(worker, waiting.popleft(), watch)
            worker, message = self._messages.get()
            job = worker.job
            words = self._bury(worker) if message is None else ""
            if job is None:
                continue
            if message is None and begun[job.name] < ATTEMPTS:
                waiting.appendleft(job)
            elif message is not None and message[0] != "done":
                getattr(watch, message[0])(job, *message[1:])
            else:
                worker.job, lost = (
                    None,
                    WorkerError(f"the process that rendered it was lost {ATTEMPTS} times ({words})"),
                )
                outcomes[job.name] = outcome = Outcome(job, *message[1:]) if message else Outcome(job, error=lost)
                watch.ended(outcome)
                if not (outcome.ok or keep_going):
                    waiting.clear()
        return [outcomes[job.name] for job in jobs if job.name in outcomes]

    def close(self) -> None:
        """End the processes. Songs that are being rendered are given up in order."""
        for worker in self._workers:
            with contextlib.suppress(OSError):
                if worker.process.stdin:
                    worker.process.stdin.close()
        for worker in self._workers:
            try:
                worker.process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                worker.process.kill()
            self._release(worker)
        self._workers.clear()

    def _idle(self, count: int) -> _Worker | None:
        """A process without a song, started now if there may be one more."""
        for worker in self._workers:
            if worker.job is None:
                return worker
        return self._start() if len(self._workers) < count else None

    def _start(self) -> _Worker:
        remarks = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=remarks,
            start_new_session=True,
        )
        worker = _Worker(process, remarks)
        worker.reader = threading.Thread(target=self._read, args=(worker,), daemon=True)
        worker.reader.start()
        self._workers.append(worker)
        self._send(worker, sys.path)
        self._send(worker, self._setup)
        return worker

    def _give(self, worker: _Worker, job: Job, watch: Watch) -> None:
        worker.job = job
        watch.began(job)
        self._send(worker, job)

    def _send(self, worker: _Worker, what: Any) -> None:
        assert worker.process.stdin is not None
        with contextlib.suppress(OSError):  # it is dead; its reader says so
            worker.process.stdin.write(pickle.dumps(what))
            worker.process.stdin.flush()

    def _read(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        try:
            while True:
                self._messages.put((worker, pickle.load(worker.process.stdout)))
        except Exception:  # noqa: BLE001 - the end, in whatever way a cut-off message shows it
            self._messages.put((worker, None))

    def _bury(self, worker: _Worker) -> str:
        """Take a dead process away; returns how it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.process.wait(1.0)
        worker.process.kill()  # if it lives, it can no longer be understood
        words = worker.last_words
        self._release(worker)
        self._workers.remove(worker)
        return words

    def _release(self, worker: _Worker) -> None:
        worker.process.wait()
        if worker.reader:
            worker.reader.join()
        for pipe in (worker.process.stdin, worker.process.stdout, worker.remarks):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


def _with_threads(job: Job, threads: int) -> Job:
    return job if job.options.jobs else replace(job, options=replace(job.options, jobs=threads))
