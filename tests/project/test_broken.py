"""Every way we know to write a project wrong, and what it is told: where, and what about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from project.band import band
from songwright.errors import Problem, ProjectError
from songwright.project.load import load, load_checked

BROKEN = Path(__file__).parent / "broken"
JARGON = ("Input should", "pydantic", "http", "NoneType", "Traceback", "Value error", "type=")

#: File → each problem's line and column, and the words it begins with.
EXPECTED: dict[str, list[tuple[str, str]]] = {
    "unknown-profile": [
        ("5:38", "there is no voice profile 'ana'"),
        ("6:38", "the voice profile "),
        ("7:38", "the file '../elsewhere.profile' lies outside the project's folder"),
    ],
    "unknown-singer": [("12:9", "nobody who sings is called 'bne'")],
    "singer-in-one-line": [("7:29", "nobody who sings is called 'Listen'")],
    "singer-of-clips": [
        ("6:68", "a clip is sung by its own track, 'echo', alone"),
        ("7:29", "the track 'echo' does not sing the sections' lyrics"),
    ],
    "both-of-one": [("9:7", "'both' are two singers, and the song has 1")],
    "hold-of-nothing": [
        ("8:7", "'_' holds the syllable before it, and there is none"),
        ("8:12", "'_' in 'a_b' follows no syllable"),
        ("9:7", "'_' holds"),
    ],
    "bad-pronunciation": [
        ("7:7", "'[Verse 1]' is no word with its pronunciation"),
        ("8:9", "'read[ɹɛd' is no word"),
        ("9:7", "'mine[]' is no"),
    ],
    "folded-lyrics": [("6:13", "'_' holds the syllable before it, and there is none, in line 2 of the text")],
    "automation-bad-shape": [("5:48", "'linaer' is not one of linear, exp, step or smooth")],
    "automation-long-point": [("5:34", "a list of 4 is not a mapping of `key: value` lines, which")],
    "automation-of-fixed-knob": [("5:14", "'bass.comp.attack' cannot be automated")],
    "automation-of-no-effect": [("5:14", "'bass' has no instrument or effect 'eq' that 'bass.eq.gain'")],
    "automation-of-no-knob": [("5:14", "'bass.comp.treshold' names no knob: there is no 'treshold'")],
    "automation-of-nothing": [("5:14", "'base.gain' begins with 'base', which is no track or bus")],
    "automation-out-of-range": [("5:52", "'-80 dB' is out of range; it must be at least -60 dB and at")],
    "automation-twice": [("7:14", "'bass.gain' is automated twice")],
    "automation-unordered": [("5:50", "5:1 does not come after 9:1")],
    "automation-without-points": [("5:33", "automation.0.points is an empty list; it must hold at least")],
    "automation-wrong-unit": [("5:57", "'300 Hz' is in Hz, but this takes dB")],
    "bad-chord": [("5:26", "'Xq7' is not a chord: write a name (F#m7b5/E), a Roman")],
    "bad-duration": [("4:11", "'soon' is not a time; write one like 2:30 or 90 s")],
    "bad-group": [("4:29", "the group [2, 2, 2] of 7/8 must add up to 7")],
    "bad-id": [("5:3", "'guitar 1' cannot be an id")],
    "bad-indent": [("7:4", "this is not YAML: did not find expected key")],
    "bad-key": [("4:6", "'H minor' is not a key; write a tonic and a mode, like A")],
    "bad-length": [("4:42", "'a while' is not a musical length; write one like 1/4,")],
    "bad-meter": [("4:8", "'0/4' is not a meter; write one like 4/4 or 7/8: 1 to 32")],
    "bad-position": [("6:10", "'bar 9' is not a position; write one like 9:1, 9:2.5, c1 or")],
    "bad-requirement": [("5:21", "'newest' is not a range of versions")],
    "boolean-for-number": [("4:9", "true is not a number")],
    "case-clash": [("5:3", "the id 'Bass' is taken by tracks.bass, which differs from")],
    "clip-bad-length": [("7:39", "'fast' is not a note's length; write one like 1/4, 1/8.,")],
    "clip-bad-note": [("7:36", "'H2' is not a pitch; write one like E4, F#3 or Bb2 (C4 is")],
    "clip-bad-velocity": [("7:36", "'200' is not a velocity; write 1 to 127, or with a point")],
    "clip-beyond-bar": [("7:14", "2:5 is no place in bar 2, which is in 4/4")],
    "clip-past-end": [("9:14", "9:1 lies past the end of the song")],
    "clip-unknown-section": [("8:14", "no section of the arrangement has the id 'chorsu'")],
    "clip-without-notes": [("7:9", "a clip has neither notes nor a MIDI file")],
    "clip-without-place": [("7:9", "'at' is missing in tracks.bass.clips.0")],
    "colon-in-value": [("2:12", "this is not YAML: mapping values are not allowed in this")],
    "crooked-genre": [("3:8", "'brisk' is not a number in BPM (at tempo.0.bpm, supplied by the genre 'crooked')")],
    "duplicate-key": [("6:1", "the key 'energy' stands twice; first in line 4")],
    "duplicate-track": [("6:3", "the key 'riff' stands twice; first in line 5")],
    "effect-without-use": [("6:7", "an effect is named by its key 'use', which is missing or no")],
    "empty-arrangement": [("4:14", "arrangement is an empty list; it must hold at least one")],
    "empty-chords": [("5:19", "'' holds no chords; write bars like | I | vi | IV | V |")],
    "empty-title": [("2:8", "title is empty")],
    "empty": [("1:1", "the file is empty")],
    "extends-broken": [("4:1", "the key 'tempoo' is not known")],
    "extends-itself": [("4:10", "a project extends itself: extends-itself.yaml →")],
    "extends-nothing": [("4:10", "'base.yml' cannot be read: there is no such file")],
    "extends-number": [("4:10", "3 is not a file")],
    "extends-outside": [("4:10", "'../../base.yaml' lies outside the project's folder")],
    "extends-unknown-preset": [("4:10", "no preset is named 'none-such'; songwright presets list")],
    "far-genre": [("3:8", "no genre is named 'polka'")],
    "internal-field": [("4:1", "the key 'folder' is not known")],
    "just-text": [("1:1", "a project is a mapping of `key: value` lines, not 'a song")],
    "key-not-text": [("4:3", "a key must be plain text")],
    "late-first-tempo": [("4:14", "the first tempo begins at 5:1, not at the song's start")],
    "list-for-mapping": [("4:9", "a list of 2 is not a mapping of `key: value` lines, which")],
    "lyrics-in-no-voices-language": [("6:17", "voice 'anna' does not speak 'de-AT', the language of the lyrics")],
    "many-at-once": [
        ("4:8", "900 is out of range; it must be at least 20 BPM and at most"),
        ("5:7", "the genre 'tune' has no mood 'brigth'"),
        ("7:10", "the key 'gian' is not known in tracks.bass"),
        ("7:23", "there is no bus 'nowhere' that 'bass' could go to"),
        ("7:42", "no effect is named 'squeze'"),
        ("7:68", "'2 Hz' is in Hz, but this takes ms"),
        ("9:14", "'lead.gaim' names no knob: there is no 'gaim'"),
    ],
    "mapping-for-text": [("2:8", "a mapping with 'en' is not text, which 'title' takes")],
    "master-track": [("5:3", "the id 'master' is reserved")],
    "merge-key": [("6:7", "the merge key '<<' is not taken")],
    "meter-inside-bar": [("4:19", "5:2 is not the start of a bar")],
    "midi-outside": [("5:34", "the file '../../../riff.mid' lies outside the project's")],
    "missing-midi": [("5:34", "the file 'riffs/none.mid' cannot be read: No such file or")],
    "next-version": [("1:13", "the format version 2 is not known; this Songwright reads")],
    "no-choice": [("5:23", "'prefader' is not one of source, pre-fader or post-fader")],
    "no-format": [("4:25", "render.mix.formats is an empty list; it must hold at least one")],
    "no-genre": [("1:1", "'genre' is missing")],
    "no-number": [("4:8", "'brisk' is not a number in BPM")],
    "no-player": [("5:9", "track 'riff' has neither an instrument nor a voice")],
    "no-title": [("1:1", "'title' is missing")],
    "no-track": [("4:9", "the song has no track")],
    "no-version": [("1:1", "'songwright' is missing")],
    "not-a-mapping": [("1:1", "a project is a mapping of `key: value` lines, not a list of")],
    "not-finite": [("5:15", "nan is not a finite number")],
    "not-midi": [("5:34", "the file 'not-midi.yaml' is not a MIDI file")],
    "not-whole": [("5:17", "7.5 is not a whole number, which 'bars' takes")],
    "number-for-mapping": [("4:16", "3 is not a mapping of `key: value` lines, which 'riff' takes")],
    "odd-meter": [("4:8", "'4/3' is not a meter; write one like 4/4 or 7/8: 1 to 32")],
    "old-plugin": [("4:20", "the project requires pyyaml>=99; 6.0.3 is installed")],
    "only-comment": [("1:1", "the file is empty")],
    "out-of-range": [("4:8", "900 is out of range; it must be at least 20 BPM and at most")],
    "own-tag": [("4:8", "the tag '!fast' is not taken")],
    "parameter-no-choice": [("6:25", "'sine' is not one of saw or square")],
    "parameter-out-of-range": [("6:26", "'5 Hz' is out of range; it must be at least 20 Hz and at")],
    "position-zero": [("4:19", "'0:1' is not a position; bars and beats count from 1")],
    "python-name": [("5:10", "the key 'gain_db' is not known in tracks.bass")],
    "recursive-alias": [("4:22", "the alias *a stands inside its own anchor")],
    "required-plugin": [
        ("4:30", "the project requires songwright-kazoo>=1.2,<2, which is not"),
        ("6:22", "no instrument is named 'kazoo'"),
    ],
    "route-to-nowhere": [("5:14", "there is no bus 'rhythm' that 'bass' could go to")],
    "routing-circle": [("5:11", "the signal of 'b' runs in a circle: b → c → a → b")],
    "same-effect-id": [("5:48", "the id 'a' is taken by master.effects.0")],
    "same-playing-id": [("4:36", "the id 'verse' is taken by arrangement.0")],
    "self-route": [("5:11", "the signal of 'a' listens to itself")],
    "send-to-nowhere": [("5:23", "there is no bus 'hal' that 'bass' could go to")],
    "send-to-track": [("5:18", "'lead' is no bus that 'bass' could go to")],
    "short-duration": [("4:11", "'1 s' is out of range; it must be at least 5 s and at most")],
    "sidechain-circle": [("5:46", "the signal of 'bass' runs in a circle: bass → lead → bass")],
    "sidechain-from-nowhere": [("5:46", "there is no track or bus 'drums' to listen to")],
    "sings-no-part": [("5:30", "'harmony' is no part to sing")],
    "sings-without-voice": [("5:35", "track 'riff' sings without a voice")],
    "tab-indent": [("5:1", "this is not YAML: found character that cannot start any")],
    "tag": [("4:9", "the tag 'tag:yaml.org,2002:python/object:os.system' is not")],
    "text-for-boolean": [("4:16", "'off' is not true or false")],
    "track-and-bus": [("5:3", "the id 'bass' is taken by tracks.bass")],
    "two-documents": [("4:1", "a second document starts here")],
    "two-players": [("5:35", "track 'riff' has an instrument and a voice")],
    "unclosed-list": [("4:33", "this is not YAML: did not find expected ',' or ']'")],
    "unclosed-quote": [("5:1", "this is not YAML: found unexpected end of stream")],
    "unknown-alias": [("4:8", "the alias *fast has no anchor &fast before it")],
    "unknown-effect": [("4:35", "no effect is named 'compressor'")],
    "unknown-genre": [("3:8", "no genre is named 'tunes'")],
    "unknown-instrument": [("5:22", "no instrument is named 'ree'")],
    "unknown-key": [("4:1", "the key 'tempoo' is not known")],
    "unknown-mood": [("4:7", "the genre 'tune' has no mood 'brigth'")],
    "unknown-parameter-of-voice": [("5:29", "the key 'breth' is not known in tracks.lead.voice")],
    "unknown-parameter": [("6:29", "the key 'cutof' is not known in tracks.bass.instrument")],
    "unknown-pattern": [("5:19", "no pattern is named 'walking'")],
    "unknown-progression": [("5:25", "no progression is named 'axel'")],
    "unknown-section": [("4:22", "there is no section 'chours', here or in the genre 'tune'")],
    "unknown-track-key": [("5:10", "the key 'gian' is not known in tracks.bass")],
    "unknown-unit": [("5:16", "'-6 decibel' has the unknown unit 'decibel'; this takes dB")],
    "unknown-voice": [("5:17", "no voice is named 'hibari'")],
    "unordered-tempo": [("4:42", "5:1 does not come after 9:1")],
    "wrong-unit": [("5:16", "'-6 Hz' is in Hz, but this takes dB")],
    "sidechain-key": [
        ("6:41", "'from' is missing in tracks.bass.effects.0.sidechain"),
        ("6:42", "the key 'form' is not known in tracks.bass.effects.0.sidechain"),
    ],
    "unknown-groove": [("4:16", "no groove is named 'strait'")],
    "unknown-harmony": [("5:39", "'ninth-below' is not a harmony")],
}


def problems_of(path: Path | str, **options: object) -> tuple[Problem, ...]:
    with pytest.raises(ProjectError) as caught:
        load(path, band(), **options)  # type: ignore[arg-type]
    return caught.value.problems


def assert_well_told(problem: Problem) -> None:
    assert problem.place is not None, problem
    assert problem.place.line >= 1
    assert problem.place.column >= 1
    assert problem.place.file
    assert problem.message
    assert "\n" not in problem.message + problem.hint
    assert len(problem.message) < 500
    assert not any(word in problem.message + problem.hint for word in JARGON), problem


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_file_is_told_where_and_why(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    problems = problems_of(f"{name}.yaml")
    told = [(f"{problem.place.line}:{problem.place.column}", problem.message) for problem in problems if problem.place]
    assert [place for place, _ in told] == [place for place, _ in EXPECTED[name]]
    for (_, message), (_, words) in zip(told, EXPECTED[name], strict=True):
        assert message.startswith(words)
    for problem in problems:
        assert_well_told(problem)
        assert problem.severity == "error"


def test_each_broken_file_is_in_the_table() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(EXPECTED)


HEAD = "songwright: 1\ntitle: Song\ngenre: tune\n"
HOSTILE = {
    "null bytes": b"\x00\x01\x02\x03" * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "Latin-1": HEAD.encode() + b"artist: Caf\xe9\n",
    "half a character": HEAD.encode() + b"artist: \xe2\x82",
    "UTF-16": HEAD.encode("utf-16"),
    "UTF-32": HEAD.encode("utf-32"),
    "a control character": HEAD.encode() + b"artist: a\x07b\n",
    "a second byte-order mark": "\ufeff\ufeff".encode() + HEAD.encode(),
    "too large": HEAD.encode() + b"# " + b"x" * (1 << 20),
    "deep lists": HEAD.encode() + b"artist: " + b"[" * 200_000,
    "deep mappings": HEAD.encode() + b"artist: " + b"{a: " * 50_000,
    "deep dashes": HEAD.encode() + b"artist:\n" + b"- " * 200_000,
    "deep blocks": HEAD.encode() + b"".join(b" " * depth + b"a:\n" for depth in range(900)),
    "deep keys": HEAD.encode() + b"? " * 200_000,
    "a billion laughs": HEAD.encode()
    + b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (one + 1, one + 1, b", ".join([b"*%c" % one] * 9)) for one in b"abcdefgh"),
    "a long key": HEAD.encode() + b"x" * 100_000 + b": 1\n",
    "many unknown keys": HEAD.encode() + b"".join(b"k%d: 1\n" % number for number in range(20_000)),
    "many unknown effects": HEAD.encode() + b"master: {effects: [" + b"squeez, " * 20_000 + b"]}\n",
    "many circles": HEAD.encode()
    + b"buses:\n"
    + b"".join(b"  a%d: {to: b%d}\n  b%d: {to: a%d}\n" % ((number,) * 4) for number in range(2_000)),
    "a huge number": HEAD.encode() + b"tempo: " + b"9" * 5_000,
    "a huge exponent": HEAD.encode() + b"tempo: 1e999\n",
    "a long chord": HEAD.encode() + b"sections: {v: {chords: '" + b"I/" * 50_000 + b"'}}\n",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_bytes(HOSTILE[name])
    problems = problems_of(path)
    assert 1 <= len(problems) <= 200
    for problem in problems:
        assert_well_told(problem)
        assert all(len(line) <= 700 for line in str(problem).splitlines())


def test_the_place_of_a_byte_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_bytes(HOSTILE["Latin-1"])
    (problem,) = problems_of(path)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (4, 12)
    assert "0xE9" in problem.message


def test_a_byte_order_mark_is_no_part_of_the_song(tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load(path, band()).title == "Song"


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_bytes((HEAD + "tempoo: 1\n").replace("\n", "\r\n").encode())
    (problem,) = problems_of(path)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column, problem.place.text) == (4, 1, "tempoo: 1")


def test_a_missing_file_is_told_with_a_name_that_is_close(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(HEAD)
    (problem,) = problems_of(tmp_path / "harbor.yaml")
    assert "no such file" in problem.message
    assert "harbour.yaml" in problem.hint


@pytest.mark.parametrize("name", ["", "gone/song.yaml", "x" * 300, "a\0b"])
def test_a_name_that_is_no_file(name: str, tmp_path: Path) -> None:
    (problem,) = problems_of(f"{tmp_path}/{name}")
    assert_well_told(problem)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "song.yaml")
    (problem,) = problems_of(tmp_path / "song.yaml")
    assert "regular file" in problem.message


def test_a_link_may_not_lead_outside(tmp_path: Path) -> None:
    (tmp_path / "outside.mid").write_bytes(b"MThd")
    folder = tmp_path / "song"
    folder.mkdir()
    (folder / "inside.mid").symlink_to(tmp_path / "outside.mid")
    song = folder / "song.yaml"
    song.write_text(HEAD + "tracks: {riff: {instrument: reed, midi: inside.mid}}\n")
    (problem,) = problems_of(song)
    assert "outside the project's folder" in problem.message
    assert load(song, band(), allow_outside=True).tracks["riff"].midi == folder / "inside.mid"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mid").symlink_to("b.mid")
    (tmp_path / "b.mid").symlink_to("a.mid")
    song = tmp_path / "song.yaml"
    song.write_text(HEAD + "tracks: {riff: {instrument: reed, midi: a.mid}}\n")
    (problem,) = problems_of(song)
    assert_well_told(problem)


def test_projects_that_extend_each_other_are_named(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"{HEAD}extends: {other}.yaml\n")
    (problem,) = problems_of(tmp_path / "a.yaml")
    assert "a.yaml → b.yaml → c.yaml → a.yaml" in problem.message


def test_a_caret_stands_under_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    (problem,) = problems_of("wrong-unit.yaml")
    _, line, caret = str(problem).splitlines()
    assert line[caret.index("^") :] == "-6 Hz}"


def test_a_problem_inside_a_text_points_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    for name, word in (("bad-chord", "Xq7"), ("clip-bad-note", "H2"), ("clip-bad-length", "fast")):
        (problem,) = problems_of(f"{name}.yaml")
        assert problem.place is not None
        assert problem.place.text[problem.place.column - 1 :].startswith(word)


def test_errors_and_warnings_come_together(tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    song.write_text(HEAD + "tracks:\n  riff: {instrument: reed}\n  bass: {to: nowhere}\n")
    assert [problem.severity for problem in problems_of(song)] == ["warning", "error"]


def test_a_right_file_has_no_problems(tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    song.write_text(HEAD)
    assert load_checked(song, band()).problems == ()
