"""``songwright voices`` and ``speak --profile``, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from profiles.people import LIBRARY, bytes_of, voice
from songwright.cli.run import run

SONG = """\
songwright: 1
title: Two voices
genre: pop
sections: {verse: {bars: 2, chords: '| C | G |', lyrics: "Har-bour lights"}}
arrangement: [verse]
tracks:
  lead: {voice: {use: hibari, profile: %s}, sings: melody}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SONGWRIGHT_PROFILES", str(tmp_path / "mine"))
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_every_voice_is_listed_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row for row in _json(capsys, "voices", "list", "--safe")}
    assert set(rows) >= {"hibari", "kokoro", "kokoro-emma", "kokoro-george", "espeak", "openai", "elevenlabs"}
    hibari = rows["hibari"]
    assert (hibari["ready"], hibari["missing"], hibari["licence"]) == (True, "", "Apache-2.0")
    assert (hibari["range"], hibari["sample_rate"]) == ({"low": "G3", "high": "A4"}, 24_000)
    assert all(row["character"] and row["licence"] and row["ready"] == (not row["missing"]) for row in rows.values())
    assert run(["voices", "list", "--safe"]) == 0
    out, err = capsys.readouterr()
    assert "woman, American" in out
    assert all(f"{name} needs: {row['missing']}" in err for name, row in rows.items() if not row["ready"])


def test_one_voice_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "voices", "info", "openai", "--safe")
    assert "alloy" in told["variants"]
    assert [knob["key"] for knob in told["parameters"]] == [
        "base_url",
        "model",
        "voice",
        "format",
        "instructions",
    ]
    assert run(["voices", "info", "hibari", "--safe"]) == 0
    assert "tell when sounds are heard" in capsys.readouterr().out
    assert run(["voices", "info", "hibary"]) == 2
    assert "did you mean hibari" in capsys.readouterr().err


def test_a_profile_is_made_used_shared_and_removed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("me.flac").write_bytes(bytes_of(voice(0.9, 0.7), "FLAC"))
    add = ["voices", "profile", "add", "me", "me.flac", "--consent", "mine, for tests"]
    made = _json(capsys, *add)
    assert made["recording"]["file"] == "me.flac"
    assert {one["verdict"] for one in made["examined"]} <= {"good"}
    assert Path(made["file"]) == folder / "mine" / "me.profile"
    assert run(add) == 2
    assert "there is a voice profile 'me' already; --overwrite" in capsys.readouterr().err

    [listed] = _json(capsys, "voices", "profile", "list")
    assert listed["id"] == made["id"]
    assert run(["voices", "profile", "info", "me"]) == 0
    assert "mine, for tests" in capsys.readouterr().out

    told = _json(capsys, "speak", "Hello.", "--profile", "me", "-o", "hello.wav", "--no-cache")
    assert told["profile"] == "me"
    assert np.abs(soundfile.read("hello.wav")[0]).max() > 0.05

    assert run(["voices", "profile", "export", "me"]) == 0
    assert run(["voices", "profile", "export", "me"]) == 2
    assert "overwrite it with --force" in capsys.readouterr().err
    assert run(["voices", "profile", "export", "me", "me.txt"]) == 2
    assert run(["voices", "profile", "export", "me", "voices/"]) == 0
    assert Path("voices/me.profile").is_file()
    assert run(["voices", "profile", "remove", "me", "--yes"]) == 0
    assert not list(Path("mine").rglob("*.profile"))
    assert run(["voices", "profile", "import", "me.profile", "--name", "you"]) == 0
    assert "by consent: mine, for tests" in capsys.readouterr().out
    assert _json(capsys, "voices", "profile", "list")[0]["id"] == made["id"]
    assert run(["voices", "profile", "info", "me.profile"]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.txt"], "there is no such file: 'missing.txt'"),
        ([" "], "there is nothing to say"),
        (["Hello.", "-o", "hello.xyz"], "'.xyz' is no kind of sound file"),
    ],
)
def test_what_cannot_be_spoken_is_told_before_anybody_speaks(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert run(["speak", *arguments]) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert "speak:" not in out + err
    assert not list(folder.glob("*.*"))


def test_removing_asks(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "anna.profile").write_bytes((LIBRARY / "anna.profile").read_bytes())
    for answer, left in (("n\n", 1), ("y\n", 0)):
        monkeypatch.setattr("sys.stdin", StringIO(answer))
        assert run(["voices", "profile", "remove", "anna"]) == (130 if left else 0)
        assert len(list(Path("mine").glob("*.profile"))) == left


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "me", "none.wav", "--consent", "x"], "cannot be read: No such file"),
        (["add", "me", "song.yaml", "--consent", "x"], "is no sound file"),
        (["add", "me", "song.yaml", "--consent", " "], "needs the consent of the person"),
        (["add", "me", "song.yaml"], "Missing option '--consent'"),
        (["add", "m e", "song.yaml", "--consent", "x"], "a name begins with a letter or digit"),
        (["info", "me"], "there is none yet"),
        (["export", "me"], "there is none yet"),
        (["remove", "me", "--yes"], "there is none yet"),
        (["import", "song.yaml"], "is not a voice profile"),
        (["info", "none.profile"], "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    Path("song.yaml").write_text("songwright: 1\n")
    assert run(["voices", "profile", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert run(["speak", "Hello.", "--profile", "me"]) == 2
    assert not list(Path("mine").rglob("*"))


def test_a_song_sung_with_a_profile_credits_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "voices").mkdir()
    (folder / "voices" / "anna.profile").write_bytes((LIBRARY / "anna.profile").read_bytes())
    Path("song.yaml").write_text(SONG % "voices/anna.profile")
    assert run(["render", "song.yaml", "--out", "out", "--quiet"]) == 0
    report = json.loads(Path("out/report.json").read_text())
    [singer] = report["vocals"]
    assert singer["profile"]["name"] == "anna"
    assert len(singer["profile"]["id"]) == 32
    thanks = Path("out/credits.txt").read_text()
    assert "- Voice profile anna, by consent: Made up for the tests of Songwright: nobody's voice" in thanks
    assert "hibari" in thanks
    Path("song.yaml").write_text(SONG % "anna")
    assert run(["render", "song.yaml", "--out", "out", "--quiet"]) == 2
    assert "song.yaml:7:40: error: there is no voice profile 'anna' (`songwright voices profile add`" in (
        capsys.readouterr().err
    )


def test_a_sung_song_leaves_nothing_on_the_terminal_but_its_files(folder: Path) -> None:
    """Not even what libraries say while the interpreter ends, of objects that nobody took away."""
    (folder / "song.yaml").write_text(SONG.replace(", profile: %s", ""), encoding="utf-8")
    program = [sys.executable, "-c", "from songwright.cli import main; main()", "render", "song.yaml", "--quiet"]
    for more in ((), ("--no-cache",)):
        done = subprocess.run([*program, *more], capture_output=True, text=True, check=True)
        assert done.stderr == ""
