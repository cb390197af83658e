"""``songwright batch`` and ``songwright render A B``: names, words, JSON and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from little_songs import write_little
from songwright.cli.run import run
from songwright.cli.terminal import Terminal

QUICK = ("--sample-rate", "8000", "--no-stems", "--processes", "1")


@pytest.fixture
def songs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b", "a"):
        write_little(tmp_path / "songs" / f"{name}.yaml", title=f"Song {name}")
    return tmp_path


def test_a_song_that_fails_is_explained_beside_those_that_do_not(
    songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (songs / "songs/bad.yaml").write_text("songwright: 1\ntitle: 4\ngenre: nowhere\n")
    assert run(["batch", "songs", "--out", "build", *QUICK]) == 2
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["song", "length", "took", "loudness", "peak", "result"]
    assert [line.split()[0] for line in lines[1:]] == ["a", "b", "bad"]
    assert lines[1].endswith("build/a")
    assert lines[3].endswith("failed (exit code 2)")
    assert "songs/bad.yaml:3:8: error: " in err
    assert "2 of 3 songs rendered, 1 failed" in err
    assert {path.name for path in (songs / "build").iterdir()} == {"a", "b"}


def test_json_holds_every_report_and_every_error(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (songs / "songs/bad.yaml").write_text("songwright: 1\n")
    assert run(["batch", "songs/*.yaml", "--json", "--quiet", *QUICK]) == 2
    out, _ = capsys.readouterr()
    document = json.loads(out)
    assert (document["rendered"], document["failed"], document["exit_code"]) == (2, 1, 2)
    first, second, third = document["songs"]
    assert (first["name"], first["file"], first["folder"], first["exit_code"]) == ("a", "songs/a.yaml", "out/a", 0)
    assert first["report"] == json.loads((songs / "out/a/report.json").read_text())
    assert second["report"]["title"] == "Song b"
    assert third["error"]["kind"] == "ProjectError"
    assert third["error"]["problems"][0]["file"] == "songs/bad.yaml"


def test_render_takes_several_songs_and_a_batch_takes_a_list(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "songs/a.yaml", "songs/b.yaml", "--verify", "--out", "one", *QUICK]) == 0
    (songs / "list.txt").write_text("# what to render\n\nsongs/a.yaml\nsongs/b.yaml\n")
    assert run(["batch", "--list", "list.txt", "--out", "two", *QUICK]) == 0
    for name in "ab":
        assert (songs / "one" / name / "mix.wav").read_bytes() == (songs / "two" / name / "mix.wav").read_bytes()
    assert run(["batch"]) == 2
    assert "name songs, folders or globs" in capsys.readouterr().err


def test_songs_that_were_not_begun_are_named(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (songs / "songs/a.yaml").write_text("no song\n")
    assert run(["render", "songs/a.yaml", "songs/b.yaml", "--fail-fast", "--json", *QUICK]) == 2
    out, _ = capsys.readouterr()
    document = json.loads(out)
    assert [song["exit_code"] for song in document["songs"]] == [2, None]
    assert run(["render", "songs/a.yaml", "songs/b.yaml", "--fail-fast", *QUICK]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].split() == ["b", "not", "begun"]
    assert "0 of 2 songs rendered, 1 failed, 1 not begun" in err


def test_clashing_folders_are_refused_before_anything_is_rendered(
    songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_little(songs / "other/a.yaml")
    assert run(["render", "songs/a.yaml", "other/a.yaml", *QUICK]) == 2
    assert "would both be written to out/a" in capsys.readouterr().err
    assert not (songs / "out").exists()


def test_bars_on_a_terminal(songs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Terminal, "draws", True)
    assert run(["batch", "songs", *QUICK]) == 0
    _, err = capsys.readouterr()
    assert "2 of 2" in err
    assert "[1/2] a: Song a" in err
