"""Files that the project names: there, readable, MIDI, and inside the project's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from songwright.errors import Problem
from songwright.project.checks.song import Song
from songwright.project.layers import is_outside
from songwright.project.origins import Path


def check(song: Song) -> Iterator[Problem]:
    """MIDI files of tracks and clips."""
    for name, track in song.project.tracks.items():
        if track.midi:
            yield from _midi(song, ("tracks", name, "midi"), track.midi)
        for index, clip in enumerate(track.clips):
            if clip.midi:
                yield from _midi(song, ("tracks", name, "clips", index, "midi"), clip.midi)


def _midi(song: Song, path: Path, file: FilePath) -> Iterator[Problem]:
    shown = repr(_relative(file, song.project.folder))
    if not song.allow_outside and is_outside(file, song.project.folder):
        hint = "copy it beside the project, or use --allow-outside"
        yield from song.error(path, f"the file {shown} lies outside the project's folder", hint)
        return
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        hint = "paths begin at the project file's folder"
        yield from song.error(path, f"the file {shown} cannot be read: {reason}", hint)
        return
    if start != b"MThd":
        yield from song.error(path, f"the file {shown} is not a MIDI file", "a standard MIDI file begins with MThd")


def _relative(file: FilePath, folder: FilePath) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)
