"""The songs that ship show what they say they show."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from songwright.arrangement.arrange import arrange
from songwright.plugins import installed_plugins
from songwright.presets import preset_names, preset_path
from songwright.project.load import load, load_checked


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_right_and_leaves_no_doubt(name: str) -> None:
    plugins = installed_plugins()
    loaded = load_checked(preset_path(name), plugins)
    assert not loaded.problems
    assert not arrange(loaded.project, plugins).warnings


def test_first_light_uses_the_whole_desk() -> None:
    project = load(preset_path("first-light"))
    assert len(project.tracks) >= 9
    assert sum(len(track.sends) for track in project.tracks.values()) >= 5
    assert any(effect.sidechain for track in project.tracks.values() for effect in track.effects)
    assert {lane.target for lane in project.automation} >= {"master.gain", "melody.echo"}
    assert any(track.clips for track in project.tracks.values())
    assert project.tempo[-1].over is not None


def test_the_tempo_ramps_into_the_last_choruses() -> None:
    plugins = installed_plugins()
    arrangement = arrange(load(preset_path("first-light"), plugins), plugins)
    third = next(section for section in arrangement.sections if section.id == "c3")
    bpm = [float(arrangement.time_map.bpm(third.start_beat - beats)) for beats in (8.5, 4.0, 0.0)]
    assert bpm == pytest.approx([98.0, 101.0, 104.0], abs=0.01)


def test_the_smallest_has_three_lines() -> None:
    assert len(preset_path("smallest").read_text().splitlines()) == 3


def test_written_out_is_played_by_its_own_tracks_alone() -> None:
    project = load(preset_path("written-out"))
    assert set(project.tracks) == {"tune", "picking", "low", "kit"}
    assert set(project.buses) == {"trio", "hall"}
    assert all(track.clips and track.pattern is None for track in project.tracks.values())


SUNG = [name for name in preset_names() if "sings: melody" in preset_path(name).read_text()]


def test_a_ballad_an_up_tempo_song_and_a_rapped_one_are_sung() -> None:
    songs = {name: load(preset_path(name)) for name in SUNG}
    assert songs["harbour-lights"].tempo[0].bpm <= 85 < 120 <= songs["summer-signal"].tempo[0].bpm
    assert any(t.sings and t.sings.mode == "rap" for t in songs["corner-story"].tracks.values())
    for song in songs.values():
        assert any(track.sings and track.sings.harmony for track in song.tracks.values())
        ducked = [effect for bus in song.buses.values() for effect in bus.effects if effect.name == "ducker"]
        assert ducked
        assert ducked[0].sidechain


@pytest.mark.parametrize("name", SUNG)
def test_what_is_sung_can_be_sung(name: str) -> None:
    """Inside the voice's range, no harsh leaps, phrase ends held, room to breathe between phrases."""
    plugins = installed_plugins()
    arrangement = arrange(load(preset_path(name), plugins), plugins)
    tracks = arrangement.project.tracks
    singers = [one for one, track in tracks.items() if track.sings and track.sings.mode == "sing"]
    low, high = plugins.get("voice", "hibari").midi_range
    for part in (arrangement.parts[one] for one in singers):
        assert low <= part.notes["pitch"].min() <= part.notes["pitch"].max() <= high
        lines = np.array([(part.syllables[index].section, part.syllables[index].line) for index in part.notes["lyric"]])
        cuts = np.flatnonzero(np.any(lines[1:] != lines[:-1], axis=1)) + 1
        phrases = np.split(part.notes, cuts)
        for phrase, following in itertools.zip_longest(phrases, phrases[1:]):
            assert np.max(np.abs(np.diff(phrase["pitch"])), initial=0.0) <= 7.0
            assert phrase["length"][-1] >= 0.9
            if following is not None:
                assert following["beat"][0] - phrase["beat"][-1] - phrase["length"][-1] >= 0.4
