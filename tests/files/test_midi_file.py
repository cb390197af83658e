from __future__ import annotations

import mido
import numpy as np
import pretty_midi
import pytest

from fake_desk import play
from songwright.arrangement.model import Part, Syllable
from songwright.files.midi import TICKS_PER_BEAT, write_midi
from songwright.music.notes import notes

TEMPO = [{"at": "1:1", "bpm": 96}, {"at": "2:1", "bpm": 132, "over": "1 bar"}]
METER = [{"at": "1:1", "meter": "4/4"}, {"at": "4:1", "meter": "7/8"}]
KEYS = [{"at": "1:1", "key": "Eb major"}, {"at": "3:1", "key": "C# minor"}]
TRACKS = {
    "lead": {"instrument": "tone", "clips": [{"at": "1:1", "notes": "Eb4:1/4 G4:1/8 Bb4:1/8 r:1/2 Eb4:1/1"}]},
    "chords-2": {"instrument": "tone", "clips": [{"at": "2:1", "notes": "[C4 E4 G4]:1/2 [C4 E4 G4]:1/2@0.3"}]},
    "drums": {"instrument": "click", "clips": [{"at": "1:1", "notes": "C2:1/4", "repeat": 8}]},
}


@pytest.fixture(scope="module")
def arrangement(tmp_path_factory):
    folder = tmp_path_factory.mktemp("midi")
    fields = {"tempo": TEMPO, "meter": METER, "key": KEYS, "title": "Тест"}
    song = play(folder, TRACKS, sections={"part": {"bars": 4, "chords": "| I | V7/2 |"}}, **fields)
    hands = song.parts["lead"].notes.copy()
    hands["shift_s"] = [0.0, 0.011, -0.007, 0.004]
    parts = dict(song.parts) | {"lead": Part("lead", "melody", hands)}
    return type(song)(song.project, song.time_map, song.sections, song.chords, parts)


@pytest.fixture(scope="module")
def path(arrangement, tmp_path_factory):
    path = tmp_path_factory.mktemp("midi") / "song.mid"
    write_midi(arrangement, path, drums={"drums"})
    return path


def events(track):
    now, found = 0, []
    for message in track:
        now += message.time
        found.append((now, message))
    return found


def test_mido_reads_tracks_by_name(path):
    file = mido.MidiFile(path, charset="utf-8")
    assert (file.type, file.ticks_per_beat) == (1, TICKS_PER_BEAT)
    assert [track.name for track in file.tracks] == ["Тест", "chords", "lead", "chords-2", "drums"]
    channels = [{message.channel for message in track if message.type == "note_on"} for track in file.tracks[2:]]
    assert channels == [{0}, {1}, {9}]


def test_meters_keys_sections_and_chords_stand_in_their_places(arrangement, path):
    file = mido.MidiFile(path, charset="utf-8")
    found = events(file.tracks[0])
    meters = [(tick, m.numerator, m.denominator) for tick, m in found if m.type == "time_signature"]
    assert meters == [(0, 4, 4), (12 * TICKS_PER_BEAT, 7, 8)]
    assert [(tick, m.key) for tick, m in found if m.type == "key_signature"] == [
        (0, "Eb"),
        (8 * TICKS_PER_BEAT, "C#m"),
    ]
    assert [(tick, m.text) for tick, m in found if m.type == "marker"] == [(0, "part")]
    chords = [(tick / TICKS_PER_BEAT, m.text) for tick, m in events(file.tracks[1]) if m.type == "text"]
    assert chords == [(span.start_beat, span.chord.symbol) for span in arrangement.chords]


def test_pretty_midi_hears_every_note_when_it_was_played(arrangement, path):
    read = pretty_midi.PrettyMIDI(str(path))
    time_map = arrangement.time_map
    for instrument, part in zip(read.instruments, arrangement.parts.values(), strict=True):
        assert instrument.name == part.track
        assert instrument.is_drum == (part.track == "drums")
        heard = sorted((note.start, note.pitch, note.end, note.velocity) for note in instrument.notes)
        starts = time_map.seconds(part.notes["beat"]) + part.notes["shift_s"]
        ends = time_map.seconds(part.notes["beat"] + part.notes["length"]) + part.notes["shift_s"]
        played = sorted(zip(starts, part.notes["pitch"], ends, np.rint(part.notes["velocity"] * 127), strict=True))
        np.testing.assert_allclose(np.array(heard), np.array(played), atol=0.0008)  # a tick is 1.3 ms


