"""Melodies that voices take from notes and MIDI files, with and without words of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangement.paper_band import band, project
from songwright.arrangement.arrange import Arrangement, arrange
from songwright.arrangement.midilyrics import read_sung
from songwright.errors import ProjectError
from songwright.files.midi import write_midi
from songwright.music.lyrictext import read_lyrics

PLUGINS = band()
LEAD = {"voice": "anna", "sings": "melody"}
TUNE = [60, 62, 64, 65, 67]


def midi(path: Path, *tracks: tuple[str, list[tuple[float, int]], list[tuple[float, str]]], **how: Any) -> Path:
    """A file of tracks: name, notes of half a beat as (beat, pitch), texts as (beat, text)."""
    charset = how.get("charset", "utf-8")
    file = mido.MidiFile(ticks_per_beat=480, charset=charset)
    for channel, (name, played, texts) in enumerate(tracks):
        events: list[tuple[float, int, Any]] = [(0, -1, mido.MetaMessage("track_name", name=name))]
        events += [(beat, 0, mido.MetaMessage(how.get("kind", "lyrics"), text=text)) for beat, text in texts]
        for beat, pitch in played:
            events.append((beat, 1, mido.Message("note_on", channel=channel, note=pitch, velocity=90)))
            events.append((beat + how.get("length", 0.5), 2, mido.Message("note_off", channel=channel, note=pitch)))
        track, now = mido.MidiTrack(), 0
        for beat, _, message in sorted(events, key=lambda event: event[:2]):
            tick = round(beat * 480)
            track.append(message.copy(time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(str(path))
    return path


def sung(tracks: dict[str, Any], lyrics: str = "", bars: int = 4) -> Arrangement:
    sections = {"verse": {"bars": bars, "lyrics": lyrics}}
    return arrange(project(PLUGINS, arrangement=["verse"], sections=sections, tracks=tracks), PLUGINS)


def heard(song: Arrangement, track: str = "lead") -> list[tuple[float, int, str]]:
    part = song.parts[track]
    return [
        (float(note["beat"]), int(note["pitch"]), part.syllables[note["lyric"]].text if note["lyric"] >= 0 else "")
        for note in part.notes
    ]


NOTES = [(float(beat), TUNE[beat]) for beat in range(5)]
#: Dialects of the same words: "Harbour lights, / home" on five notes, "lights" held over two.
DIALECTS: dict[str, tuple[str, list[tuple[float, str]]]] = {
    "hyphens": ("lyrics", [(0, "Har-"), (1, "bour"), (2, "lights,"), (4, "home")]),
    "own": ("lyrics", [(0, "Har-"), (1, "bour "), (2, "lights, "), (4, "home ")]),
    "rp026": ("lyrics", [(0, "Har"), (1, "bour "), (2, "lights,\r"), (4, "home\r")]),
    "leading": ("lyrics", [(0, "Har"), (1, "bour"), (2, " lights,"), (4, " home")]),
    "dashes": ("lyrics", [(0, "Har-"), (1, "bour"), (2, "lights,"), (3, "-"), (4, "home")]),
    "kar": ("text", [(0, "@KMIDI KARAOKE FILE"), (0, "\\Har"), (1, "bour"), (2, " lights,"), (4, "/home")]),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_words_of_a_midi_file_are_read_in_each_dialect(dialect: str, tmp_path: Path) -> None:
    kind, texts = DIALECTS[dialect]
    played, lyrics = read_sung(midi(tmp_path / "a.mid", ("lead", NOTES, texts), kind=kind), "lead")
    broken = dialect in ("rp026", "kar")
    assert lyrics == ("Har-bour lights, _\nhome" if broken else "Har-bour lights, _ home")
    assert played["pitch"].tolist() == TUNE


def test_a_voice_sings_a_midi_file_with_its_words(tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("lead", NOTES, DIALECTS["rp026"][1]))
    song = sung({"lead": {"voice": "anna", "midi": file}})
    assert heard(song) == [(0, 60, "Har"), (1, 62, "bour"), (2, 64, "lights,"), (3, 65, "lights,"), (4, 67, "home")]
    assert [syllable.line for syllable in song.parts["lead"].syllables] == [0, 0, 0, 1]
    assert song.warnings == ()


def test_of_several_tracks_the_words_find_their_line_and_the_singer_its_own(tmp_path: Path) -> None:
    chords = [(float(beat), pitch) for beat in range(0, 8, 2) for pitch in (40, 47)]
    other = [(beat + 8, pitch + 12) for beat, pitch in NOTES]
    file = midi(
        tmp_path / "a.mid",
        ("keys", chords, []),
        ("Words", [], DIALECTS["rp026"][1]),
        ("tune", NOTES, []),
        ("ben", other, [(beat + 8, "la ") for beat in range(5)]),
    )
    assert read_sung(file, "lead")[0]["pitch"].tolist() == [pitch for _, pitch in other]  # most words
    named = midi(tmp_path / "b.mid", ("ben", other, [(8, "oh ")]), ("lead", [], DIALECTS["own"][1]), ("t", NOTES, []))
    played, lyrics = read_sung(named, "Lead")
    assert (played["pitch"].tolist(), lyrics) == (TUNE, "Har-bour lights, _ home")


def test_written_words_go_before_the_files_own(tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("lead", NOTES, DIALECTS["own"][1]))
    clip = {"at": "2:1", "midi": file, "lyrics": "now ev-ery-thing flows"}
    song = sung({"lead": {"voice": "anna", "clips": [clip]}})
    assert [text for _, _, text in heard(song)] == ["now", "ev", "ery", "thing", "flows"]
    assert heard(song)[0][0] == 4.0
    short = sung({"lead": {"voice": "anna", "clips": [clip | {"lyrics": "oh"}]}})
    (warning,) = short.warnings
    assert warning.startswith("track 'lead', the clip at beat 4: 'oh': 1 syllable for 5 notes; the last one is held.")
    assert warning.endswith("Say where to hold with _: oh _ _ _ _")


@pytest.mark.parametrize("source", ["midi", "clip", "instrument"])
def test_the_sections_words_are_sung_on_a_melody_from_elsewhere(source: str, tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("tune", NOTES, []))
    written = "C4:1/8 r D4:1/8 r E4 r F4 r G4 r r:3/4"
    tracks: dict[str, Any] = {
        "midi": {"lead": LEAD | {"midi": file}},
        "clip": {"lead": LEAD | {"clips": [{"at": "1:1", "notes": written}]}},
        "instrument": {"tune": {"instrument": "keys", "pattern": "hum", "midi": file}, "lead": LEAD},
    }[source]
    backing = {"back": {"voice": "anna", "sings": {"harmony": "octave-above"}}}
    song = sung(tracks | backing, "Har-bour lights, _ home", bars=2)
    assert song.warnings == ()
    assert [(beat, text) for beat, _, text in heard(song)] == [
        (0, "Har"), (1, "bour"), (2, "lights,"), (3, "lights,"), (4, "home"),
    ]  # fmt: skip
    assert [pitch % 12 for _, pitch, _ in heard(song)] == [pitch % 12 for pitch in TUNE]
    assert [(beat, pitch % 12, text) for beat, pitch, text in heard(song, "back")] == [
        (beat, pitch % 12, text) for beat, pitch, text in heard(song)
    ]


def test_a_song_comes_back_from_the_midi_file_that_was_written_of_it(tmp_path: Path) -> None:
    song = sung({"lead": LEAD}, "Har-bour lights are _ call-ing home\nEv-'ry wave a sto-ry _")
    write_midi(song, tmp_path / "song.mid")
    again = sung({"lead": {"voice": "anna", "midi": tmp_path / "song.mid"}})
    assert [row[1:] for row in heard(again)] == [row[1:] for row in heard(song)]
    assert [row[0] for row in heard(again)] == pytest.approx([row[0] for row in heard(song)], abs=1 / 480)


def test_a_word_on_one_note_is_one_syllable_however_it_is_spelled(tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("lead", NOTES, [(0, "every "), (1, "riv"), (2, "er "), (3, "fire "), (4, "oh ")]))
    assert read_sung(file, "lead")[1] == "every- riv-er fire oh"
    song = sung({"lead": {"voice": "anna", "midi": file}})
    assert [text for *_, text in heard(song)] == ["every", "riv", "er", "fire", "oh"]


def test_words_in_latin_1_are_read(tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("lead", NOTES[:1], [(0, "für")]), charset="latin1")
    assert read_sung(file, "lead")[1] == "für"


def test_a_file_without_words_is_sung_without_any(tmp_path: Path) -> None:
    file = midi(tmp_path / "a.mid", ("lead", NOTES, []))
    assert [text for *_, text in heard(sung({"lead": {"voice": "anna", "midi": file}}))] == [""] * 5


def test_a_file_that_is_no_midi_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\0\0")
    with pytest.raises(ProjectError, match=r"tracks.lead.midi.*cannot be read as MIDI"):
        sung({"lead": {"voice": "anna", "midi": tmp_path / "a.mid"}})


@given(st.lists(st.tuples(st.integers(0, 12), st.text("ab -_[]:/\\\r\n~", max_size=6)), min_size=1, max_size=12))
def test_whatever_texts_a_file_has_each_note_has_a_sound(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[int, str]]
) -> None:
    path = tmp_path_factory.mktemp("midi") / "a.mid"
    file = midi(path, ("lead", NOTES, [(float(beat) / 2, text) for beat, text in texts]))
    played, lyrics = read_sung(file, "lead")
    if lyrics:
        text = read_lyrics(lyrics)
        assert not text.tags
        assert not [flaw for flaw in text.flaws if flaw.severity == "error"]
        assert sum(line.notes for line in text.lines) <= len(played)
