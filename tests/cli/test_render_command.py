"""``render``: what it prints, where, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from songwright.cli.run import run


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


def test_render_as_json_is_the_report(song: Path, as_json: Callable[..., Any]) -> None:
    report = as_json("render", "song.yaml", "--quiet", "--sample-rate", "22050", "--no-stems", "--seed", "9")
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


def test_another_take_of_a_section_says_what_it_changed(
    song: Path, capsys: pytest.CaptureFixture[str], as_json: Callable[..., Any]
) -> None:
    song.write_text(song.read_text().replace("[verse]", "[verse, verse]"))
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
    assert as_json("resolve", "song.yaml", "--reroll", "verse-2")["reroll"] == {"verse-2": 1}
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


def test_a_place_past_its_bar_is_refused(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, shown in (("1:9", "1:9"), ("verse+1:4", "verse+1:4")):
        assert run(["render", "song.yaml", "--from", place]) == 2
        message = f"--from: error: {shown} is no place in bar {2 if '+' in place else 1}, which is in 4/4"
        assert message in capsys.readouterr().err
    assert run(["render", "song.yaml", "--to", "verse+1:3", "--no-stems"]) == 0


def test_every_component_that_had_a_part_is_in_the_report(song: Path, as_json: Callable[..., Any]) -> None:
    song.write_text(
        "songwright: 1\ntitle: Smallest\ngenre: pop\n"
        "sections: {verse: {bars: 2, lyrics: one two, chords: {use: axis}}}\narrangement: [verse]\n"
        "tracks: {lead: {voice: hibari, sings: melody}, bass: {instrument: synth-bass}}\nrender: {karaoke: [lrc]}\n"
    )
    report = as_json("render", "song.yaml", "--no-stems")
    used = {(one["kind"], one["name"]) for one in report["plugins"]}
    assert used >= {("genre", "pop"), ("pattern", "pop-drums"), ("pattern", "pop-bass"), ("voice", "hibari")}
    assert used >= {("exporter", "lrc"), ("instrument", "synth-bass"), ("progression", "axis")}
