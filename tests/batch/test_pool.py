"""Songs in processes: the same bytes, failures that stay with their song, and processes that are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from little_songs import QUICK, write_little
from songwright.batch.job import Job, Outcome, Setup, Unwatched
from songwright.batch.memory import available_bytes, room_for
from songwright.batch.pool import Pool
from songwright.batch.run import render_all
from songwright.errors import ProjectError, WorkerError
from songwright.pipeline import render

LONG = 256  # bars: eight minutes of song, seconds of work


class Told(Unwatched):
    """Remembers what it was told; may kill the process of a song when its render begins."""

    def __init__(self, kill: str = "", times: int = 0) -> None:
        self.events: list[tuple[str, str]] = []
        self.kill, self.times = kill, times
        self.pool: Pool | None = None

    def began(self, job: Job) -> None:
        self.events.append(("began", job.name))

    def stage(self, job: Job, name: str, steps: float) -> None:
        if name == "render" and job.name == self.kill and self.times:
            self.times -= 1
            assert self.pool
            (process,) = [worker.process for worker in self.pool._workers if worker.job is job]
            process.kill()

    def ended(self, outcome: Outcome) -> None:
        self.events.append(("ended", outcome.job.name))


def _jobs(folder: Path, *names: str, bars: int = 1) -> list[Job]:
    songs = [write_little(folder / f"{name}.yaml", note=f"{name[0].upper()}2", bars=bars) for name in names]
    return [Job(song.stem, song, replace(QUICK, out=folder / "out" / song.stem)) for song in songs]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "report.json"}


def test_several_songs_are_the_same_bytes_as_each_alone_and_one_that_is_wrong_stops_no_other(tmp_path: Path) -> None:
    for name in "abc":
        write_little(tmp_path / f"{name}.yaml", note=f"{name.upper()}2", title="wrong" if name == "b" else "right")
    (tmp_path / "b.yaml").write_text((tmp_path / "b.yaml").read_text().replace("tempo: 120", "tempo: fast"))
    out = tmp_path / "out"
    outcomes = render_all([tmp_path], replace(QUICK, out=out), processes=2)
    assert [(outcome.job.name, outcome.ok) for outcome in outcomes] == [("a", True), ("b", False), ("c", True)]
    error = outcomes[1].error
    assert isinstance(error, ProjectError)
    (problem,) = error.problems
    assert problem.place
    assert (problem.place.file, problem.place.line) == (str(tmp_path / "b.yaml"), 4)
    assert "Traceback" in outcomes[1].trace
    for name in "ac":
        alone = render(tmp_path / f"{name}.yaml", replace(QUICK, out=tmp_path / "alone" / name))
        assert _bytes(out / name) == _bytes(alone.folder)
    assert not (out / "b").exists()


def test_a_song_whose_process_is_killed_is_rendered_by_another(tmp_path: Path) -> None:
    told, todo = Told("a", 1), _jobs(tmp_path, "a", "b")
    with Pool(1) as pool:
        told.pool = pool
        outcomes = pool.run(todo, told)
    assert all(outcome.ok for outcome in outcomes)
    assert told.events == [("began", "a"), ("began", "a"), ("ended", "a"), ("began", "b"), ("ended", "b")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b"]


def test_a_song_that_kills_every_process_is_reported_and_the_rest_go_on(tmp_path: Path) -> None:
    told, todo = Told("a", 99), _jobs(tmp_path, "a", "b")
    with Pool(1) as pool:
        told.pool = pool
        outcomes = pool.run(todo, told)
    assert isinstance(outcomes[0].error, WorkerError)
    assert "lost 2 times (signal SIGKILL" in str(outcomes[0].error)
    assert outcomes[0].error.exit_code == 4
    assert outcomes[1].ok


def test_after_a_failure_no_song_is_begun_unless_it_keeps_going(tmp_path: Path) -> None:
    todo = _jobs(tmp_path, "a", "b", "c")
    todo[1].path.unlink()
    with Pool(1) as pool:
        outcomes = pool.run(todo, keep_going=False)
        assert [(outcome.job.name, outcome.ok) for outcome in outcomes] == [("a", True), ("b", False)]
        process = pool._workers[0].process
        assert all(outcome.ok for outcome in pool.run([todo[0], todo[2]]))
        assert pool._workers[0].process is process  # it stays warm from batch to batch
    assert process.returncode is not None


def test_a_process_that_cannot_start_is_told_of_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("songwright.batch.pool.PROGRAM", "raise SystemExit('no room here')")
    with Pool(1) as pool:
        (outcome,) = pool.run(_jobs(tmp_path, "a"))
    assert "lost 2 times (exit code 1, after 'no room here')" in str(outcome.error)


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL], ids=lambda kill: kill.name)
def test_when_the_batch_ends_its_processes_end_and_leave_no_half_file(kill: signal.Signals, tmp_path: Path) -> None:
    for name in "ab":
        write_little(tmp_path / f"{name}.yaml", bars=LONG)
    program = (
        "import sys\nfrom pathlib import Path\nfrom dataclasses import replace\n"
        "from little_songs import QUICK\nfrom songwright.batch.run import render_all\n"
        "from songwright.batch.job import Unwatched\n"
        "class Told(Unwatched):\n"
        "    def stage(self, job, name, steps):\n"
        "        print(name, flush=True)\n"
        "render_all(['.'], replace(QUICK, stems=True, sample_rate=48000), processes=2, watch=Told())\n"
    )
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdout
    rendering = 0
    while rendering < 2:
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        rendering += line == "render\n"
    process.send_signal(kill)
    process.communicate()
    left: list[Path] = []
    for _ in range(600):  # of a killed batch the processes notice by themselves
        left = [path for path in tmp_path.rglob("*") if path.suffix != ".yaml" and path.name != "out"]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def test_errors_of_a_plugin_that_cannot_be_sent_are_told_in_words(tmp_path: Path) -> None:
    from songwright.batch.worker import _sendable

    class LocalError(Exception):
        pass

    assert str(_sendable(LocalError("odd"))) == "LocalError: odd"
    grouped = ExceptionGroup("threads", [WorkerError("lost")])
    assert isinstance(_sendable(grouped), WorkerError)


def test_as_many_processes_as_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    known = available_bytes()
    assert known is None or known > 0
    monkeypatch.setattr("songwright.batch.memory.available_bytes", lambda: 1 << 30)
    assert [room_for(1), room_for(2), room_for(64)] == [1, 2, 2]
    monkeypatch.setattr("songwright.batch.memory.available_bytes", lambda: 0)
    assert room_for(64) == 1
    monkeypatch.setattr("songwright.batch.memory.available_bytes", lambda: None)
    assert room_for(64) == 64


def test_a_setup_reaches_the_processes(tmp_path: Path) -> None:
    with Pool(1, Setup(safe=True, prefer=(("bell", "songwright"),))) as pool:
        (outcome,) = pool.run(_jobs(tmp_path, "a"))
    assert outcome.report
    assert json.dumps(outcome.report)
