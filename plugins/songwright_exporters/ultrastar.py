"""UltraStar: the song files of singing games, with the pitch of each syllable."""

from __future__ import annotations

from collections.abc import Sequence

from songwright.arrangement.plan import PlannedLine
from songwright.files.karaoke import Sheet, pieces
from songwright_exporters.karaoke import TextKaraoke

TICK_S = 0.025  # at most: UltraStar counts in quarters of its own beat
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "ja": "Japanese"}


class UltraStar(TextKaraoke):
    """UltraStar TXT: syllables with pitch and length for singing games; duets have a part for each singer."""

    name = "ultrastar"
    version = "2"
    suffix = ".txt"

    def text(self, song: Sheet) -> str:
        """The whole file."""
        bpm = _bpm(song)
        # A first consonant may lie before the song; games take no gap below zero.
        gap_ms = max(0, round(1000.0 * song.lines[0].start_s)) if song.lines else 0
        head = [
            "#VERSION:1.1.0",
            f"#TITLE:{song.title}",
            f"#ARTIST:{song.artist or 'Unknown'}",
            f"#LANGUAGE:{_LANGUAGES.get(song.language.partition('-')[0], song.language)}",
            f"#GENRE:{song.genre}",
            "#CREATOR:Songwright",
            f"#AUDIO:{song.sound}",
            f"#MP3:{song.sound}",
            f"#BPM:{bpm:.6g}",
            f"#GAP:{gap_ms}",
        ]
        tick_s = 15.0 / float(f"{bpm:.6g}")
        if not song.is_duet:
            return "\n".join([*head, *_notes(song.lines, gap_ms / 1000.0, tick_s), "E"]) + "\n"
        names = [f"#P{number}:{singer}" for number, singer in enumerate(song.singers, 1)]
        parts: list[str] = []
        for number, singer in enumerate(song.singers, 1):
            parts += [f"P{number}", *_notes(song.parts[singer], gap_ms / 1000.0, tick_s)]
        return "\n".join([*head, *names, *parts, "E"]) + "\n"


def _bpm(song: Sheet) -> float:
    """The song's own tempo, doubled until its ticks are fine enough; with tempo changes only the clock counts."""
    bpm = song.time_map.tempi[0].bpm if len(song.time_map.tempi) == 1 else 15.0 / TICK_S
    while 15.0 / bpm > TICK_S + 1e-9:
        bpm *= 2.0
    return bpm


def _notes(lines: Sequence[PlannedLine], gap_s: float, tick_s: float) -> list[str]:
    rows, free = [], 0
    for k, line in enumerate(lines):
        if k:
            first = max(round((line.words[0].syllables[0].vowel_s - gap_s) / tick_s), free)
            rows.append(f"- {max(min(first - 1, first), free)}")
        for shown, syllable in pieces(line):
            for number, note in enumerate(syllable.notes):
                start = max(round((note.start_s - gap_s) / tick_s), free)
                end = max(round((min(note.end_s, syllable.end_s) - gap_s) / tick_s), start + 1)
                rows.append(f": {start} {end - start} {round(note.pitch) - 60} {shown if number == 0 else '~'}")
                free = end
    return rows
