"""A project that takes a track or bus of its genre away takes what the genre hangs on it away, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from songwright.errors import ProjectError
from songwright.project.load import load
from songwright.project.model import Project


def _load(tmp_path: Path, more: str) -> Project:
    path = tmp_path / "song.yaml"
    path.write_text(f"songwright: 1\ntitle: Absent\ngenre: pop\nmood: bright\n{more}\n")
    return load(path)


def test_every_track_of_the_genre_can_be_taken_away(tmp_path: Path) -> None:
    tracks = list(_load(tmp_path, "").tracks)
    assert "drums" in tracks
    for name in tracks:
        project = _load(tmp_path, f"tracks: {{{name}: null}}")
        assert name not in project.tracks
        listened = {
            effect.sidechain.source
            for strip in (*project.tracks.values(), *project.buses.values())
            for effect in strip.effects
            if effect.sidechain
        }
        assert name not in listened


def test_every_bus_of_the_genre_can_be_taken_away(tmp_path: Path) -> None:
    for name in _load(tmp_path, "").buses:
        project = _load(tmp_path, f"buses: {{{name}: null}}")
        routes = {strip.to for strip in (*project.tracks.values(), *project.buses.values())}
        sends = {send.to for strip in (*project.tracks.values(), *project.buses.values()) for send in strip.sends}
        assert name not in routes | sends


def test_what_the_project_itself_says_about_a_removed_track_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="drums"):
        _load(
            tmp_path,
            "tracks:\n  drums: null\n  pad: {effects: [{use: ducker, sidechain: {from: drums}}]}",
        )
