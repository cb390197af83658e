"""The songs that ship show what they say they show."""

from __future__ import annotations

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
