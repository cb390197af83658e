r"""Advanced SubStation Alpha: karaoke that fills syllable by syllable (``\kf``)."""

from __future__ import annotations

from songwright.arrangement.plan import PlannedLine
from songwright.files.karaoke import Sheet, clock, pieces
from songwright_exporters.karaoke import TextKaraoke

LEAD_S = 1.0  # a line is shown this long before it is sung, where the line before leaves room

_STYLE_FORMAT = (
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding"
)
_STYLE = (
    "Style: {name},Arial,72,{filled},&H00FFFFFF,&H00202020,&H80000000,-1,0,0,0,100,100,0,0,1,4,1,{place},60,60,80,1"
)
#: Fill colours, as ``&HAABBGGRR``: of the first singer, the second, and so on; the last is for all together.
_COLOURS = ("&H0000D7FF", "&H00FF9A3C", "&H0066CC66", "&H00CC66CC", "&H00F0F0A0")


class Ass(TextKaraoke):
    """ASS: subtitles whose syllables fill with colour as they are sung."""

    name = "ass"
    suffix = ".ass"

    def text(self, song: Sheet) -> str:
        """The whole file; each singer has a style."""
        styles = [
            _STYLE.format(name=name, filled=_COLOURS[k % len(_COLOURS)], place=2 if k % 2 == 0 else 8)
            for k, name in enumerate(_styles(song))
        ]
        shown_until_s = 0.0
        events = []
        for line in song.lines:
            shown_s = max(line.start_s - LEAD_S, min(shown_until_s, line.start_s), 0.0)
            events.append(_event(song, line, shown_s))
            shown_until_s = line.end_s
        return "\n".join(
            [
                "[Script Info]",
                f"Title: {song.title}",
                "ScriptType: v4.00+",
                "PlayResX: 1920",
                "PlayResY: 1080",
                "WrapStyle: 0",
                "ScaledBorderAndShadow: yes",
                "",
                "[V4+ Styles]",
                _STYLE_FORMAT,
                *styles,
                "",
                "[Events]",
                "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
                *events,
                "",
            ]
        )


def _styles(song: Sheet) -> list[str]:
    singers = [_plain(singer) for singer in song.singers] or ["singer"]
    return [*singers, "together"] if song.is_duet else singers


def _event(song: Sheet, line: PlannedLine, shown_s: float) -> str:
    """One line. Fill times are differences of rounded moments, so that rounding never adds up."""
    at = _hundredths(shown_s)
    text = ""
    lead = _hundredths(line.start_s) - at
    if lead:
        text, at = f"{{\\k{lead}}}", at + lead
    parts = list(pieces(line))
    for k, (shown, syllable) in enumerate(parts):
        until_s = parts[k + 1][1].start_s if k + 1 < len(parts) else syllable.end_s
        until = max(_hundredths(until_s), at)
        text += f"{{\\kf{until - at}}}{_escaped(shown)}"
        at = until
    style = _plain(line.singer) if song.voice(line) else "together"
    start, end = (_time(moment) for moment in (_hundredths(shown_s), at))
    return f"Dialogue: 0,{start},{end},{style},{_plain(line.singer)},0,0,0,karaoke,{text}"


def _hundredths(seconds: float) -> int:
    return max(round(seconds * 100.0), 0)


def _time(hundredths: int) -> str:
    return clock(hundredths / 100.0, 2, hours=True)[1:]  # ASS writes hours with one digit


def _plain(name: str) -> str:
    return name.replace(",", " ") or "singer"


def _escaped(text: str) -> str:
    return text.replace("\\", "/").replace("{", "(").replace("}", ")")
