"""A process that renders one song after another: kernels and components are loaded once.

It is told over standard input and answers on standard output, both pickled::

    in   sys.path · Setup · Job · Job · …                    the end of input ends it, even in a render
    out  ("stage", name, steps) · ("step", amount, note) · … · ("done", report | None, error | None, trace)

A song that is being rendered when the input ends, because the batch was interrupted or its process was killed,
is given up as by Ctrl-C: nothing half-written stays.
"""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any, BinaryIO

from songwright.batch.job import Job, Setup
from songwright.pipeline import render
from songwright.plugins import Plugins, load_plugins
from songwright.verify import verify

PROGRAM = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from songwright.batch.worker import serve
serve()
"""


def serve() -> None:
    """Do all jobs that come in."""
    for polite in (signal.SIGINT, signal.SIGTERM):  # whatever the parent made of them
        signal.signal(polite, signal.default_int_handler)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a component may print
    jobs: SimpleQueue[Job | None] = SimpleQueue()
    setup: Setup = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    try:
        plugins = load_plugins(safe=setup.safe, prefer=dict(setup.prefer))
        while (job := jobs.get()) is not None:
            _tell(answers, ("done", *attempt(job, plugins, _Teller(answers))))
    except (KeyboardInterrupt, BrokenPipeError):
        return


def attempt(job: Job, plugins: Plugins, progress: Any) -> tuple[Mapping[str, Any] | None, BaseException | None, str]:
    """Render a song: its report, or an error that can be sent, and where it arose."""
    try:
        report = render(job.path, job.options, plugins=plugins, progress=progress).report
        if job.verify:
            verify(job.path, job.options, report, plugins=plugins, progress=progress)
    except Exception as error:  # noqa: BLE001 - told to who asked for the song, and the next one goes on
        return None, _sendable(error), "".join(traceback.format_exception(error))
    return report, None, ""


class _Teller:
    """A render's progress, told to the other end."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers

    def stage(self, name: str, steps: float = 0.0) -> None:
        _tell(self._answers, ("stage", name, steps))

    def step(self, amount: float = 1.0, note: str = "") -> None:
        _tell(self._answers, ("step", amount, note))


def _tell(answers: BinaryIO, what: Any) -> None:
    answers.write(pickle.dumps(what))
    answers.flush()


def _listen(jobs: SimpleQueue[Job | None]) -> None:
    """Take jobs in until there is nobody left to give any; then stop what is being done."""
    try:
        while True:
            jobs.put(pickle.load(sys.stdin.buffer))
    except (EOFError, OSError, pickle.UnpicklingError):
        jobs.put(None)
        _thread.interrupt_main()


def _sendable(error: BaseException) -> BaseException:
    """The error, or words for it when it cannot be pickled: a plugin's may hold anything."""
    while isinstance(error, BaseExceptionGroup):  # threads of a render can fail together; the first one explains
        error = error.exceptions[0]
    try:
        if str(pickle.loads(pickle.dumps(error))) == str(error):
            return error
    except Exception:  # noqa: BLE001 - whatever its fields do, the words are told below
        pass
    return RuntimeError(f"{type(error).__name__}: {error}")
