"""Who decides a value: the model, the genre, what is extended, the file, the command line, in this order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from project.band import band
from songwright.errors import PluginError, ProjectError
from songwright.project.load import load, load_checked
from songwright.project.merge import merge
from songwright.project.model import Project
from songwright.project.origins import plain
from songwright.project.reader import read
from songwright.units import Position

BAND = band()
HEAD = "songwright: 1\ntitle: Song\ngenre: tune\n"


@pytest.fixture
def song(tmp_path: Path) -> Any:
    def write(text: str = "", **options: Any) -> Project:
        path = tmp_path / "song.yaml"
        path.write_text(HEAD + text)
        return load(path, BAND, **options)

    return write


def test_three_lines_are_a_song(song: Any) -> None:
    project = song()
    assert list(project.tracks) == ["bass", "lead"]
    assert project.genre_tracks == {"bass", "lead"}
    assert project.mood == "plain"  # the genre's first
    assert project.energy == 0.5
    assert project.feel.swing_percent == 54.0
    assert project.render.mix.loudness_lufs == -14.0  # nobody says it


def test_the_genre_hears_the_wish(song: Any) -> None:
    project = song("key: D dorian\ntempo: 71\nenergy: 0.9\n")
    assert (project.key[0].key, project.tempo[0].bpm, project.energy) == ("D dorian", 71.0, 0.9)


def test_the_seed_is_the_only_chance(song: Any) -> None:
    tempi = [song(f"seed: {seed}\n").tempo[0].bpm for seed in range(12)]
    assert len(set(tempi)) > 3
    assert tempi == [song(overrides={"seed": seed}).tempo[0].bpm for seed in range(12)]


def test_the_file_is_laid_over_the_genre(song: Any) -> None:
    bass = song("tracks: {bass: {pan: 5 %, instrument: {shape: square}}}\n").tracks["bass"]
    assert (bass.pan_percent, bass.gain_db) == (5.0, -6.0)
    assert (bass.instrument.params.shape, bass.instrument.params.cutoff_hz) == ("square", 900.0)


def test_parameters_belong_to_the_component_they_were_written_for(song: Any) -> None:
    bass = song("tracks: {bass: {instrument: kit}}\n").tracks["bass"]
    assert bass.instrument.name == "kit"
    same = song("tracks: {bass: {instrument: reed}}\n").tracks["bass"]
    assert same.instrument.params.cutoff_hz == 900.0


def test_a_voice_takes_the_place_of_an_instrument(song: Any) -> None:
    lead = song("tracks: {lead: {voice: anna, sings: melody}}\n").tracks["lead"]
    assert lead.instrument is None
    assert lead.voice.use == ("anna",)


def test_lists_replace(song: Any) -> None:
    assert [effect.name for effect in song("tracks: {bass: {effects: [echo]}}\n").tracks["bass"].effects] == ["echo"]
    assert song("tracks: {bass: {effects: []}}\n").tracks["bass"].effects == ()


def test_null_takes_away(song: Any) -> None:
    project = song("tracks: {lead: null, bass: {gain: null, sends: null}}\nbuses: {hall: ~}\n")
    assert list(project.tracks) == ["bass"]
    assert project.tracks["bass"].gain_db == 0.0
    assert project.tracks["bass"].sends == ()
    assert project.buses == {}
    assert project.genre_tracks == {"bass"}


def test_null_takes_a_parameter_away(song: Any) -> None:
    bass = song("tracks: {bass: {instrument: {cutoff: null}}}\n").tracks["bass"]
    assert (bass.instrument.name, bass.instrument.params.cutoff_hz) == ("reed", 800.0)


def test_null_is_a_value_where_nothing_is_one(song: Any) -> None:
    assert song("render: {mix: {loudness: null}}\n").render.mix.loudness_lufs is None


def test_new_tracks_come_after_the_genres(song: Any) -> None:
    project = song("tracks: {riff: {instrument: reed, pattern: walk}, bass: {gain: 0}}\n")
    assert list(project.tracks) == ["bass", "lead", "riff"]
    assert project.genre_tracks == {"bass", "lead"}


def test_what_is_extended_lies_below(tmp_path: Path) -> None:
    (tmp_path / "grand.yaml").write_text(HEAD + "artist: Grand\nlicense: Grand\ntempo: 60\n")
    (tmp_path / "mother.yaml").write_text("extends: grand.yaml\nartist: Mother\ntracks: {lead: null}\n")
    (tmp_path / "father.yaml").write_text("license: Father\nlanguage: fr\n")
    child = tmp_path / "child.yaml"
    child.write_text("extends: [mother.yaml, father.yaml]\nlanguage: ja\n")
    project = load(child, BAND)
    assert (project.artist, project.license, project.language) == ("Mother", "Father", "ja")
    assert project.tempo[0].bpm == 60.0
    assert list(project.tracks) == ["bass"]


def test_a_preset_can_be_extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "ballad.yaml").write_text(HEAD + "artist: Shipped\n")
    monkeypatch.setattr("songwright.presets._folder", lambda: shipped)
    song = tmp_path / "here" / "song.yaml"
    song.parent.mkdir()
    song.write_text("extends: presets/ballad\ntitle: Mine\n")
    loaded = load_checked(song, BAND)
    assert (loaded.project.title, loaded.project.artist) == ("Mine", "Shipped")
    artist = loaded.document.get("artist")
    assert artist is not None
    assert artist.origin.label == "preset: ballad"


def test_paths_begin_where_they_are_written(tmp_path: Path) -> None:
    part = tmp_path / "parts"
    part.mkdir()
    (part / "riff.mid").write_bytes(b"MThd")
    (part / "base.yaml").write_text("tracks: {riff: {instrument: reed, midi: riff.mid}}\n")
    song = tmp_path / "song.yaml"
    song.write_text(HEAD + "extends: parts/base.yaml\n")
    assert load(song, BAND).tracks["riff"].midi == part / "riff.mid"


def test_the_folder_does_not_depend_on_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "song.yaml").write_text(HEAD)
    monkeypatch.chdir(tmp_path)
    assert load("song.yaml", BAND) == load(tmp_path / "song.yaml", BAND)


#: --set, what it changes, and its value then.
SETTINGS: list[tuple[str, Any, Any]] = [
    ("title", "Other", lambda project: project.title == "Other"),
    ("tempo", "99", lambda project: project.tempo[0].bpm == 99.0),
    ("tracks.bass.gain", "-3dB", lambda project: project.tracks["bass"].gain_db == -3.0),
    (
        "tracks.bass.instrument.cutoff",
        "1 kHz",
        lambda project: project.tracks["bass"].instrument.params.cutoff_hz == 1000.0,
    ),
    ("tracks.bass.instrument", "kit", lambda project: project.tracks["bass"].instrument.name == "kit"),
    (
        "tracks.bass.effects.comp.threshold",
        "-30",
        lambda project: project.tracks["bass"].effects[0].params.threshold_db == -30.0,
    ),
    (
        "tracks.bass.effects.0.threshold",
        "-30",
        lambda project: project.tracks["bass"].effects[0].params.threshold_db == -30.0,
    ),
    ("tracks.bass.effects", "[echo]", lambda project: project.tracks["bass"].effects[0].name == "echo"),
    ("tracks.bass.sends.hall.level", "-3", lambda project: project.tracks["bass"].sends[0].level_db == -3.0),
    ("tracks.lead", "null", lambda project: list(project.tracks) == ["bass"]),
    ("render.mix.formats", "[mp3]", lambda project: project.render.mix.formats == ("mp3",)),
    ("seed", 12, lambda project: project.seed == 12),
]


@pytest.mark.parametrize(("path", "value", "holds"), SETTINGS, ids=[path for path, _, _ in SETTINGS])
def test_the_command_line_has_the_last_word(song: Any, path: str, value: Any, holds: Any) -> None:
    assert holds(song(overrides={path: value}))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("tracks.bass.gian", "1", "the key 'gian' is not known"),
        ("tracks.bass.gain", "loud", "'loud' is not a number in dB"),
        ("tracks.bass.effects.eq.gain", "1", "tracks.bass.effects holds no 'eq'"),
        ("tracks..gain", "1", "empty step"),
        ("title", "[", "not YAML"),
    ],
)
def test_a_wrong_setting_is_told_as_one(song: Any, path: str, value: str, words: str) -> None:
    with pytest.raises(ProjectError) as caught:
        song(overrides={path: value})
    (problem,) = caught.value.problems
    assert words in problem.message
    assert problem.place is not None
    assert problem.place.file == f"--set {path}"


def test_what_a_genre_says_wrong_is_the_genres(song: Any) -> None:
    with pytest.raises(ProjectError) as caught:
        song(overrides={"genre": "crooked"})
    (problem,) = caught.value.problems
    assert "supplied by the genre 'crooked'" in problem.message
    assert problem.path == "tempo.0.bpm"


def test_a_genre_that_fails_is_named(song: Any) -> None:
    with pytest.raises(PluginError, match=r"plugin 'broken'.*no beat"):
        song(overrides={"genre": "broken"})


#: Short forms and the full ones that they stand for.
SHORT: list[tuple[str, str]] = [
    ("key: D minor", 'key: [{at: "1:1", key: D minor}]'),
    ("tempo: 90", 'tempo: [{at: "1:1", bpm: 90 BPM}]'),
    ("meter: 3/4", 'meter: [{at: "1:1", meter: 3/4}]'),
    ("duration: 2:30", "duration: 150 s"),
    ("artist: 1984", 'artist: "1984"'),
    ("artist: off", 'artist: "off"'),
    ("artist: 007", 'artist: "007"'),
    ("arrangement: verse", "arrangement: [{use: verse}]"),
    ("arrangement: [verse, verse]", "arrangement: [{use: verse, id: verse}, {use: verse, id: verse-2}]"),
    ("tracks: {a: {instrument: reed, pattern: walk}}", "tracks: {a: {instrument: {use: reed}, pattern: {use: walk}}}"),
    ("tracks: {a: {voice: anna, sings: melody}}", "tracks: {a: {voice: {use: [anna]}, sings: {part: melody}}}"),
    ("tracks: {bass: {sends: hall}}", "tracks: {bass: {sends: [{to: hall}]}}"),
    ("tracks: {bass: {effects: {use: echo}}}", "tracks: {bass: {effects: [{use: echo, id: echo}]}}"),
    ("master: {effects: [echo, echo]}", "master: {effects: [echo, {use: echo, id: echo-2}]}"),
    (
        "tracks: {bass: {effects: [{use: squeeze, sidechain: lead}]}}",
        "tracks: {bass: {effects: [{use: squeeze, sidechain: {from: lead, tap: post}}]}}",
    ),
    (
        'automation: {target: bass.gain, points: [["1:1", 0 dB, exp]]}',
        'automation: [{target: bass.gain, points: [{at: "1:1", value: 0 dB, shape: exp}]}]',
    ),
    ("render: {karaoke: lrc}", "render: {karaoke: [lrc]}"),
]


@pytest.mark.parametrize(("short", "full"), SHORT, ids=[short for short, _ in SHORT])
def test_short_forms_stand_for_full_ones(song: Any, short: str, full: str) -> None:
    assert song(short + "\n") == song(full + "\n")


def test_playings_are_counted(song: Any) -> None:
    placements = song("arrangement: [intro, verse, {use: verse, id: quiet}, chorus, verse]\n").arrangement
    assert [placement.id for placement in placements] == ["intro", "verse", "quiet", "chorus", "verse-3"]


def test_places_have_three_forms(song: Any) -> None:
    clips = (
        song(
            "arrangement: [verse, chorus]\ntracks:\n  bass:\n    clips:\n"
            '      - {at: "9:2.5", notes: "E2:1/4"}\n      - {at: chorus, notes: "E2:1/4"}\n'
            '      - {at: chorus+2:1, notes: "E2:1/4"}\n'
        )
        .tracks["bass"]
        .clips
    )
    assert [clip.at for clip in clips] == [Position(9, 2.5), Position(0, 0.0, "chorus"), Position(2, 1.0, "chorus")]


def test_merging_is_by_key() -> None:
    lower = read("a: {x: 1, y: [1, 2]}\nb: 1\n", "f")
    upper = read("a: {y: [3], z: 4}\nb: null\n", "f")
    assert plain(merge(lower, upper)) == {"a": {"x": 1, "y": [3], "z": 4}, "b": None}


@pytest.mark.parametrize("name", ["voice", "instrument", "part", "harmony", "use"])
def test_a_tracks_name_is_no_key_of_a_track(song: Any, name: str) -> None:
    names = ("voice", "instrument", "part", "harmony", "use")
    tracks = "".join(f"  {one}: {{instrument: reed, clips: [{{at: '1:1', notes: 'E2:1/4'}}]}}\n" for one in names)
    project = song(f"tracks:\n{tracks}", overrides={f"tracks.{name}.gain": "-3 dB"})
    assert set(names) <= set(project.tracks)
    assert {one: project.tracks[one].gain_db for one in names} == {one: -3.0 * (one == name) for one in names}


def test_parents_of_parents_are_bounded(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.yaml").write_text(f"{HEAD}extends: [{number + 1}.yaml, {number + 1}.yaml]\n")
    (tmp_path / "8.yaml").write_text(HEAD)
    with pytest.raises(ProjectError, match="extends more than 32 files"):
        load(tmp_path / "0.yaml", BAND)


@pytest.mark.parametrize("name", ['"a\\0b.yaml"', "loop.yaml", ".", "presets/../../x", "presets/"])
def test_a_parent_that_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    song = tmp_path / "song.yaml"
    song.write_text(f"{HEAD}extends: {name}\n")
    for allow_outside in (False, True):
        with pytest.raises(ProjectError) as caught:
            load(song, BAND, allow_outside=allow_outside)
        (problem,) = caught.value.problems
        assert problem.place is not None
        assert (problem.place.line, problem.place.column) == (4, 10)


def test_the_singers_manner_is_a_voices_parameter(song: Any) -> None:
    voice = (
        song("tracks: {lead: {voice: {use: anna, vibrato: 20 cents, breath: 5 %}, sings: melody}}\n")
        .tracks["lead"]
        .voice
    )
    assert voice.params == {"vibrato": "20 cents", "breath": "5 %"}
    with pytest.raises(ProjectError, match=r"'vibrat' is not known.*did you mean 'vibrato'"):
        song("tracks: {lead: {voice: {use: anna, vibrat: 20 cents}, sings: melody}}\n")
    with pytest.raises(ProjectError, match="'loud' is not a number in cents"):
        song("tracks: {lead: {voice: {use: anna, vibrato: loud}, sings: melody}}\n")


def test_a_chain_that_may_not_fall_back_must_be_whole(song: Any) -> None:
    with pytest.raises(ProjectError, match="no voice is named 'nobody'"):
        song("tracks: {lead: {voice: {use: [anna, nobody], fallback: never}, sings: melody}}\n")


def test_a_chain_goes_on_with_those_that_are_installed(song: Any) -> None:
    lead = song("tracks: {lead: {voice: [nobody, anna], sings: melody}}\n").tracks["lead"]
    assert lead.voice.use == ("anna",)
