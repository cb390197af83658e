"""Each command: what it prints, where, and as JSON. Those with much to say have files of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from songwright import doctor
from songwright.cli.run import run


def test_an_unknown_command_comes_with_those_that_look_like_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugin", "list"]) == 2
    assert "No such command 'plugin'. Did you mean plugins?" in capsys.readouterr().err
    assert run(["xyzzy"]) == 2
    assert capsys.readouterr().err.endswith("No such command 'xyzzy'.\n")


# check ----------------------------------------------------------------------------------------------


def test_check_says_ok(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "song.yaml"]) == 0
    assert capsys.readouterr() == ("song.yaml: ok\n", "")


def test_check_prints_every_error_of_every_file(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text("songwright: 1\ntitle: Bad\ngenre: pop\ntempo: fast\nkey: H major\n")
    assert run(["check", "song.yaml", "bad.yaml", "missing.yaml"]) == 2
    out, err = capsys.readouterr()
    assert out == "song.yaml: ok\n"
    errors = [line for line in err.splitlines() if "error: " in line]
    assert [line.partition(" ")[0] for line in errors[:2]] == ["bad.yaml:4:8:", "bad.yaml:5:6:"]
    assert errors[-1].startswith("missing.yaml")
    assert len(errors) == 3


def test_check_as_json(song: Path, as_json: Callable[..., Any]) -> None:
    Path("bad.yaml").write_text("songwright: 1\ntitle: Bad\ngenre: pop\ntempo: fast\n")
    good, bad = as_json("check", "song.yaml", "bad.yaml", code=2)
    assert good == {"file": "song.yaml", "ok": True, "problems": []}
    assert bad["ok"] is False
    [problem] = bad["problems"]
    assert (problem["line"], problem["column"], problem["severity"], problem["path"]) == (4, 8, "error", "tempo.0.bpm")


def test_each_song_is_told_what_its_arrangement_refuses(song: Path, as_json: Callable[..., Any]) -> None:
    for name in ("a.yaml", "b.yaml"):  # the genre writes their form, which is known when they are arranged
        Path(name).write_text("songwright: 1\ntitle: Smallest\ngenre: pop\n")
    told = as_json("check", "a.yaml", "song.yaml", "b.yaml", "--reroll", "nowhere", code=2)
    assert [(one["file"], one["ok"], len(one["problems"])) for one in told] == [
        ("a.yaml", False, 1),
        ("song.yaml", False, 1),
        ("b.yaml", False, 1),
    ]


def test_a_setting_is_checked_like_the_file(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "song.yaml", "--set", "tracks.bass.gain=-3 Hz"]) == 2
    assert "'-3 Hz' is in Hz, but this takes dB" in capsys.readouterr().err


def test_check_tells_what_only_the_arrangement_shows(
    song: Path, capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]
) -> None:
    sung = 'tracks: {lead: {voice: hibari, sings: melody, clips: [{at: "1:1", notes: "G3:1/2 A3 B3"}]}}\n'
    song.write_text(song.read_text().replace("bars: 2", "bars: 2, lyrics: one two three four five") + sung)
    assert run(["check", "song.yaml"]) == 0
    assert "song.yaml:1:1: warning: section 'verse': " in capsys.readouterr().err
    [found] = as_json("check", "song.yaml")
    assert found["ok"]
    assert "5 syllables for 3 notes" in found["problems"][-1]["message"]


# resolve, show, schema ------------------------------------------------------------------------------


def test_resolve_prints_a_project_with_origins(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", "song.yaml", "--seed", "5", "--set", "tracks.bass.gain=-3 dB"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "# genre: pop" in out
    assert "# --set" in out
    Path("resolved.yaml").write_text(out)
    assert run(["resolve", "resolved.yaml", "--json"]) == 0
    resolved = json.loads(capsys.readouterr().out)
    assert (resolved["seed"], resolved["tracks"]["bass"]["gain"]) == (5, -3.0)


def test_show_draws_sections_and_tracks(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "song.yaml"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "verse" in out
    assert "drums" in out
    assert "bass" in out


def test_show_draws_a_picture(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "song.yaml", "--png", "song.png"]) == 0
    assert capsys.readouterr().out == "song.png\n"
    assert Path("song.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_show_as_json(song: Path, as_json: Callable[..., Any]) -> None:
    shown = as_json("show", "song.yaml")
    assert [(section["use"], section["bars"]) for section in shown["sections"]] == [("verse", 2)]
    assert [chord["chord"] for chord in shown["chords"]] == ["C:maj", "G:maj"]


def test_schema_is_a_schema_that_takes_the_presets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"songwright": 1, "title": "Smallest", "genre": "pop"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"songwright": 1, "title": "Smallest", "gener": "pop"}, schema)


# plugins --------------------------------------------------------------------------------------------


def test_presets_list(capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]) -> None:
    by_name = {preset["name"]: preset for preset in as_json("presets", "list")}
    assert {"first-light", "smallest", "written-out"} <= set(by_name)
    minutes, seconds = map(int, by_name["first-light"]["length"].split(":"))
    assert 160 <= minutes * 60 + seconds <= 200
    assert all(preset["summary"] and preset["title"] and preset["genre"] for preset in by_name.values())
    assert run(["presets", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(by_name) + 1


def test_presets_copy_never_overwrites_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["presets", "copy", "smallest"]) == 0
    assert capsys.readouterr().out == "smallest.yaml\n"
    Path("smallest.yaml").write_text("mine")
    assert run(["presets", "copy", "smallest"]) == 2
    assert "smallest.yaml exists" in capsys.readouterr().err
    assert Path("smallest.yaml").read_text() == "mine"
    assert run(["presets", "copy", "smallest", "--force"]) == 0
    assert Path("smallest.yaml").read_text() != "mine"


def test_presets_copy_to_a_folder_or_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("songs").mkdir()
    assert run(["presets", "copy", "smallest", "songs"]) == 0
    assert run(["presets", "copy", "smallest", "songs/mine.yaml"]) == 0
    assert sorted(path.name for path in Path("songs").iterdir()) == ["mine.yaml", "smallest.yaml"]
    assert run(["presets", "copy", "smallest", "nowhere/mine.yaml"]) == 2
    assert run(["presets", "copy", "smallest", "nowhere/"]) == 0
    assert Path("nowhere/smallest.yaml").is_file()
    assert "no folder" in capsys.readouterr().err


# doctor ---------------------------------------------------------------------------------------------


def test_doctor_tries_and_finds_all_well(capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]) -> None:
    findings = as_json("doctor")["findings"]
    assert {"python", "library", "plugins", "presets", "encoder", "kernels", "voice"} <= {
        one["area"] for one in findings
    }
    assert {one["name"] for one in findings if one["area"] == "encoder" and one["ok"]} == {"wav", "flac", "ogg", "mp3"}
    assert run(["doctor"]) == 0
    assert "FAILED" not in capsys.readouterr().out


def test_doctor_names_what_mends_a_cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path / "file"))
    assert run(["doctor"]) == 4
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "export SONGWRIGHT_CACHE=" in out


def test_doctor_names_what_mends_a_missing_encoder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_encoder() -> int:
        raise RuntimeError("no such codec")

    monkeypatch.setitem(doctor._ENCODERS, "mp3", no_encoder)
    assert run(["doctor"]) == 0  # songs render without it
    out = capsys.readouterr().out
    assert "no such codec" in out
    assert "pip install --force-reinstall lameenc" in out


# render ---------------------------------------------------------------------------------------------


def test_warmup_renders_every_instrument_and_effect(capsys: pytest.CaptureFixture[str]) -> None:
    from songwright.plugins import installed_plugins
    from songwright.warmup import every_sound

    plugins = installed_plugins()
    project = every_sound(plugins)
    assert {track["instrument"] for track in project["tracks"].values()} == set(plugins.names("instrument"))
    assert run(["warmup", "--quiet"]) == 0
    assert "kernels are ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "start"),
    [
        (("--loudness", "loud"), "--loudness:1:1: error: "),
        (("--reroll", "verse=x"), "--reroll verse:1:1: error: "),
        (("--reroll", "nowhere"), "--reroll nowhere:1:1: error: "),
        (("--set", "tempo=fast"), "--set tempo:1:1: error: "),
    ],
)
def test_a_problem_is_blamed_on_the_option_that_brought_it(
    song: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, str], start: str
) -> None:
    assert run(["render", "song.yaml", *option]) == 2
    assert capsys.readouterr().err.startswith(start)


def test_a_value_is_said_to_come_from_its_option(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", "song.yaml", "--seed", "4"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("seed: 4 "))
    assert line.endswith("# --seed")


@pytest.mark.parametrize(
    ("command", "option", "company"),
    [
        ("render", ["--stream-gain", "-3"], "--stream"),
        ("render", ["--stream-format", "raw"], "--stream"),
        ("render", ["--processes", "2"], "several songs"),
        ("render", ["--fail-fast"], "several songs"),
        ("render", ["--shared"], "--cluster"),
        ("batch", ["--shared"], "--cluster"),
    ],
)
def test_an_option_that_means_nothing_here_is_refused(
    song: Path, capsys: pytest.CaptureFixture[str], command: str, option: list[str], company: str
) -> None:
    assert run([command, "song.yaml", *option]) == 2
    message = capsys.readouterr().err
    assert option[0] in message
    assert message.endswith(f"means nothing here: only with {company}\n")


def test_check_takes_folders(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("more/deep").mkdir(parents=True)
    Path("more/deep/one.yaml").write_text(song.read_text())
    Path("more/_base.yaml").write_text("tempo: 90\n")
    Path("empty").mkdir()
    assert run(["check", "more", "song.yaml"]) == 0
    assert capsys.readouterr().out == "more/deep/one.yaml: ok\nsong.yaml: ok\n"
    assert run(["check", "empty"]) == 2
    assert "there is no song in the folder 'empty'" in capsys.readouterr().err


def test_a_language_that_no_voice_speaks_is_a_wrong_wish(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["speak", "Guten Tag.", "--language", "de", "--voice", "hibari"]) == 2
    assert "'hibari': does not speak 'de'; it speaks en" in capsys.readouterr().err
