import mido
import numpy as np
import pytest

from arrangement.paper_band import TRACKS, band, project
from songwright.arrangement.arrange import arrange
from songwright.arrangement.clips import read_midi
from songwright.errors import ProjectError
from songwright.music.notes import between

PLUGINS = band()
ORDER = [{"use": "verse", "id": "v1"}, {"use": "chorus", "id": "c1"}]


def played(clips, **fields):
    tracks = TRACKS | {"bass": {"instrument": "keys", "pattern": "roots", "clips": clips}}
    return arrange(project(PLUGINS, arrangement=ORDER, tracks=tracks, **fields), PLUGINS)


def rows(notes):
    return [(row["beat"], row["length"], row["pitch"]) for row in notes]


def test_a_clip_replaces_the_pattern_where_it_stands_and_nowhere_else():
    plain = played([])
    song = played([{"at": "2:3", "notes": "E2:1/4 G2:1/8 r:1/8 [A2 C3]:1/2@0.5"}])
    bass, before = song.parts["bass"].notes, plain.parts["bass"].notes
    assert rows(between(bass, 6.0, 10.0)) == [(6.0, 1.0, 40.0), (7.0, 0.5, 43.0), (8.0, 2.0, 45.0), (8.0, 2.0, 48.0)]
    np.testing.assert_array_equal(between(bass, 10.0, 99.0), between(before, 10.0, 99.0))
    np.testing.assert_array_equal(between(bass, 0.0, 4.0), between(before, 0.0, 4.0))
    into = bass[bass["beat"] == 4.0][0]
    assert into["beat"] + into["length"] == 6.0  # the bass note under the clip is let go


def test_clips_stand_at_sections_and_repeat():
    song = played([{"at": "c1+1:2", "notes": "E2:1/4 r:1/4", "repeat": 3}])
    start = song.sections[1].start_beat + 4 + 2
    clip = between(song.parts["bass"].notes, start, start + 6)
    assert clip["beat"].tolist() == [start, start + 2, start + 4]


def test_clips_past_the_end_are_cut_and_unknown_sections_refused():
    song = played([{"at": "c1+7:3", "notes": "E2:1/4", "repeat": 8}])
    assert song.parts["bass"].notes["beat"].max() < song.end_beat
    with pytest.raises(ProjectError, match=r"names the section 'c9'.*v1, c1"):
        played([{"at": "c9", "notes": "E2:1/4"}])
    with pytest.raises(ProjectError, match=r"tracks.bass.clips\[0\].notes.*'H2'"):
        played([{"at": "1:1", "notes": "E2:1/4 H2"}])


def test_a_note_that_would_ring_past_the_end_of_the_song_ends_there():
    song = played([{"at": "c1+7:2", "notes": "E2:1/4 G2:99999999/1"}])
    assert rows(song.parts["bass"].notes[-2:]) == [(62.0, 1.0, 40.0), (63.0, 1.0, 43.0)]


def midi_file(path, channel=0, **more):
    file = mido.MidiFile(ticks_per_beat=96, **more)
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("set_tempo", tempo=250_000))
    for note, wait, length in ((60, 0, 96), (62, 48, 24), (64, 0, 192)):
        track.append(mido.Message("note_on", note=note, velocity=100, channel=channel, time=wait))
        track.append(mido.Message("note_on", note=note, velocity=0, channel=channel, time=length))
    drum = mido.MidiTrack([mido.Message("note_on", note=36, velocity=127, channel=9, time=96)])
    drum.append(mido.Message("note_off", note=36, velocity=0, channel=9, time=12))
    file.tracks.append(drum)
    file.save(str(path))
    return path


def test_midi_ticks_are_beats_and_its_tempo_is_not_the_songs(tmp_path):
    melodic = read_midi(midi_file(tmp_path / "riff.mid"), drums=False)
    assert rows(melodic) == [(0.0, 1.0, 60.0), (1.5, 0.25, 62.0), (1.75, 2.0, 64.0)]
    assert melodic["velocity"].tolist() == pytest.approx([100 / 127] * 3)
    assert rows(read_midi(tmp_path / "riff.mid", drums=True)) == [(1.0, 0.125, 36.0)]


def test_a_drum_file_on_another_channel_is_taken_whole(tmp_path):
    file = mido.MidiFile()
    file.tracks.append(
        mido.MidiTrack([mido.Message("note_on", note=38, time=0), mido.Message("note_off", note=38, time=480)])
    )
    file.save(str(tmp_path / "kit.mid"))
    assert rows(read_midi(tmp_path / "kit.mid", drums=True)) == [(0.0, 1.0, 38.0)]
    assert len(read_midi(tmp_path / "kit.mid", drums=False)) == 1


def test_a_tracks_file_plays_from_bar_one_to_the_end_of_its_last_bar(tmp_path):
    tracks = TRACKS | {"bass": {"instrument": "keys", "pattern": "roots", "midi": midi_file(tmp_path / "riff.mid")}}
    song = arrange(project(PLUGINS, arrangement=ORDER, tracks=tracks), PLUGINS)
    bass = song.parts["bass"].notes
    assert bass["pitch"][:3].tolist() == [60.0, 62.0, 64.0]
    assert bass["beat"][3] == 4.0  # the pattern goes on in the next bar
    clip = {"at": "3:1", "midi": tmp_path / "riff.mid"}
    song = played([clip])
    assert rows(between(song.parts["bass"].notes, 8.0, 12.0))[1] == (9.5, 0.25, 62.0)


def test_what_is_no_midi_file_is_the_projects_fault(tmp_path):
    (tmp_path / "text.mid").write_text("this is no MIDI file")
    with pytest.raises(ProjectError, match=r"tracks.bass.clips\[0\].midi.*cannot be read as MIDI"):
        played([{"at": "1:1", "midi": tmp_path / "text.mid"}])
    with pytest.raises(ProjectError, match="cannot be read as MIDI"):
        played([{"at": "1:1", "midi": tmp_path / "missing.mid"}])


def test_a_key_that_midi_does_not_know_is_the_projects_fault(tmp_path):
    whole = midi_file(tmp_path / "riff.mid").read_bytes()
    strange = b"\x00\xff\x59\x02\x07\x09"  # seven sharps, in the ninth mode
    at = whole.index(b"MTrk")
    length = int.from_bytes(whole[at + 4 : at + 8], "big") + len(strange)
    changed = whole[: at + 4] + length.to_bytes(4, "big") + strange + whole[at + 8 :]
    (tmp_path / "riff.mid").write_bytes(changed)
    with pytest.raises(ProjectError, match="cannot be read as MIDI: Could not decode key"):
        played([{"at": "1:1", "midi": tmp_path / "riff.mid"}])
