"""MIDI files with lyrics, in the two dialects that karaoke players read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import PlannedLine, TimingPlan
from songwright.files.karaoke import Sheet, pieces, sheet
from songwright.interfaces.exporter import NOTHING_SUNG, Exporter
from songwright.music.time import TimeMap

TICKS = 960  # a quarter note
_STEP_BEATS = 0.25  # of a tempo ramp's stairs
_CHOIR = 52  # General MIDI program "Choir Aahs", from 0


class LyricsMidi(Exporter):
    """MIDI with lyric events (RP-026): the sung melody with its syllables, a line ends with a return."""

    name = "midi"
    suffix = ".mid"
    text_event = "lyrics"

    def write(self, arrangement: Arrangement, path: Path, plan: TimingPlan = NOTHING_SUNG) -> None:
        """Write the plan's melody and words to ``path``."""
        import mido

        song = sheet(arrangement, plan)
        file = mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
        clock = Clock(song.time_map, max([song.length_s, *(line.end_s for line in song.lines)]))
        file.tracks.append(_track(song.title or "song", [*clock.events(), *self._titles(song)]))
        singers = song.singers or ("singer",)
        for channel, singer in enumerate(singers):
            name = singer if song.is_duet or self.text_event == "lyrics" else "Words"
            file.tracks.append(_track(name, self._line_events(list(song.parts.get(singer, ())), clock, channel % 9)))
        file.save(str(path))

    def _titles(self, song: Sheet) -> list[tuple[int, int, Any]]:
        return []

    def _line_events(self, lines: list[PlannedLine], clock: Clock, channel: int) -> list[tuple[int, int, Any]]:
        import mido

        events: list[tuple[int, int, Any]] = [(0, 0, mido.Message("program_change", channel=channel, program=_CHOIR))]
        for k, line in enumerate(lines):
            parts = list(pieces(line))
            for number, (shown, syllable) in enumerate(parts):
                text = self._dialect(parts, number, shown, first_line=k == 0)
                events.append((clock.tick(syllable.notes[0].start_s), 1, mido.MetaMessage(self.text_event, text=text)))
                for note in syllable.notes:
                    key = min(max(round(note.pitch), 0), 127)  # a transposed voice may leave MIDI's range
                    on = clock.tick(note.start_s)
                    off = max(clock.tick(min(note.end_s, max(syllable.end_s, note.start_s))), on + 1)
                    events.append((on, 2, mido.Message("note_on", channel=channel, note=key, velocity=90)))
                    events.append((off, 0, mido.Message("note_off", channel=channel, note=key, velocity=0)))
        return events

    def _dialect(self, parts: list[tuple[str, Any]], number: int, shown: str, *, first_line: bool) -> str:
        """RP-026: a space after a word's last syllable, a carriage return after a line's."""
        if number + 1 == len(parts):
            return shown.strip() + "\r"
        return shown.strip() + (" " if parts[number + 1][0].startswith(" ") else "")


class Kar(LyricsMidi):
    """KAR (soft karaoke): MIDI with the words as text events, lines begin with a slash."""

    name = "kar"
    suffix = ".kar"
    text_event = "text"

    def _titles(self, song: Sheet) -> list[tuple[int, int, Any]]:
        import mido

        tags = ["@KMIDI KARAOKE FILE", f"@L{song.language.upper()[:4]}", f"@T{song.title}"]
        if song.artist:
            tags.append(f"@T{song.artist}")
        return [(0, 0, mido.MetaMessage("text", text=tag)) for tag in tags]

    def _dialect(self, parts: list[tuple[str, Any]], number: int, shown: str, *, first_line: bool) -> str:
        """A backslash begins the first page, a slash each later line, a space each later word."""
        return shown if number else ("\\" if first_line else "/") + shown


class Clock:
    """Seconds to ticks, and the tempo events that take them back: ramps become stairs, exact at each step."""

    def __init__(self, time_map: TimeMap, end_s: float) -> None:
        ends = float(time_map.beats(max(end_s, 1.0))) + 8.0
        places = {0.0}
        for point in time_map.tempi:
            places.add(max(point.beat, 0.0))
            if point.over_beats:
                count = int(np.ceil(point.over_beats / _STEP_BEATS))
                places |= {point.beat + point.over_beats * k / count for k in range(count + 1)}
        beats = np.array(sorted({round(place * TICKS) / TICKS for place in places if place < ends} | {ends}))
        seconds = np.asarray(time_map.seconds(beats))
        self._microseconds = np.round(1e6 * np.diff(seconds) / np.diff(beats)).astype(int)
        self._ticks = np.round(beats * TICKS).astype(int)
        steps = np.diff(self._ticks) * self._microseconds / (1e6 * TICKS)
        self._seconds = np.concatenate([[0.0], np.cumsum(steps)])
        self._meters = time_map

    def tick(self, seconds: float) -> int:
        """The tick that is heard at ``seconds``."""
        return round(float(np.interp(seconds, self._seconds, self._ticks)))

    def events(self) -> list[tuple[int, int, Any]]:
        """Tempo and meter."""
        import mido

        events: list[tuple[int, int, Any]] = [
            (int(tick), 0, mido.MetaMessage("set_tempo", tempo=int(tempo)))
            for tick, tempo in zip(self._ticks[:-1], self._microseconds, strict=True)
        ]
        for point in self._meters.meters:
            at = round(float(self._meters.bar_start(point.bar)) * TICKS)
            meter = mido.MetaMessage(
                "time_signature", numerator=point.meter.numerator, denominator=point.meter.denominator
            )
            events.append((at, 0, meter))
        return events


def _track(name: str, events: list[tuple[int, int, Any]]) -> Any:
    """A track of ``(tick, rank, message)``, in order, with times as differences."""
    import mido

    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track
