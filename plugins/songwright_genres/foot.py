"""A bar as one steps it, and rows of four beats as any bar plays them.

Every meter is stepped in feet of two or three pulses, and its feet go in spans of two or three, of which the first
foot is heavy and the last one answers: 4/4 is two spans of two quarters, 12/8 the same in dotted quarters, 6/8 half
of that, 3/4 one span of three, 5/4 a three and a two. A group that stands alone, like the three of 7/8, is a span of
itself and answers on its last pulse: 7/8 is 4/4 without its last eighth.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from songwright.music.meter import Meter

_QUARTER = 4  # sixteenths
_SILENT = "-."


@dataclass(frozen=True)
class Foot:
    """One foot of a bar. Places are sixteenths from the bar's start."""

    start: int
    steps: int  # 4 a quarter, 6 a dotted quarter, less where a group answers itself
    heavy: bool  # whether a span starts with it
    beat: int  # which beat of a row of four it plays, 0..3

    def place(self, step: int) -> int | None:
        """Where a sixteenth (0..3) of a quarter falls in this foot: in a longer one on its eighths, as in a shuffle."""
        place = step if self.steps <= _QUARTER else min(2 * step, self.steps - 2)
        return self.start + place if place < self.steps else None


Feet = tuple[Foot, ...]


@functools.lru_cache(256)
def feet(meter: Meter) -> Feet:
    """The feet of a bar; a bar of 1/32 is too short for one.

    >>> [foot.steps for foot in feet(Meter.parse("7/8"))], [foot.beat for foot in feet(Meter.parse("5/4"))]
    ([4, 4, 4, 2], [0, 1, 1, 2, 3])
    """
    found: list[Foot] = []
    at, spans = 0.0, _spans(meter)
    for index, span in enumerate(spans):
        last = index == len(spans) - 1
        for place, steps in enumerate(span):
            answers = last and place == len(span) - 1 > 0
            beat = 3 if answers else min(place, 1) + (2 if last and index else 0)
            start, end = round(at), round(at + steps)
            if end > start:
                found.append(Foot(start, end - start, not (found and place), beat))
            at += steps
    return tuple(found)


def in_spans(bar: Feet) -> list[Feet]:
    """The feet of each span."""
    edges = [place for place, foot in enumerate(bar) if foot.heavy]
    return [bar[start:end] for start, end in itertools.pairwise([*edges, len(bar)])]


def in_four(bar: Feet) -> bool:
    """Whether it goes in two spans of two feet, like the bars of four beats for which most rows are written."""
    return [foot.beat for foot in bar] == [0, 1, 2, 3]


def lay(row: str, bar: Feet, turn: int = 0) -> str:
    """A row as the bar's feet play it, four letters a foot.

    The row is one of four beats, or it has a word for a span of two feet and one for a span of three; then more such
    pairs answer in the next spans, or in the next bars (counted by ``turn``) where a bar is one span.

    >>> lay("X-x---x-X-x-x-xx", feet(Meter.parse("6/8"))), lay("D---D-u---u-D-u-", feet(Meter.parse("3/4")))
    ('X-x-x-x-x-xx', 'D---D-u-D-u-')
    >>> lay("X---x--- X---x---x---", feet(Meter.parse("5/4")))
    'X---x---x---X---x---'
    """
    words = row.split()
    if len(words) == 1:
        return "".join(stretch(row[_QUARTER * foot.beat :][:_QUARTER], foot.steps) for foot in bar)
    spans, text = in_spans(bar), ""
    for place, span in enumerate(spans):
        pair = 2 * (place if len(spans) > 1 else turn) % len(words)
        word = words[pair + (len(span) == 3)]
        text += "".join(stretch(word[_QUARTER * at :][:_QUARTER], foot.steps) for at, foot in enumerate(span))
    return text


def stretch(beat: str, steps: int, even: bool = True) -> str:
    """The four letters of a quarter over a foot of any length.

    A shorter foot breaks off. A longer one goes on in eighths when the quarter is struck on both of its own (and
    ``even``), the new one softer. Any other is shuffled: what comes after the beat comes on the last eighth, and a
    sixteenth right behind the beat on the one before.

    >>> stretch("X-x-", 6), stretch("X-x-", 6, even=False), stretch("X--x", 6), stretch("-x--", 6), stretch("X-x-", 2)
    ('X-x-x-', 'X---x-', 'X---x-', '--x---', 'X-')
    """
    if steps <= _QUARTER:
        return beat[:steps]
    head, tail = beat[:2], beat[2:]
    if even and head[0] not in _SILENT and tail[0] not in _SILENT:
        return head + head.lower() + tail
    if tail[0] in _SILENT and tail[1] not in _SILENT:
        tail = tail[1] + "-"
    return head[0] + ("-" + head[1] + "-" if head[1] not in _SILENT else 3 * head[1]) + tail


def _spans(meter: Meter) -> list[tuple[float, ...]]:
    """The lengths of the feet, span by span, in sixteenths."""
    unit = 16 / meter.denominator
    plain = max(meter.group) == 1  # no groups: as many as there are, in twos and threes
    groups: Iterable[int] = (meter.numerator,) if plain else meter.group
    if unit >= _QUARTER:
        return [_answered((4.0,) * n) for group in groups for n in _parted(round(group * unit / _QUARTER))]
    lengths = [n * unit for group in groups for n in _parted(group)]
    runs = [(length, len(list(run))) for length, run in itertools.groupby(lengths)]
    return [_answered((length,) * n, unit) for length, count in runs for n in _parted(count)]


def _parted(count: int) -> tuple[int, ...]:
    """A number in twos and threes: 4 is 2 + 2, 5 is 3 + 2, 6 is 3 + 3, 7 is 2 + 2 + 3."""
    if count <= 3:
        return (count,)
    if count % 3 == 0:
        return (3,) * (count // 3)
    if count == 5:
        return (3, 2)
    return (2,) * (count // 2) if count % 2 == 0 else (*(2,) * (count // 2 - 1), 3)


def _answered(span: tuple[float, ...], pulse: float = 2.0) -> tuple[float, ...]:
    """A span of one foot is divided before its last pulse."""
    return (span[0] - pulse, pulse) if len(span) == 1 and span[0] > pulse else span
