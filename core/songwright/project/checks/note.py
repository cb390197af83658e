"""Written notes and chords can be read, and lie where their instrument or singer sounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from songwright.errors import Problem
from songwright.music.chord import parse_progression
from songwright.music.cliptext import ClipError, ClipNote, parse_clip
from songwright.music.pitch import Key, note_name
from songwright.project.checks.song import Song
from songwright.project.model import Clip, Track
from songwright.project.origins import Path
from songwright.units import parse_quantity

#: How the music core names a place in a text; a problem points there instead.
_OFFSET = re.compile(r" \(?at offset (\d+) of (?:'.*'|\".*\")\)?", re.DOTALL)


def check(song: Song) -> Iterator[Problem]:
    """Clips and chords."""
    for name, track in song.project.tracks.items():
        for index, clip in enumerate(track.clips):
            yield from _clip(song, ("tracks", name, "clips", index), clip, track)
    for name, material in song.project.sections.items():
        yield from _chords(song, ("sections", name, "chords"), material.chords, material.bars)
    for index, placement in enumerate(song.project.arrangement or ()):
        yield from _chords(song, ("arrangement", index, "chords"), placement.chords, placement.bars)


def _clip(song: Song, path: Path, clip: Clip, track: Track) -> Iterator[Problem]:
    if clip.midi and clip.notes is not None:
        yield from song.error((*path, "midi"), "a clip has notes and a MIDI file", "take one of them")
    elif not clip.midi and clip.notes is None:
        yield from song.error(
            (*path, "notes"), "a clip has neither notes nor a MIDI file", 'as in `notes: "E2:1/4 G2"`'
        )
    if clip.notes is None:
        return
    place = (*path, "notes")
    try:
        notes = parse_clip(clip.notes)
    except ClipError as error:
        for problem in song.error(place, str(error)):
            yield song.column(place, problem, error.offset)
        return
    yield from _range(song, place, notes, track)
    yield from _end(song, path, clip, notes[-1])


def _range(song: Song, path: Path, notes: tuple[ClipNote, ...], track: Track) -> Iterator[Problem]:
    kind, name = (
        ("voice", track.voice.use[0])
        if track.voice
        else ("instrument", track.instrument.name if track.instrument else "")
    )
    entries = song.plugins.entries.get((kind, name))
    if not entries:
        return
    moved = parse_quantity(track.voice.params.get("transpose", 0), "semitones") if track.voice else 0
    low, high = (limit - moved for limit in entries[0].component.midi_range)  # as they are written
    outside = sorted({pitch for note in notes for pitch in note.pitches if not low <= pitch <= high})
    if outside:
        names = ", ".join(note_name(pitch) for pitch in outside[:5])
        message = f"{names} {'is' if len(outside) == 1 else 'are'} outside the range of the {kind} {name!r}"
        first = next(note for note in notes if not set(outside).isdisjoint(note.pitches))
        for problem in song.warning(path, message, f"it sounds well from {note_name(low)} to {note_name(high)}"):
            yield song.column(path, problem, first.offset)


def _end(song: Song, path: Path, clip: Clip, last: ClipNote) -> Iterator[Problem]:
    start = song.beat(clip.at)
    if start is None or song.bars is None:
        return
    end, song_end = start + float(last.end) * clip.repeat, song.time_map.bar_start(song.bars + 1)
    if start < song_end < end - 1e-6:
        message = f"the clip goes on for {end - song_end:g} beats past the end of the song"
        for problem in song.warning((*path, "notes"), message, "what lies past the end is not heard"):
            yield song.column((*path, "notes"), problem, last.offset)


def _chords(song: Song, path: Path, chords: object, bars: int | None) -> Iterator[Problem]:
    if isinstance(chords, str):
        try:
            written = sum(beats for beats, _ in parse_progression(chords, Key.parse(song.project.key[0].key), 4)) / 4
            if bars and written > bars:
                message = f"{written} bars of chords do not fit into {bars} bar{'s' if bars > 1 else ''}"
                yield from song.warning(path, message, "what lies past the section's end is not heard")
        except ValueError as error:
            offset = _OFFSET.search(str(error))
            for problem in song.error(path, _OFFSET.sub("", str(error))):
                yield song.column(path, problem, int(offset[1]) - 1) if offset else problem
