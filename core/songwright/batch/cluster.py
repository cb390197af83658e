"""Songs on many machines, through a Dask scheduler (the extra ``cluster``).

Songs are sent as content and results come back as content, unless the machines share a disk. A worker that is lost
loses nothing: the scheduler gives its songs to others. A worker with other versions refuses, for its bytes
might be other ones.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

from songwright.batch.job import Job, Outcome, Setup, Unwatched, Watch
from songwright.batch.parcel import Parcel, pack, refuse_other_versions, versions
from songwright.batch.worker import attempt
from songwright.errors import Problem, ProjectError, SongwrightError, WorkerError
from songwright.files.report import NAME, earlier_files, write_report
from songwright.files.transaction import staged
from songwright.plugins import load_plugins

_CONNECT_S = 15
#: Progress is told no more often than this.
_TELL_S = 0.5


@dataclass(frozen=True)
class Delivery:
    """What a worker gives back: a report and files, or an error."""

    report: Mapping[str, Any] | None
    error: BaseException | None
    trace: str
    files: Mapping[str, bytes]  # path in the result's folder → content; empty on a shared disk


def run_on_cluster(
    jobs: Sequence[Job],
    address: str,
    setup: Setup,
    watch: Watch | None = None,
    *,
    keep_going: bool = True,
    shared: bool = False,
) -> list[Outcome]:
    """Render songs on the workers of a scheduler; outcomes come in the order of the jobs.

    Args:
        jobs: the songs, with different names and folders.
        address: of the scheduler, like ``tcp://host:8786``.
        setup: where workers take components from.
        watch: who is told, from this thread.
        keep_going: whether songs are still begun after one has failed. Those that are not have no outcome.
        shared: whether workers see the same files under the same paths, and write the results themselves.

    Raises:
        WorkerError: Dask is not installed, or no scheduler answers.
    """
    watch = watch or Unwatched()
    with _connected(address) as client:
        return _Run(client, jobs, setup, watch, shared).outcomes(keep_going)


class _Run:
    """One batch on a cluster."""

    def __init__(self, client: Any, jobs: Sequence[Job], setup: Setup, watch: Watch, shared: bool) -> None:
        self._client, self._jobs, self._setup, self._watch, self._shared = client, jobs, setup, watch, shared
        self._topic = f"songwright-{uuid4().hex}"
        self._messages: SimpleQueue[tuple[str, str, Sequence[Any]]] = SimpleQueue()
        self._futures: dict[str, Any] = {}  # songs that are waited for
        self._begun: set[str] = set()
        self._done: dict[str, Outcome] = {}

    def outcomes(self, keep_going: bool) -> list[Outcome]:
        """Send all songs, take what comes back, one after another."""
        by_name = {job.name: job for job in self._jobs}
        self._client.subscribe_topic(self._topic, lambda event: self._messages.put(event[1]))
        try:
            self._send_all(keep_going)
            while self._futures:
                kind, name, rest = self._messages.get()
                if name not in self._futures:
                    continue
                if kind == "done":
                    self._end(self._outcome(by_name[name], self._futures.pop(name)), keep_going)
                elif kind == "began":
                    self._begun.add(name)
                    self._watch.began(by_name[name])
                elif name in self._begun:
                    getattr(self._watch, kind)(by_name[name], *rest)
        finally:
            self._client.cancel(list(self._futures.values()), force=True)
            self._client.unsubscribe_topic(self._topic)
        return [self._done[job.name] for job in self._jobs if job.name in self._done]

    def _send_all(self, keep_going: bool) -> None:
        plugins = load_plugins(safe=self._setup.safe, prefer=dict(self._setup.prefer))
        for job in self._jobs:
            try:
                what = _with_whole_paths(job) if self._shared else pack(job, plugins)
            except SongwrightError as error:
                self._end(Outcome(job, error=error), keep_going)
                if not keep_going:
                    return
                continue
            key = f"{self._topic}-{job.name}"
            self._futures[job.name] = future = self._client.submit(
                _render, what, self._setup, self._topic, key=key, pure=False
            )
            future.add_done_callback(lambda _future, name=job.name: self._messages.put(("done", name, ())))

    def _end(self, outcome: Outcome, keep_going: bool) -> None:
        self._done[outcome.job.name] = outcome
        self._watch.ended(outcome)
        if not (outcome.ok or keep_going):
            for name in [name for name in self._futures if name not in self._begun]:
                self._futures.pop(name).cancel(force=True)

    def _outcome(self, job: Job, future: Any) -> Outcome:
        """What came back, with its files in their places."""
        from distributed.scheduler import KilledWorker

        try:
            delivery: Delivery = future.result()
            if delivery.files:
                report = _put(delivery, job)
                return Outcome(job, report)
        except SongwrightError as error:
            return Outcome(job, error=error)
        except KilledWorker as error:
            return Outcome(job, error=WorkerError(f"every worker that began it was lost ({error})"))
        except ModuleNotFoundError as error:
            hint = "install the same songwright on every machine"
            return Outcome(job, error=WorkerError(f"a worker cannot begin: {error} ({hint})"))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong between machines belongs to this song
            return Outcome(job, error=WorkerError(f"the cluster failed: {type(error).__name__}: {error}"))
        return Outcome(job, delivery.report, delivery.error, delivery.trace)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise WorkerError("rendering on a cluster needs Dask: pip install 'songwright[cluster]'") from error
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        raise WorkerError(f"no Dask scheduler answers at {address!r}: {error}") from error
    try:
        yield client
    finally:
        client.close()


def _put(delivery: Delivery, job: Job) -> Mapping[str, Any]:
    """Put a delivered result in its place, as a render does: whole or not at all. Returns its report."""
    folder = job.options.out
    assert folder is not None
    assert delivery.report is not None
    earlier, partial = earlier_files(folder), job.options.is_partial
    files = sorted({*delivery.files, NAME, *(earlier if partial else ())})
    report = {**delivery.report, "files": files}
    with staged(folder, earlier, keep=partial) as staging:
        for name, content in delivery.files.items():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_bytes(content)
        write_report(report, staging / NAME)
    return report


def _with_whole_paths(job: Job) -> Job:
    out = job.options.out
    return replace(job, path=job.path.absolute(), options=replace(job.options, out=out and out.absolute()))


# On the workers ---------------------------------------------------------------------------------------


def _render(what: Parcel | Job, setup: Setup, topic: str) -> Delivery:
    """Render one song: from content to content, or in place on a shared disk."""
    from distributed import get_worker

    worker, job = get_worker(), what if isinstance(what, Job) else what.job
    teller = _Teller(worker, topic, job.name)
    teller.tell("began")
    plugins = load_plugins(safe=setup.safe, prefer=dict(setup.prefer))
    if isinstance(what, Job):
        return Delivery(*attempt(_threaded(what, worker), plugins, teller), files={})
    try:
        refuse_other_versions(what, versions(plugins))
    except WorkerError as other:
        return Delivery(None, other, "", {})
    with tempfile.TemporaryDirectory(prefix="songwright-worker-", dir=worker.local_directory) as name:
        there = what.unpack(Path(name).resolve())
        report, error, trace = attempt(_threaded(there, worker), plugins, teller)
        there_folder, here_folder = str(there.path.parent), str(what.job.path.parent)
        names = _Names({f"{there_folder}/": "" if here_folder == "." else f"{here_folder}/", f"{name}/in": what.root})
        if report is None:
            return Delivery(None, names.of_error(error), trace, {})
        out = there.options.out
        assert out is not None
        files = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}
        warnings = [names.of(warning) for warning in report["warnings"]]
        return Delivery({**report, "warnings": warnings}, None, "", files)


def _threaded(job: Job, worker: Any) -> Job:
    """One thread a song where a worker takes several songs at once; else as many as it has cores."""
    jobs = job.options.jobs or (1 if worker.state.nthreads > 1 else None)
    return replace(job, options=replace(job.options, jobs=jobs))


class _Teller:
    """A render's progress, as events of the cluster; and the place where a song that nobody wants any more is left."""

    def __init__(self, worker: Any, topic: str, name: str) -> None:
        self._worker, self._topic, self._name = worker, topic, name
        self._key = worker.get_current_task()
        self._amount, self._told_s = 0.0, time.monotonic()

    def tell(self, kind: str, *rest: Any) -> None:
        self._worker.log_event(self._topic, (kind, self._name, rest))

    def stage(self, name: str, steps: float = 0.0) -> None:
        self._amount = 0.0
        self.tell("stage", name, steps)

    def step(self, amount: float = 1.0, note: str = "") -> None:
        task = self._worker.state.tasks.get(self._key)
        if task is None or task.state == "cancelled":
            raise WorkerError("it is not wanted any more")
        self._amount += amount
        if time.monotonic() - self._told_s >= _TELL_S:
            self.tell("step", self._amount, note)
            self._amount, self._told_s = 0.0, time.monotonic()


@dataclass(frozen=True)
class _Names:
    """Names of files here → names of the same files where the song comes from."""

    names: Mapping[str, str]

    def of(self, text: str) -> str:
        for here, there in self.names.items():
            text = text.replace(here, there)
        return text

    def of_error(self, error: BaseException | None) -> BaseException | None:
        if isinstance(error, ProjectError):
            return ProjectError([self._of_problem(problem) for problem in error.problems])
        return error

    def _of_problem(self, problem: Problem) -> Problem:
        place = problem.place and replace(problem.place, file=self.of(problem.place.file))
        return replace(problem, message=self.of(problem.message), hint=self.of(problem.hint), place=place)
