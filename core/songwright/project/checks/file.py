"""Files that the project names: there, readable, of their kind, and inside the project's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from songwright.errors import Problem
from songwright.project.checks.song import Song
from songwright.project.layers import is_outside
from songwright.project.origins import Path

_MIDI: tuple[str, tuple[bytes, ...]] = ("MIDI file", (b"MThd",))
#: Keys of the video that name files, their kinds, and what such files begin with.
_OF_VIDEO = (
    ("image", "PNG, JPEG or WebP picture", (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")),
    ("font", "TrueType or OpenType font", (b"\0\1\0\0", b"OTTO", b"true", b"ttcf")),
)


def check(song: Song) -> Iterator[Problem]:
    """MIDI files of tracks and clips, the picture and the font of the video."""
    for name, track in song.project.tracks.items():
        if track.midi:
            yield from _file(song, ("tracks", name, "midi"), track.midi, *_MIDI)
        for index, clip in enumerate(track.clips):
            if clip.midi:
                yield from _file(song, ("tracks", name, "clips", index, "midi"), clip.midi, *_MIDI)

    video = song.project.render.karaoke_video
    for key, kind, starts in _OF_VIDEO:
        if video and (file := getattr(video, key)):
            yield from _file(song, ("render", "karaoke_video", key), file, kind, starts)


def _file(song: Song, path: Path, file: FilePath, kind: str, starts: tuple[bytes, ...]) -> Iterator[Problem]:
    shown = repr(_relative(file, song.project.folder))
    if not song.allow_outside and is_outside(file, song.project.folder):
        hint = "copy it beside the project, or use --allow-outside"
        yield from song.error(path, f"the file {shown} lies outside the project's folder", hint)
        return
    try:
        with file.open("rb") as stream:
            start = stream.read(12)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        hint = "paths begin at the project file's folder"
        yield from song.error(path, f"the file {shown} cannot be read: {reason}", hint)
        return
    if not start.startswith(starts):
        yield from song.error(path, f"the file {shown} is not a {kind}", "its content is of another kind")


def _relative(file: FilePath, folder: FilePath) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)
