"""``song.mid``: every note that was played, with tempo, meter, keys, sections, chords and lyrics.

A type 1 file. Times are those of the performance: groove and humanisation included. A tempo ramp is written as
steps of a sixteenth of a beat, each as long as the ramp takes for it, so that no error adds up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement, Part
from songwright.music import smf
from songwright.music.pitch import Key
from songwright.music.smf import Event

TICKS_PER_BEAT = 480
_RAMP_STEPS_PER_BEAT = 16
_DRUM_CHANNEL = 9
_MOST_ACCIDENTALS = 7  # that a key signature has
_MELODIC_CHANNELS = [channel for channel in range(16) if channel != _DRUM_CHANNEL]


def write_midi(arrangement: Arrangement, path: Path, drums: Collection[str] = ()) -> None:
    """Write the arrangement as a MIDI file.

    Args:
        arrangement: the song.
        path: the file.
        drums: tracks whose pitches are General MIDI drum numbers; they go to channel 10.
    """
    channels = _channels(list(arrangement.parts), drums)
    tracks = [
        smf.track(arrangement.project.title, [*_times(arrangement), *_places(arrangement)]),
        smf.track("chords", _chords(arrangement)),
    ]
    for name, part in arrangement.parts.items():
        tracks.append(smf.track(name, [*_notes(part, arrangement, channels[name]), *_lyrics(part, arrangement)]))
    path.write_bytes(smf.file(TICKS_PER_BEAT, tracks))


def _times(arrangement: Arrangement) -> Iterator[Event]:
    """Tempo and meter."""
    time_map = arrangement.time_map
    for tempo in time_map.tempi:
        steps = max(0, round(tempo.over_beats * _RAMP_STEPS_PER_BEAT))
        beats = tempo.beat + np.arange(steps) / _RAMP_STEPS_PER_BEAT
        for beat in beats:
            step_s = time_map.seconds(float(beat) + 1.0 / _RAMP_STEPS_PER_BEAT) - time_map.seconds(float(beat))
            yield _tick(beat), 0, smf.tempo(round(1e6 * step_s * _RAMP_STEPS_PER_BEAT))
        yield _tick(tempo.beat + tempo.over_beats), 0, smf.tempo(round(6e7 / tempo.bpm))
    for point in time_map.meters:
        yield _tick(time_map.bar_start(point.bar)), 1, smf.meter(point.meter.numerator, point.meter.denominator)


def _places(arrangement: Arrangement) -> Iterator[Event]:
    """Keys and section names."""
    key: Key | None = None
    for span in arrangement.chords:
        if span.key != key and abs(span.key.fifths) <= _MOST_ACCIDENTALS:
            yield _tick(span.start_beat), 2, smf.key(span.key.fifths, span.key.minor)
        key = span.key
    for section in arrangement.sections:
        yield _tick(section.start_beat), 3, smf.text(smf.MARKER, section.id)


def _chords(arrangement: Arrangement) -> Iterator[Event]:
    for span in arrangement.chords:
        yield _tick(span.start_beat), 0, smf.text(smf.TEXT, span.chord.symbol)


def _channels(tracks: list[str], drums: Collection[str]) -> dict[str, int]:
    """A channel a track; with more than 15 melodic tracks they share."""
    melodic = [track for track in tracks if track not in drums]
    shared = {track: _MELODIC_CHANNELS[i % len(_MELODIC_CHANNELS)] for i, track in enumerate(melodic)}
    return {track: shared.get(track, _DRUM_CHANNEL) for track in tracks}


def _notes(part: Part, arrangement: Arrangement, channel: int) -> Iterator[Event]:
    """Note on and off. A note ends at the latest where its pitch is struck again."""
    played = _played(part, arrangement)
    order = np.argsort(played[0], kind="stable")[::-1]
    pitches = np.clip(np.rint(part.notes["pitch"]), 0, 127).astype(int)
    velocities = np.clip(np.rint(part.notes["velocity"] * 127.0), 1, 127).astype(int)
    struck: dict[int, int] = {}  # pitch → where it is struck next
    columns = (column[order].tolist() for column in (*played, pitches, velocities))
    for start, end, pitch, velocity in zip(*columns, strict=True):
        last = min(max(end, start + 1), struck.get(pitch, end + 1))
        if last <= start:
            continue  # doubled by another note at the same instant
        struck[pitch] = start
        yield start, 6, smf.note_on(channel, pitch, velocity)
        yield last, 5, smf.note_off(channel, pitch)


def _lyrics(part: Part, arrangement: Arrangement) -> Iterator[Event]:
    """Each syllable where it is sung; a word goes on with a hyphen, as MIDI players expect it."""
    starts, _ = _played(part, arrangement)
    for i, note in enumerate(part.notes):
        index = int(note["lyric"])
        if not 0 <= index < len(part.syllables) or (i and index == part.notes["lyric"][i - 1]):
            continue  # nothing is sung, or the syllable before goes on
        syllable = part.syllables[index]
        following = part.syllables[index + 1] if index + 1 < len(part.syllables) else None
        goes_on = following is not None and not following.starts_word
        yield int(starts[i]), 4, smf.text(smf.LYRICS, syllable.text + ("-" if goes_on else " "))


def _played(part: Part, arrangement: Arrangement) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ticks at which the notes start and end in the performance."""
    time_map, notes = arrangement.time_map, part.notes
    start_s = np.maximum(time_map.seconds(notes["beat"]) + notes["shift_s"], 0.0)
    end_s = np.maximum(time_map.seconds(notes["beat"] + notes["length"]) + notes["shift_s"], 0.0)
    ticks = [np.rint(time_map.beats(seconds) * TICKS_PER_BEAT).astype(np.int64) for seconds in (start_s, end_s)]
    return ticks[0], ticks[1]


def _tick(beat: float) -> int:
    return max(0, round(float(beat) * TICKS_PER_BEAT))
