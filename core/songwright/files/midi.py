"""``song.mid``: every note that was played, with tempo, meter, keys, sections, chords and lyrics.

A type 1 file. Times are those of the performance: groove and humanisation included. A tempo ramp is written as
steps of a sixteenth of a beat, each as long as the ramp takes for it, so that no error adds up.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement, Part
from songwright.music.pitch import Key

TICKS_PER_BEAT = 480
_RAMP_STEPS_PER_BEAT = 16
_DRUM_CHANNEL = 9
_MELODIC_CHANNELS = [channel for channel in range(16) if channel != _DRUM_CHANNEL]

# fmt: off
#: MIDI's names of key signatures, from seven flats to seven sharps.
_MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_MINOR = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m")
# fmt: on

#: An event: tick, rank among events of one tick, message.
_Event = tuple[int, int, Any]


def write_midi(arrangement: Arrangement, path: Path, drums: Collection[str] = ()) -> None:
    """Write the arrangement as a MIDI file.

    Args:
        arrangement: the song.
        path: the file.
        drums: tracks whose pitches are General MIDI drum numbers; they go to channel 10.
    """
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_track(arrangement.project.title, [*_times(arrangement), *_places(arrangement)]))
    file.tracks.append(_track("chords", _chords(arrangement)))
    channels = _channels(list(arrangement.parts), drums)
    for name, part in arrangement.parts.items():
        file.tracks.append(_track(name, [*_notes(part, arrangement, channels[name]), *_lyrics(part, arrangement)]))
    file.save(path)


def _track(name: str, events: list[_Event]) -> Any:
    """A track of events in absolute ticks, as MIDI's deltas."""
    import mido

    track, now = mido.MidiTrack(), 0
    track.append(mido.MetaMessage("track_name", name=name, time=0))
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        message.time = tick - now
        track.append(message)
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=0))
    return track


def _times(arrangement: Arrangement) -> Iterator[_Event]:
    """Tempo and meter."""
    import mido

    time_map = arrangement.time_map
    for tempo, following in itertools.zip_longest(time_map.tempi, time_map.tempi[1:]):
        reached = tempo.beat + tempo.over_beats
        end = reached if following is None else min(reached, following.beat)  # a ramp may be cut short by the next
        steps = math.ceil((end - tempo.beat) * _RAMP_STEPS_PER_BEAT - 1e-9)
        edges = [min(tempo.beat + step / _RAMP_STEPS_PER_BEAT, end) for step in range(steps + 1)]
        for begin, stop in itertools.pairwise(edges):
            beat_s = (time_map.seconds(stop) - time_map.seconds(begin)) / (stop - begin)
            yield _tick(begin), 0, mido.MetaMessage("set_tempo", tempo=round(1e6 * beat_s))
        if end == reached:
            yield _tick(reached), 0, mido.MetaMessage("set_tempo", tempo=round(6e7 / tempo.bpm))
    for point in time_map.meters:
        signature = {"numerator": point.meter.numerator, "denominator": point.meter.denominator}
        yield _tick(time_map.bar_start(point.bar)), 1, mido.MetaMessage("time_signature", **signature)


def _places(arrangement: Arrangement) -> Iterator[_Event]:
    """Keys and section names."""
    import mido

    key: Key | None = None
    for span in arrangement.chords:
        if span.key != key and (signature := _signature(span.key)):
            yield _tick(span.start_beat), 2, mido.MetaMessage("key_signature", key=signature)
        key = span.key
    for section in arrangement.sections:
        yield _tick(section.start_beat), 3, mido.MetaMessage("marker", text=section.id)


def _signature(key: Key) -> str | None:
    """MIDI's name of a key's signature; None beyond seven accidentals, which MIDI cannot write."""
    return (_MINOR if key.minor else _MAJOR)[key.fifths + 7] if abs(key.fifths) <= 7 else None


def _chords(arrangement: Arrangement) -> list[_Event]:
    import mido

    return [
        (_tick(span.start_beat), 0, mido.MetaMessage("text", text=span.chord.symbol)) for span in arrangement.chords
    ]


def _channels(tracks: list[str], drums: Collection[str]) -> dict[str, int]:
    """A channel a track; with more than 15 melodic tracks they share."""
    melodic = [track for track in tracks if track not in drums]
    shared = {track: _MELODIC_CHANNELS[i % len(_MELODIC_CHANNELS)] for i, track in enumerate(melodic)}
    return {track: shared.get(track, _DRUM_CHANNEL) for track in tracks}


def _notes(part: Part, arrangement: Arrangement, channel: int) -> Iterator[_Event]:
    """Note on and off. A note ends at the latest where its pitch is struck again."""
    import mido

    starts, ends = _played(part, arrangement)
    pitches = np.clip(np.rint(part.notes["pitch"]), 0, 127).astype(int)
    velocities = np.clip(np.rint(part.notes["velocity"] * 127.0), 1, 127).astype(int)
    struck: dict[int, int] = {}  # pitch → where it is struck next
    for i in reversed(np.argsort(starts, kind="stable").tolist()):
        pitch, start = int(pitches[i]), int(starts[i])
        end = min(max(int(ends[i]), start + 1), struck.get(pitch, int(ends[i]) + 1))
        if end <= start:
            continue  # doubled by another note at the same instant
        struck[pitch] = start
        values = {"note": pitch, "channel": channel}
        yield start, 6, mido.Message("note_on", skip_checks=True, velocity=int(velocities[i]), **values)
        yield end, 5, mido.Message("note_off", skip_checks=True, velocity=0, **values)


def _lyrics(part: Part, arrangement: Arrangement) -> Iterator[_Event]:
    """Each syllable where it is sung; a word goes on with a hyphen, as MIDI players expect it."""
    import mido

    starts, _ = _played(part, arrangement)
    for i, note in enumerate(part.notes):
        index = int(note["lyric"])
        if not 0 <= index < len(part.syllables) or (i and index == part.notes["lyric"][i - 1]):
            continue  # nothing is sung, or the syllable before goes on
        syllable = part.syllables[index]
        following = part.syllables[index + 1] if index + 1 < len(part.syllables) else None
        goes_on = following is not None and not following.starts_word
        yield int(starts[i]), 4, mido.MetaMessage("lyrics", text=syllable.text + ("-" if goes_on else " "))


def _played(part: Part, arrangement: Arrangement) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ticks at which the notes start and end in the performance."""
    time_map, notes = arrangement.time_map, part.notes
    start_s = np.maximum(time_map.seconds(notes["beat"]) + notes["shift_s"], 0.0)
    end_s = np.maximum(time_map.seconds(notes["beat"] + notes["length"]) + notes["shift_s"], 0.0)
    ticks = [np.rint(time_map.beats(seconds) * TICKS_PER_BEAT).astype(np.int64) for seconds in (start_s, end_s)]
    return ticks[0], ticks[1]


def _tick(beat: float) -> int:
    return max(0, round(float(beat) * TICKS_PER_BEAT))
