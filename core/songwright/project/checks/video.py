"""The karaoke video: its singers are there, and no colour was lost to YAML."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import Problem
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.origins import Path, find

_VIDEO: Path = ("render", "karaoke_video")


def check(song: Song) -> Iterator[Problem]:
    """Colours of the video."""
    video = song.project.render.karaoke_video
    if video is None:
        return
    singers = [name for name, track in song.project.tracks.items() if track.voice]
    for name in video.colours:
        if name not in singers:
            path = (*_VIDEO, "colours", name)
            yield from song.error(
                path, f"nobody who sings is called {name!r}", did_you_mean(name, singers), on_key=True
            )
    for path in ((*_VIDEO, "background"), (*_VIDEO, "text"), *((*_VIDEO, "colours", name) for name in singers)):
        node = find(song.document, path)
        if node is not None and node.value in (None, (None,)) and "#" in node.origin.place.text:
            hint = 'write it in quotes, as in text: "#ffd34d"'
            yield from song.warning(path, "YAML takes # and what follows for a comment: no colour is set", hint)
