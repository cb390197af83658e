"""Names that the arrangement knows: grooves, and intervals of second voices."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import Problem
from songwright.music.feel import GROOVES
from songwright.music.interval import parse_harmony
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song


def check(song: Song) -> Iterator[Problem]:
    """The groove, and what backing voices sing."""
    groove = song.project.feel.groove
    if groove not in GROOVES:
        yield from song.error(("feel", "groove"), f"no groove is named {groove!r}", did_you_mean(groove, GROOVES))
    for name, track in song.project.tracks.items():
        if track.sings is None or track.sings.harmony is None:
            continue
        try:
            parse_harmony(track.sings.harmony)
        except ValueError as error:
            message, _, advice = str(error).partition("; ")
            yield from song.error(("tracks", name, "sings", "harmony"), message, advice)
