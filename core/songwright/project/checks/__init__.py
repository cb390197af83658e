"""Beyond shapes: what is written means something that can be played. Nothing here renders.

Each check is a generator over a :class:`~songwright.project.checks.song.Song` that yields problems.
"""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import Problem
from songwright.project.checks import feel, file, identity, lyric, note, profile, routing, style, timeline, track, video
from songwright.project.checks.song import Song

_CHECKS = (
    identity.check,
    routing.check,
    track.check,
    style.check,
    timeline.check,
    note.check,
    lyric.check,
    feel.check,
    profile.check,
    file.check,
    video.check,
)


def check(song: Song) -> Iterator[Problem]:
    """All problems of meaning. What follows from a problem of shape is left out: it is reported already."""
    for one in _CHECKS:
        yield from one(song)
