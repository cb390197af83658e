"""Lyrics that have no room: more syllables than their bars, or their notes, can carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from songwright.errors import Problem
from songwright.music.cliptext import parse_clip
from songwright.project.checks.song import Song
from songwright.project.origins import Path

SYLLABLES_A_BEAT = 2  # a quarter note: even eighths, bar after bar, is as fast as a melody goes
HOLD = "_"


def check(song: Song) -> Iterator[Problem]:
    """Lyrics of sections and of clips."""
    for name, material in song.project.sections.items():
        yield from _section(song, ("sections", name, "lyrics"), material.lyrics, material.bars)
    for index, placement in enumerate(song.project.arrangement or ()):
        material_bars = song.project.sections[placement.use].bars if placement.use in song.project.sections else None
        yield from _section(song, ("arrangement", index, "lyrics"), placement.lyrics, placement.bars or material_bars)
    for name, track in song.project.tracks.items():
        for index, clip in enumerate(track.clips):
            if clip.lyrics and clip.notes:
                yield from _clip(song, ("tracks", name, "clips", index, "lyrics"), clip.lyrics, clip.notes)


def syllables(lyrics: str) -> int:
    """How many syllables are written: ``-`` splits a word, whatever else stands between spaces is one.

    >>> syllables("Har-bour lights are call-ing home")
    7
    """
    return sum(1 for part in re.split(r"[\s-]+", lyrics) if any(letter.isalnum() for letter in part))


def _section(song: Song, path: Path, lyrics: str | None, bars: int | None) -> Iterator[Problem]:
    if not lyrics or not bars:
        return
    count, beats = syllables(lyrics), song.time_map.meter(1).beats * bars
    most = int(SYLLABLES_A_BEAT * beats)
    if count > most:
        message = f"{count} syllables do not fit into {bars} bar{'s' if bars > 1 else ''}"
        yield from song.warning(path, message, f"{most} are the most; shorten the lyrics or give the section more bars")


def _clip(song: Song, path: Path, lyrics: str, notes: str) -> Iterator[Problem]:
    try:
        sung = sum(1 for note in parse_clip(notes) if note.pitches)
    except ValueError:
        return  # reported with the notes
    count = syllables(lyrics) + lyrics.split().count(HOLD)
    if count > sung:
        message = f"{count} syllables and holds do not fit {sung} notes"
        yield from song.warning(path, message, "each syllable and each _ takes a note")
