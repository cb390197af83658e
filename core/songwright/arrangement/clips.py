"""Written notes: clips and MIDI files, which replace a track's pattern where they stand.

They sound as written: a playing that transposes its section moves chords and patterns, not these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songwright.arrangement.clock import beat_of
from songwright.arrangement.midifile import DRUM_CHANNEL, open_midi, struck
from songwright.arrangement.midilyrics import read_sung
from songwright.errors import Problem, ProjectError
from songwright.music.cliptext import parse_clip
from songwright.music.notes import NOTE, Notes, in_order, join, notes
from songwright.music.time import TimeMap
from songwright.project.model import Clip, Track


@dataclass(frozen=True)
class Written:
    """Notes that stand in ``[start_beat, end_beat)`` in place of the pattern's."""

    start_beat: float
    end_beat: float
    notes: Notes
    lyrics: str = ""
    is_checked: bool = False  # whether lyrics and notes were compared when the project was read


def written_clips(
    name: str, track: Track, time_map: TimeMap, first_bars: Mapping[str, int], drums: bool
) -> tuple[Written, ...]:
    """A track's clips and its MIDI file in time, in the order in which they take the place of others."""
    found = []
    singer = name if track.voice else ""
    if track.midi is not None:
        found.append(_midi_clip(f"tracks.{name}.midi", track.midi, 0.0, time_map, drums, singer))
    for index, clip in enumerate(track.clips):
        start = beat_of(clip.at, time_map, first_bars)
        found.append(_clip(f"tracks.{name}.clips[{index}]", clip, start, time_map, drums, singer))
    return tuple(found)


def replace_where_written(played: Notes, written: Iterable[Written]) -> Notes:
    """The played notes with each clip's notes in their place; what rings into a clip ends at it."""
    for clip in written:
        outside = (played["beat"] < clip.start_beat - 1e-9) | (played["beat"] >= clip.end_beat - 1e-9)
        kept = played[outside].copy()
        into = (kept["beat"] < clip.start_beat) & (kept["beat"] + kept["length"] > clip.start_beat)
        kept["length"][into] = clip.start_beat - kept["beat"][into]
        played = join(kept, clip.notes)
    return played


def _clip(path: str, clip: Clip, start: float, time_map: TimeMap, drums: bool, singer: str) -> Written:
    if clip.notes is None and clip.midi is None:
        raise ProjectError(Problem("the clip has neither notes nor a MIDI file", path=path, hint="write `notes:`"))
    if clip.midi is not None:
        once = _midi_clip(f"{path}.midi", clip.midi, start, time_map, drums, "" if clip.lyrics else singer)
    else:
        try:
            items = parse_clip(clip.notes or "")
        except ValueError as error:
            raise ProjectError(Problem(str(error), path=f"{path}.notes")) from error
        rows = [
            (start + float(item.start), float(item.length), pitch, item.velocity)
            for item in items
            for pitch in item.pitches
        ]
        once = Written(start, start + float(items[-1].end), notes(rows))
    length = once.end_beat - once.start_beat
    times = [_moved(once.notes, time * length) for time in range(clip.repeat)]
    lyrics = clip.lyrics or "\n".join([once.lyrics] * clip.repeat)
    return Written(start, start + clip.repeat * length, join(*times), lyrics, clip.notes is not None)


def _moved(played: Notes, beats: float) -> Notes:
    moved = played.copy()
    moved["beat"] += beats
    return moved


def _midi_clip(path: str, file: Path, start: float, time_map: TimeMap, drums: bool, singer: str) -> Written:
    """A MIDI file from ``start`` on. Its ticks are beats; its tempo is not the song's and is ignored.

    For a singer, its words and the line they stand on are taken, where it has words.
    """
    try:
        played, lyrics = read_sung(file, singer) if singer else (notes([]), "")
        if not lyrics:
            played = read_midi(file, drums)
    except (OSError, ValueError, EOFError, KeyError, IndexError) as error:
        raise ProjectError(Problem(f"{str(file)!r} cannot be read as MIDI: {error}", path=path)) from error
    end = start + (float(np.max(played["beat"] + played["length"])) if len(played) else 0.0)
    bar, beat = time_map.position(end - 1e-6)
    return Written(start, time_map.bar_start(bar + 1) if beat > 1.0 else end, _moved(played, start), lyrics)


def read_midi(file: Path, drums: bool) -> Notes:
    """The notes of a standard MIDI file in quarter-note beats from its start.

    Args:
        file: format 0 or 1; all tracks are taken together.
        drums: take channel 10 (all channels when it is empty) rather than the others.
    """
    midi = open_midi(file)
    rows = [
        (channel == DRUM_CHANNEL, row)
        for messages in midi.tracks
        for channel, row in struck(messages, midi.ticks_per_beat)
    ]
    wanted = [row for on_drums, row in rows if on_drums == drums] or ([row for _, row in rows] if drums else [])
    return in_order(notes(wanted)) if wanted else np.zeros(0, NOTE)
