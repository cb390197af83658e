"""What every karaoke format is written from: the plan's lines, cleaned for reading, with the song's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import TOGETHER_S, PlannedLine, PlannedSyllable, TimingPlan
from songwright.music.time import TimeMap

_PLAYABLE = ("mp3", "ogg", "wav", "flac")
_AND = " & "  # between the names of those who sing a line together


@dataclass(frozen=True)
class Sheet:
    """A song's words for display. ``singers`` are in the order in which they are first heard."""

    title: str
    artist: str
    language: str
    genre: str
    sound: str  # the file of the mix that players are most likely to take: "mix.mp3"
    length_s: float
    time_map: TimeMap
    lines: tuple[PlannedLine, ...]
    singers: tuple[str, ...]
    parts: Mapping[str, tuple[PlannedLine, ...]]  # each singer's own lines, shared ones with their own notes

    @property
    def is_duet(self) -> bool:
        """Whether lines must say who sings them."""
        return len(self.singers) > 1

    def voice(self, line: PlannedLine) -> int:
        """The number of the line's singer from 1; 0 when several sing it together."""
        return self.singers.index(line.singer) + 1 if line.singer in self.singers else 0


def sheet(arrangement: Arrangement, plan: TimingPlan) -> Sheet:
    """Gather what karaoke files need."""
    project = arrangement.project
    lines = together(plan.lines)
    singers = tuple(dict.fromkeys(line.singer for line in plan.lines if line.words))
    parts = {singer: tuple(line for line in plan.lines if line.singer == singer and line.words) for singer in singers}
    end_s = float(arrangement.time_map.seconds(arrangement.end_beat))
    return Sheet(
        " ".join(project.title.split()),
        " ".join(project.artist.split()),
        project.language,
        project.genre,
        f"mix.{next(kind for kind in _PLAYABLE if kind in project.render.mix.formats)}",
        end_s,
        arrangement.time_map,
        lines,
        singers,
        parts,
    )


def together(lines: Sequence[PlannedLine]) -> tuple[PlannedLine, ...]:
    """Lines by time; the same words sung by several at once become one line, of the first, named after all."""
    order = list(dict.fromkeys(line.singer for line in lines))
    merged: list[PlannedLine] = []
    for line in sorted(lines, key=lambda line: line.start_s):
        if not line.words:
            continue
        twin = next((k for k, other in enumerate(merged[-8:], max(len(merged) - 8, 0)) if _same(other, line)), None)
        if twin is None:
            merged.append(line)
        else:
            names = sorted([*merged[twin].singer.split(_AND), line.singer], key=order.index)
            merged[twin] = replace(merged[twin], singer=_AND.join(names))
    return tuple(merged)


def _same(one: PlannedLine, other: PlannedLine) -> bool:
    return (
        other.singer not in one.singer.split(_AND)
        and abs(one.start_s - other.start_s) <= TOGETHER_S
        and one.text.casefold() == other.text.casefold()
    )


def pieces(line: PlannedLine) -> Iterator[tuple[str, PlannedSyllable]]:
    """The line's syllables with the text to show: together they read as the line, spaces before later words."""
    for number, word in enumerate(line.words):
        for k, (text, syllable) in enumerate(zip(_spelled(word.text, word.syllables), word.syllables, strict=True)):
            yield (" " if number and k == 0 else "") + text, syllable


def _spelled(word: str, syllables: Sequence[PlannedSyllable]) -> list[str]:
    """The word's letters shared out to its syllables, as they are written; what they do not cover goes to the last."""
    texts, at = [], 0
    for syllable in syllables[:-1]:
        length = len(syllable.text)
        texts.append(word[at : at + length])
        at += length
    return [*texts, word[at:]]


def clock(seconds: float, places: int, separator: str = ".", hours: bool = False) -> str:
    """A time as ``mm:ss.xx`` or ``hh:mm:ss.xxx``, rounded to ``places`` decimals.

    >>> clock(61.005, 2), clock(3661.5, 3, ",", hours=True)
    ('01:01.00', '01:01:01,500')
    """
    units = max(round(seconds * 10**places), 0)
    whole, rest = divmod(units, 10**places)
    minutes, second = divmod(whole, 60)
    head = f"{minutes // 60:02d}:{minutes % 60:02d}" if hours else f"{minutes:02d}"
    return f"{head}:{second:02d}{separator}{rest:0{places}d}"
