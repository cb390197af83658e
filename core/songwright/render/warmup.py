"""Kernels, compiled before the music starts.

A kernel is compiled when it is first called, and kept on disk from then on. So that the first render does
not stutter through that inside its engine, every component of a song that was never tried here is tried
before. Numba compiles one function at a time in a process; so other processes do it, side by side, and what
they leave on disk is only loaded by this one. A trial that meets a kernel which another process is compiling is
put off, so that no kernel is compiled twice and no processor waits.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from songwright.dsp.image import BusyError
from songwright.dsp.jit import Kernel, cache_root
from songwright.render.trial import Trial

_SERVE = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from songwright.render.warmup import serve
serve()
"""
_MADE, _PUT_OFF = "made\n", "put off\n"


def cold(todo: Sequence[Trial]) -> list[Trial]:
    """The trials that were never made here with the sources as they are."""
    return [trial for trial in todo if not trial.marker.exists()]


@contextlib.contextmanager
def alone(waits: Callable[[], None]) -> Iterator[bool]:
    """Wait while another process compiles, and have others wait: what one has compiled, the next only loads.

    Gives whether what is compiled can be kept at all. ``waits`` is called before it waits.
    """
    try:
        cache_root().mkdir(parents=True, exist_ok=True)
        lock = os.open(cache_root() / ".compiling", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield True
    finally:
        os.close(lock)


def warm(todo: Sequence[Trial], jobs: int, watch: Callable[[float], None] = lambda _share: None) -> None:
    """Make trials, and so compile what they need, in ``jobs`` processes. ``watch`` is told the share done.

    A component that fails here is left to the render, which knows how to explain it.
    """
    waiting: SimpleQueue[tuple[Trial, bool]] = SimpleQueue()
    for trial in todo:
        waiting.put((trial, False))
    done: SimpleQueue[Trial | None] = SimpleQueue()
    servers = [_start() for _ in range(min(jobs, len(todo)))]
    threads = [threading.Thread(target=_feed, args=(one, waiting, done), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    try:
        finished, working = 0, len(threads)
        while working:
            if done.get() is None:
                working -= 1
            else:
                finished += 1
                watch(finished / len(todo))
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.kill()
            thread.join()
            with contextlib.suppress(OSError), server:  # closes its pipes
                pass


def serve() -> None:
    """Make the trials that come in on standard input, one after another; answer each with a line.

    With a trial comes whether to wait for kernels that other processes are compiling; if not, it may be put off.
    """
    gc.disable()  # looking for cycles took a fifth of the compiler's time, and this process does not live long
    answers, sys.stdout = sys.stdout, sys.stderr  # a component may print
    while True:
        try:
            message: bytes = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        answer = _MADE
        with contextlib.suppress(Exception):
            trial, Kernel.patient = pickle.loads(message)
            try:
                trial.run()
                trial.marker.parent.mkdir(parents=True, exist_ok=True)
                trial.marker.touch()
            except BusyError:
                answer = _PUT_OFF
        answers.write(answer)
        answers.flush()


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SERVE]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _feed(
    server: subprocess.Popen[bytes], waiting: SimpleQueue[tuple[Trial, bool]], done: SimpleQueue[Trial | None]
) -> None:
    """Hand a process one trial after another, as long as there are any and it lives."""
    assert server.stdin is not None
    assert server.stdout is not None
    with contextlib.suppress(OSError, Empty):
        _send(server.stdin, sys.path)
        while True:
            trial, patient = waiting.get_nowait()
            if message := _packed(trial, patient):
                _send(server.stdin, message)
                if server.stdout.readline() == _PUT_OFF.encode():
                    waiting.put((trial, True))  # the last in the row, and put off no more
                    continue
            done.put(trial)
    done.put(None)


def _packed(trial: Trial, patient: bool) -> bytes:
    """A trial as it can be sent; empty for a component that cannot: the render itself tries it."""
    with contextlib.suppress(Exception):
        return pickle.dumps((trial, patient))
    return b""


def _send(pipe: Any, what: Any) -> None:
    pipe.write(pickle.dumps(what))
    pipe.flush()
