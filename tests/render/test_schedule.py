from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from songwright.render.schedule import DEPTH, Schedule


class Recorder:
    """A step that writes down what it does, and checks that what it follows is done."""

    def __init__(self, name, follows=(), pause_s=0.0, fails_at=None):
        self.name, self.follows, self.done = name, list(follows), 0
        self._pause_s, self._fails_at, self._busy = pause_s, fails_at, threading.Lock()

    def run(self, window):
        assert self._busy.acquire(blocking=False), "run twice at a time"
        assert window == self.done
        assert all(step.done > window for step in self.follows)
        if window == self._fails_at:
            raise LookupError(f"{self.name} at {window}")
        time.sleep(self._pause_s)
        self.done += 1
        self._busy.release()


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_step_does_every_window_in_order_after_what_it_follows(jobs):
    a, b = Recorder("a"), Recorder("b", pause_s=0.0003)
    c = Recorder("c", [a, b])
    d = Recorder("d", [a])
    e = Recorder("e", [c, d, b])
    Schedule([a, b, c, d, e], 60).run(jobs)
    assert [step.done for step in (a, b, c, d, e)] == [60] * 5


def test_no_step_runs_further_ahead_than_there_are_buffers():
    slow, fast, most = Recorder("slow", pause_s=0.001), Recorder("fast"), []
    run = fast.run
    fast.run = lambda window: (most.append(window - slow.done), run(window))
    Schedule([slow, fast], 80).run(2)
    assert max(most) < DEPTH + 1


def test_the_first_error_stops_everything_and_is_raised():
    before = threading.active_count()
    steps = [Recorder("a", pause_s=0.001), Recorder("b", fails_at=3), Recorder("c", pause_s=0.001)]
    with pytest.raises(LookupError, match="b at 3"):
        Schedule(steps, 10_000).run(3)
    assert threading.active_count() == before
    assert max(step.done for step in steps) < 3 + DEPTH + 1


def test_an_interruption_of_the_watcher_stops_everything_at_once():
    before, begun = threading.active_count(), time.monotonic()
    steps = [Recorder("a", pause_s=0.01)]

    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Schedule(steps, 10_000).run(2, interrupt)
    assert threading.active_count() == before
    assert time.monotonic() - begun < 5.0  # of a hundred seconds of work


def test_shares_grow_to_the_end():
    shares = []
    Schedule([Recorder("a", pause_s=0.01)], 60).run(1, shares.append)
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < shares[-1] == 1.0


def test_each_thread_works_in_its_context():
    entered = Counter()

    class Around:
        def __enter__(self):
            entered[threading.current_thread().name] += 1

        def __exit__(self, *_):
            entered["left"] += 1

    Schedule([Recorder("a"), Recorder("b"), Recorder("c")], 3, around=Around).run(3)
    assert entered.pop("left") == 3
    assert len(entered) == 3


def test_there_are_no_more_threads_than_steps():
    most = []
    step = Recorder("a")
    run, before = step.run, threading.active_count()
    step.run = lambda window: (most.append(threading.active_count() - before), run(window))
    Schedule([step], 3).run(1000)
    assert max(most) == 1


def test_a_context_that_fails_is_an_error_of_the_run():
    class Around:
        def __enter__(self):
            raise OSError("no such mode")

        def __exit__(self, *_):
            pass

    with pytest.raises(OSError, match="no such mode"):
        Schedule([Recorder("a")], 3, around=Around).run(1)


def test_a_thread_that_cannot_be_started_stops_the_others(monkeypatch):
    before, start, started = threading.active_count(), threading.Thread.start, []

    def start_two(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_two)
    with pytest.raises(RuntimeError, match="can't start"):
        Schedule([Recorder(name, pause_s=0.001) for name in "abcd"], 10_000).run(4)
    assert threading.active_count() == before


def test_nothing_to_do_is_done():
    Schedule([], 10).run(2)
    Schedule([Recorder("a")], 0).run(2)
