"""LRC, the lyrics of music players: a time for each line, or for each word."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.arrangement.plan import PlannedLine
from songwright.files.karaoke import Sheet, clock
from songwright_exporters.karaoke import TextKaraoke


class Lrc(TextKaraoke):
    """LRC: one time for each line, to a hundredth of a second."""

    name = "lrc"
    suffix = ".lrc"

    def text(self, song: Sheet) -> str:
        """The whole file; an empty line tells where a long rest begins."""
        body = []
        for k, line in enumerate(song.lines):
            body.append(f"[{clock(line.start_s, 2)}]{_voice(song, line)}{line.text}")
            following = song.lines[k + 1].start_s if k + 1 < len(song.lines) else song.length_s
            if following - line.end_s > 4.0 or k + 1 == len(song.lines):
                body.append(f"[{clock(line.end_s, 2)}]")
        return "\n".join([*_head(song), *body]) + "\n"


class EnhancedLrc(TextKaraoke):
    """Enhanced LRC (A2): a time for each word, and one where the line ends."""

    name = "elrc"
    suffix = ".elrc"

    def text(self, song: Sheet) -> str:
        """The whole file."""
        body = []
        for line in song.lines:
            words = " ".join(f"<{clock(word.start_s, 2)}> {word.text}" for word in line.words)
            body.append(f"[{clock(line.start_s, 2)}]{_voice(song, line)}{words} <{clock(line.end_s, 2)}>")
        return "\n".join([*_head(song), *body]) + "\n"


def _head(song: Sheet) -> Iterator[str]:
    yield f"[ti:{song.title}]"
    if song.artist:
        yield f"[ar:{song.artist}]"
    yield f"[la:{song.language}]"
    yield f"[length:{clock(song.length_s, 2)}]"
    yield "[by:Songwright]"


def _voice(song: Sheet, line: PlannedLine) -> str:
    """In duets, who sings: ``v1:``, ``v2:``, or ``D:`` when together."""
    if not song.is_duet:
        return ""
    return f"v{song.voice(line)}: " if song.voice(line) else "D: "
