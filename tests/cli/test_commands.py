"""Each command: what it prints, where, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from songwright import doctor, hookimpl
from songwright.cli.run import run
from songwright.cli.terminal import Terminal
from songwright.interfaces.effect import Effect
from songwright.interfaces.genre import Genre
from songwright.plugins import load_plugins, register

SMALLEST = "songwright: 1\ntitle: Smallest\ngenre: pop\n"
SHORT = SMALLEST + "sections: {verse: {bars: 2, chords: '| C | G |'}}\narrangement: [verse]\n"


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "song.yaml"
    path.write_text(SHORT)
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


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


def test_check_as_json(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text("songwright: 1\ntitle: Bad\ngenre: pop\ntempo: fast\n")
    good, bad = _json(capsys, "check", "song.yaml", "bad.yaml", code=2)
    assert good == {"file": "song.yaml", "ok": True, "problems": []}
    assert bad["ok"] is False
    [problem] = bad["problems"]
    assert (problem["line"], problem["column"], problem["severity"], problem["path"]) == (4, 8, "error", "tempo.0.bpm")


def test_a_setting_is_checked_like_the_file(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "song.yaml", "--set", "tracks.bass.gain=-3 Hz"]) == 2
    assert "'-3 Hz' is in Hz, but this takes dB" in capsys.readouterr().err


def test_check_tells_what_only_the_arrangement_shows(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sung = 'tracks: {lead: {voice: hibari, sings: melody, clips: [{at: "1:1", notes: "G3:1/2 A3 B3"}]}}\n'
    song.write_text(SHORT.replace("bars: 2", "bars: 2, lyrics: one two three four five") + sung)
    assert run(["check", "song.yaml"]) == 0
    assert "song.yaml:1:1: warning: section 'verse': " in capsys.readouterr().err
    [found] = _json(capsys, "check", "song.yaml")
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


def test_show_as_json(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _json(capsys, "show", "song.yaml")
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


def test_plugins_list_has_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    entries = _json(capsys, "plugins", "list")
    assert len(lines) == len(entries) + 1
    assert {"effect", "genre", "instrument", "pattern"} <= {entry["kind"] for entry in entries}
    assert all(entry["summary"] and entry["distribution"] for entry in entries)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pop", "Tracks: drums, bass, keys"),
        ("pop", "Sections: intro, verse, chorus"),
        ("finger-bass", "Range: B0 to G4 (MIDI notes 23 to 67)"),
        ("acoustic-kit", "Range: drums 27 to 87 of General MIDI"),
        ("pop-pad", "hold common tones over chord changes: true or false (default true)"),
    ],
)
def test_plugins_info_tells_what_a_project_needs_to_know(
    name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plugins", "info", name]) == 0
    assert told in capsys.readouterr().out


class Loud(Effect):
    """Adds an offset."""

    name = "loud"

    def process(self, audio, controls, sidechain):
        audio += 1.0


class Wrecked(Loud):
    """Divides by zero."""

    name = "wrecked"

    def process(self, audio, controls, sidechain):
        raise ZeroDivisionError("one by zero")


class Moody(Genre):
    """Has a mood and nothing else."""

    name = "moody"
    moods = ("grey",)


def test_a_genre_that_fails_to_tell_of_itself_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = ModuleType("mine")
    mine.songwright_genres = hookimpl(lambda: [Moody], specname="songwright_genres")
    plugins = load_plugins(safe=True)
    register(plugins, mine, "mine", "my-plugin", "1")
    monkeypatch.setattr(Terminal, "plugins", lambda _: plugins)
    assert run(["plugins", "info", "moody"]) == 3
    assert "plugin 'mine' (from my-plugin): genre 'moody' failed: NotImplementedError" in capsys.readouterr().err


def test_plugins_test_tells_which_checks_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plugins", "test", "pattern/pop-pad"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == ["ok      is documented", "ok      knobs are sound", "ok      import is light"]
    assert err == "pattern/pop-pad: keeps its contract\n"

    mine = ModuleType("mine")
    mine.songwright_effects = hookimpl(lambda: [Loud, Wrecked], specname="songwright_effects")
    plugins = load_plugins(safe=True)
    register(plugins, mine, "mine", "my-plugin", "1")
    monkeypatch.setattr(Terminal, "plugins", lambda _: plugins)
    assert run(["plugins", "test", "loud"]) == 3
    out, err = capsys.readouterr()
    assert "failed  silence stays silent: loud: silence in, 1 out with defaults" in out.splitlines()
    assert "ok      output is finite" in out.splitlines()
    assert "checks failed" in err
    rows = _json(capsys, "plugins", "test", "wrecked", code=3)
    assert {row["fault"] for row in rows if row["check"] == "output is finite"} == {
        "wrecked raises ZeroDivisionError: one by zero"
    }


@pytest.mark.parametrize("kind", ["effect", "effects"])
def test_plugins_list_of_one_kind(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert {entry["kind"] for entry in _json(capsys, "plugins", "list", kind)} == {"effect"}


def test_plugins_list_moods(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bright" in _json(capsys, "plugins", "list", "moods")["pop"]
    assert run(["plugins", "list", "moods"]) == 0
    assert "bright" in capsys.readouterr().out


def test_plugins_info_gives_units_ranges_and_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "info", "compressor"]) == 0
    out = capsys.readouterr().out
    assert "-60 dB to 0 dB (default -18 dB, automatable)" in out
    assert "{use: compressor" in out
    [described] = _json(capsys, "plugins", "info", "effect/compressor")
    threshold = next(one for one in described["parameters"] if one["key"] == "threshold")
    assert (threshold["unit"], threshold["low"], threshold["high"], threshold["default"]) == ("dB", -60.0, 0.0, -18.0)


def test_plugins_info_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "info", "compresor"]) == 2
    assert "did you mean compressor?" in capsys.readouterr().err


# presets --------------------------------------------------------------------------------------------


def test_presets_list(capsys: pytest.CaptureFixture[str]) -> None:
    by_name = {preset["name"]: preset for preset in _json(capsys, "presets", "list")}
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


def test_doctor_tries_and_finds_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    findings = _json(capsys, "doctor")["findings"]
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


def test_render_prints_the_files_on_standard_output_and_the_rest_on_the_other(
    song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["render", "song.yaml", "--sample-rate", "22050"]) == 0
    out, err = capsys.readouterr()
    files = out.splitlines()
    assert "out/smallest/mix.wav" in files
    assert all(Path(file).is_file() for file in files)
    assert {str(path) for path in Path("out").rglob("*") if path.is_file()} == set(files)
    stages = [line.partition(":")[0] for line in err.splitlines()]
    assert stages[:3] == ["load", "arrange", "build"]
    assert "times real time" in err.splitlines()[-1]


def test_render_as_json_is_the_report(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = _json(capsys, "render", "song.yaml", "--quiet", "--sample-rate", "22050", "--no-stems", "--seed", "9")
    assert report == json.loads(Path("out/smallest/report.json").read_text())
    assert (report["seed"], report["stems"], report["audio"]["sample_rate"]) == (9, [], 22050)


def test_render_takes_its_options(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--quiet", "--sample-rate", "22050", "--loudness", "-20 LUFS", "--format", "flac", "--format", "wav"]
    assert run(["render", "song.yaml", "-o", "here", "--bit-depth", "16", *options, "--set", "tracks.bass=null"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert {"here/mix.flac", "here/mix.wav"} <= set(out.splitlines())
    assert not [file for file in out.splitlines() if "bass" in file]
    report = json.loads(Path("here/report.json").read_text())
    assert report["mix"]["lufs_integrated"] == pytest.approx(-20.0, abs=0.2)


def test_another_take_of_a_section_says_what_it_changed(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song.write_text(SHORT.replace("[verse]", "[verse, verse]"))
    command = ["render", "song.yaml", "--only", "bass", "--only", "drums", "--sample-rate", "22050"]
    clip = [
        "--set",
        "tracks.drums.clips=[{at: '1:1', notes: '36:1/4', repeat: 16}]",
        "--set",
        "feel.humanize={timing: 0, velocity: 0}",
    ]
    assert run([*command, *clip]) == 0
    assert "since the last" not in capsys.readouterr().err
    assert run([*command, *clip, "--reroll", "verse-2=3"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "since the last render here: bass changed; drums as before"
    assert _json(capsys, "resolve", "song.yaml", "--reroll", "verse-2")["reroll"] == {"verse-2": 1}
    assert run(["check", "song.yaml", "--reroll", "bridge=2"]) == 2
    assert "no section of the arrangement has the id 'bridge'" in capsys.readouterr().err


def test_render_of_one_track_and_a_stretch(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--only", "bass", "--from", "2:1", "--to", "2:3", "--sample-rate", "22050", "--set", "tempo=120"]
    assert run(["render", "song.yaml", *options]) == 0
    out, err = capsys.readouterr()
    files = out.splitlines()
    assert err.splitlines()[-1].startswith("Smallest: 0:01.0, in ")  # the stretch, not the song
    assert run(["render", "song.yaml", "--no-stems", "--no-mix", "--sample-rate", "22050"]) == 0
    assert "since the last" not in capsys.readouterr().err  # nothing was rendered that could be other
    assert [file for file in files if file.endswith(".wav")] == [next(f for f in files if "bass" in f)]
    assert run(["render", "song.yaml", "--only", "tuba"]) == 2
    assert "there is no stem 'tuba'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_4(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("in the way")
    assert run(["render", "song.yaml", "--out", "file/out", "--quiet"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert Path("file").read_text() == "in the way"


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


def test_a_place_past_its_bar_is_refused(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, shown in (("1:9", "1:9"), ("verse+1:4", "verse+1:4")):
        assert run(["render", "song.yaml", "--from", place]) == 2
        message = f"--from: error: {shown} is no place in bar {2 if '+' in place else 1}, which is in 4/4"
        assert message in capsys.readouterr().err
    assert run(["render", "song.yaml", "--to", "verse+1:3", "--no-stems"]) == 0


def test_every_component_that_had_a_part_is_in_the_report(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song.write_text(
        SMALLEST + "sections: {verse: {bars: 2, lyrics: one two, chords: {use: axis}}}\narrangement: [verse]\n"
        "tracks: {lead: {voice: hibari, sings: melody}, bass: {instrument: synth-bass}}\nrender: {karaoke: [lrc]}\n"
    )
    report = _json(capsys, "render", "song.yaml", "--no-stems")
    used = {(one["kind"], one["name"]) for one in report["plugins"]}
    assert used >= {("genre", "pop"), ("pattern", "pop-drums"), ("pattern", "pop-bass"), ("voice", "hibari")}
    assert used >= {("exporter", "lrc"), ("instrument", "synth-bass"), ("progression", "axis")}


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
    Path("more/deep/one.yaml").write_text(SHORT)
    Path("more/_base.yaml").write_text("tempo: 90\n")
    Path("empty").mkdir()
    assert run(["check", "more", "song.yaml"]) == 0
    assert capsys.readouterr().out == "more/deep/one.yaml: ok\nsong.yaml: ok\n"
    assert run(["check", "empty"]) == 2
    assert "there is no song in the folder 'empty'" in capsys.readouterr().err


def test_a_language_that_no_voice_speaks_is_a_wrong_wish(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["speak", "Guten Tag.", "--language", "de", "--voice", "hibari"]) == 2
    assert "'hibari': does not speak 'de'; it speaks en" in capsys.readouterr().err
