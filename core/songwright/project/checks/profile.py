"""Voice profiles that tracks name: there, readable, and files inside the project's folder."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import Problem
from songwright.profiles.library import find_profile, is_path, library
from songwright.profiles.profile import ProfileError
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.layers import is_outside


def check(song: Song) -> Iterator[Problem]:
    """Profiles of voice tracks."""
    for name, track in song.project.tracks.items():
        if track.voice is None or track.voice.profile is None:
            continue
        path, profile = ("tracks", name, "voice", "profile"), track.voice.profile
        if is_path(profile):
            if not song.allow_outside and is_outside(song.project.folder / profile, song.project.folder):
                hint = "copy it beside the project, or use --allow-outside"
                yield from song.error(path, f"the file {profile!r} lies outside the project's folder", hint)
                continue
        elif profile not in (names := library().names()):
            hint = did_you_mean(profile, names) or "`songwright voices profile add` makes one from a recording"
            yield from song.error(path, f"there is no voice profile {profile!r}", hint)
            continue
        try:
            find_profile(profile, song.project.folder)
        except ProfileError as error:
            yield from song.error(path, str(error))
