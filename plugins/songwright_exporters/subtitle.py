"""SubRip and WebVTT: subtitles for video players and browsers."""

from __future__ import annotations

from songwright.arrangement.plan import PlannedLine
from songwright.files.karaoke import Sheet, clock
from songwright_exporters.karaoke import TextKaraoke


class Srt(TextKaraoke):
    """SubRip: one subtitle a line, to a thousandth of a second."""

    name = "srt"
    suffix = ".srt"

    def text(self, song: Sheet) -> str:
        """The whole file."""
        return "\n".join(
            f"{number}\n{_span(line, ',')}\n{_singer(song, line)}{line.text}\n"
            for number, line in enumerate(song.lines, 1)
        )


class WebVtt(TextKaraoke):
    """WebVTT: subtitles for browsers, with the time of each word inside the line."""

    name = "vtt"
    suffix = ".vtt"

    def text(self, song: Sheet) -> str:
        """The whole file; in duets each line is marked with its voice."""
        cues = [f"WEBVTT\nLanguage: {song.language}\n", f"NOTE {_escaped(song.title)}\n"]
        for number, line in enumerate(song.lines, 1):
            first, *others = line.words
            words = _escaped(first.text) + "".join(
                f" <{clock(word.start_s, 3, hours=True)}>{_escaped(word.text)}" for word in others
            )
            if song.is_duet:
                words = f"<v {_escaped(line.singer)}>{words}</v>"
            cues.append(f"{number}\n{_span(line, '.')}\n{words}\n")
        return "\n".join(cues)


def _span(line: PlannedLine, separator: str) -> str:
    return f"{clock(line.start_s, 3, separator, hours=True)} --> {clock(line.end_s, 3, separator, hours=True)}"


def _singer(song: Sheet, line: PlannedLine) -> str:
    return f"{line.singer}: " if song.is_duet else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
