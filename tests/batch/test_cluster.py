"""Songs on a Dask cluster of this machine: the same bytes, errors with their lines, and workers that are killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from little_songs import QUICK, write_little
from songwright.batch.cluster import run_on_cluster
from songwright.batch.job import Job, Outcome, Setup, Unwatched
from songwright.batch.parcel import pack, refuse_other_versions, versions
from songwright.batch.run import render_all
from songwright.cli.run import run
from songwright.errors import ProjectError, WorkerError
from songwright.pipeline import render
from songwright.plugins import installed_plugins


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local


class Told(Unwatched):
    """Remembers what it was told; may kill the process of a song, once it renders."""

    def __init__(self, cluster: Any = None, times: int = 0) -> None:
        self.events: list[tuple[str, str]] = []
        self.cluster, self.times = cluster, times

    def began(self, job: Job) -> None:
        self.events.append(("began", job.name))

    def stage(self, job: Job, name: str, steps: float) -> None:
        self.events.append((name, job.name))
        if name == "render" and self.times:
            self.times -= 1
            busy = [where for where, keys in self.cluster.scheduler.workers.items() if keys.processing]
            assert len(busy) == 1
            os.kill(self.cluster.workers[_number(self.cluster, busy[0])].process.pid, signal.SIGKILL)

    def ended(self, outcome: Outcome) -> None:
        self.events.append(("ended", outcome.job.name))


def _number(cluster: Any, address: str) -> Any:
    return next(name for name, nanny in cluster.workers.items() if nanny.worker_address == address)


def _bytes(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "report.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _write_family(folder: Path) -> Path:
    """A song that extends one in another folder and plays a MIDI file."""
    write_little(folder / "bases/base.yaml", note="A2")
    midi = render(folder / "bases/base.yaml", replace(QUICK, out=folder / "was", overrides={"render.midi": True}))
    (folder / "songs/riffs").mkdir(parents=True)
    (midi.folder / "song.mid").rename(folder / "songs/riffs/riff.mid")
    song = folder / "songs/song.yaml"
    song.write_text(
        "songwright: 1\nextends: ../bases/base.yaml\ntitle: Child\n"
        "tracks: {arp: {instrument: bell, pattern: null, midi: riffs/riff.mid}}\n"
    )
    return song


def test_a_song_with_its_files_comes_back_as_it_is_rendered_here(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    song = _write_family(tmp_path).relative_to(tmp_path)
    options = replace(QUICK, stems=True, allow_outside=True)
    here = render(song, replace(options, out=Path("here")))
    told = Told()
    (there,) = render_all([song], replace(options, out=Path("there")), cluster=cluster.scheduler_address, watch=told)
    assert there.ok, there.error
    assert _bytes(Path("there/song")) == _bytes(Path("here"))
    report = json.loads(Path("there/song/report.json").read_text())
    assert report == there.report
    timeless = ("timing", "cache")
    assert {k: v for k, v in report.items() if k not in timeless} == {
        k: v for k, v in here.report.items() if k not in timeless
    }
    assert told.events[0] == ("began", "song")
    assert ("render", "song") in told.events
    (shared,) = render_all([song], replace(options, out=Path("shared")), cluster=cluster.scheduler_address, shared=True)
    assert shared.ok, shared.error
    assert _bytes(Path("shared/song")) == _bytes(Path("here"))


def test_errors_come_back_as_they_would_be_here(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("good", "late"):
        write_little(Path("songs") / f"{name}.yaml")
    Path("songs/bad.yaml").write_text("songwright: 1\ntitle: Bad\ngenre: nowhere\n")
    command = ["batch", "songs", "--no-stems", "--sample-rate", "8000", "--cluster", cluster.scheduler_address]
    assert run([*command, "--json", "--quiet"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [song["exit_code"] for song in document["songs"]] == [2, 0, 0]
    assert document["songs"][0]["error"]["problems"][0]["line"] == 3
    assert run([*command, "--fail-fast", "--json", "--quiet"]) == 2
    assert None in [song["exit_code"] for song in json.loads(capsys.readouterr().out)["songs"]]


def test_what_fails_there_is_told_with_the_names_it_has_here(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_little(Path("songs/a.yaml"))
    job = Job("a", Path("songs/a.yaml"), replace(QUICK, stems=True, out=tmp_path / "out", only=("nobody",)))
    (outcome,) = run_on_cluster([job], cluster.scheduler_address, Setup())
    assert isinstance(outcome.error, ProjectError)
    assert "there is no stem 'nobody'" in str(outcome.error)
    broken = write_little(Path("songs/broken.yaml"))
    job = Job("broken", broken, replace(QUICK, out=tmp_path / "out"))
    parcel = pack(job, installed_plugins())
    files = {name: content.replace(b"tempo: 120", b"tempo: fast") for name, content in parcel.files.items()}
    monkeypatch.setattr("songwright.batch.cluster.pack", lambda *_: replace(parcel, files=files))
    (outcome,) = run_on_cluster([job], cluster.scheduler_address, Setup())
    assert isinstance(outcome.error, ProjectError)
    (problem,) = outcome.error.problems
    assert problem.place
    assert (problem.place.file, problem.place.line) == ("songs/broken.yaml", 4)
    assert not (tmp_path / "out").exists()


def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    song = write_little(tmp_path / "long.yaml", bars=128)
    options = replace(QUICK, sample_rate=44_100)
    told = Told(cluster, times=1)
    job = Job("long", song, replace(options, out=tmp_path / "out"))
    (outcome,) = run_on_cluster([job], cluster.scheduler_address, Setup(), told)
    assert outcome.ok, outcome.error
    assert told.times == 0
    assert told.events.count(("began", "long")) == 2
    assert _bytes(tmp_path / "out") == _bytes(render(song, replace(options, out=tmp_path / "here")).folder)


def test_a_worker_with_other_versions_refuses(tmp_path: Path) -> None:
    song = write_little(tmp_path / "song.yaml")
    parcel = pack(Job("song", song, replace(QUICK, out=tmp_path / "out")), installed_plugins())
    assert list(parcel.files) == ["song.yaml"]
    here = versions(installed_plugins())
    refuse_other_versions(parcel, here)
    with pytest.raises(WorkerError, match=r"songwright 9\.9 instead of"):
        refuse_other_versions(parcel, here | {"songwright": "9.9"})


def test_no_scheduler_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songwright.batch.cluster._CONNECT_S", 1)
    write_little(tmp_path / "song.yaml")
    with pytest.raises(WorkerError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        render_all([tmp_path], replace(QUICK, out=tmp_path / "out"), cluster="tcp://127.0.0.1:9")
