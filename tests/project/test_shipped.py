"""The songs that ship, and each genre in each mood, load without a doubt and resolve to themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from songwright.plugins import installed_plugins
from songwright.presets import preset_names, preset_path
from songwright.project.load import load_checked, resolved_yaml

PLUGINS = installed_plugins()
WISHES = [(entry.name, mood) for entry in PLUGINS.all("genre") for mood in entry.component.moods]


def assert_right(song: Path, folder: Path) -> None:
    loaded = load_checked(song, PLUGINS)
    assert loaded.problems == ()
    again = folder / "again.yaml"
    again.write_text(resolved_yaml(loaded), encoding="utf-8")
    project = load_checked(again, PLUGINS).project
    assert project == loaded.project.model_copy(update={"folder": project.folder})


@pytest.mark.parametrize("name", preset_names())
def test_a_song_that_ships_is_right(name: str, tmp_path: Path) -> None:
    assert_right(preset_path(name), tmp_path)


@pytest.mark.parametrize(("genre", "mood"), WISHES)
def test_a_genre_is_right_in_each_mood(genre: str, mood: str, tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    for seed in range(4):
        song.write_text(f"songwright: 1\ntitle: Song\ngenre: {genre}\nmood: {mood}\nseed: {seed}\n")
        assert_right(song, tmp_path)