def test_a_ramp_that_the_next_tempo_cuts_short_ends_there(tmp_path):
    tempo = [{"at": "1:1", "bpm": 100}, {"at": "2:1", "bpm": 140, "over": "8 bars"}, {"at": "4:1", "bpm": 90}]
    song = play(tmp_path, TRACKS, sections={"part": {"bars": 12, "chords": "| I |"}}, tempo=tempo)
    write_midi(song, tmp_path / "song.mid")
    read = pretty_midi.PrettyMIDI(str(tmp_path / "song.mid"))
    ticks = np.arange(0, 48 * TICKS_PER_BEAT, 30)
    heard = np.array([read.tick_to_time(int(tick)) for tick in ticks])
    np.testing.assert_allclose(heard, song.time_map.seconds(ticks / TICKS_PER_BEAT), atol=2e-3)


@pytest.mark.parametrize("over", ["1/8t", "3/7", "5 beats"])
def test_a_ramp_of_any_length_ends_in_time(tmp_path, over):
    tempo = [{"at": "1:1", "bpm": 60}, {"at": "1:2", "bpm": 240, "over": over}]
    song = play(tmp_path, TRACKS, sections={"part": {"bars": 4, "chords": "| I |"}}, tempo=tempo)
    write_midi(song, tmp_path / "song.mid")
    read = pretty_midi.PrettyMIDI(str(tmp_path / "song.mid"))
    assert read.tick_to_time(12 * TICKS_PER_BEAT) == pytest.approx(song.time_map.seconds(12.0), abs=1e-3)


def test_a_ramp_keeps_time(arrangement, path):
    read = pretty_midi.PrettyMIDI(str(path))
    for beat in np.arange(0.0, 15.0, 0.25):
        exact = arrangement.time_map.seconds(float(beat))
        assert read.tick_to_time(round(beat * TICKS_PER_BEAT)) == pytest.approx(exact, abs=2e-5)


def test_a_note_that_is_struck_again_is_let_go_first(arrangement, tmp_path):
    rows = [(0.0, 4.0, 60, 0.8), (1.0, 1.0, 60, 0.8), (1.0, 2.0, 60, 0.5), (2.0, 1.0, 61, 0.5)]
    parts = {"a": Part("a", "written", notes(rows))}
    song = type(arrangement)(arrangement.project, arrangement.time_map, arrangement.sections, (), parts)
    write_midi(song, tmp_path / "a.mid")
    sounding = set()
    for _, message in events(mido.MidiFile(tmp_path / "a.mid").tracks[2]):
        if message.type == "note_on":
            assert message.note not in sounding
            sounding.add(message.note)
        elif message.type == "note_off":
            sounding.remove(message.note)
    assert not sounding


def test_lyrics_stand_on_their_notes(arrangement, tmp_path):
    syllables = (
        Syllable("har", "harbour", True, 0, "part"),
        Syllable("bour", "harbour", False, 0, "part"),
        Syllable("lights", "lights", True, 0, "part"),
    )
    rows = [(0.0, 1.0, 60, 0.8, 0, 0), (1.0, 1.0, 62, 0.8, 0, 1), (2.0, 1.0, 64, 0.8, 0, -1), (3.0, 1.0, 65, 0.8, 0, 2)]
    song = type(arrangement)(
        arrangement.project,
        arrangement.time_map,
        arrangement.sections,
        (),
        {"lead": Part("lead", "voice", notes(rows), syllables)},
    )
    write_midi(song, tmp_path / "a.mid")
    found = [
        (t // TICKS_PER_BEAT, m.text)
        for t, m in events(mido.MidiFile(tmp_path / "a.mid").tracks[2])
        if m.type == "lyrics"
    ]
    assert found == [(0, "har-"), (1, "bour "), (3, "lights ")]


def test_the_same_song_gives_the_same_bytes(arrangement, path, tmp_path):
    write_midi(arrangement, tmp_path / "again.mid", drums={"drums"})
    assert (tmp_path / "again.mid").read_bytes() == path.read_bytes()
