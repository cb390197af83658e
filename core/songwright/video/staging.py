"""When each line of words is on the screen, and in which row.

The rows are two half pages. While one is sung the other shows what comes next, so that there is always
a line to read ahead; a rest in the song begins a new page. Nothing here draws: widths come from a function.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from songwright.arrangement.plan import PlannedLine, PlannedSyllable
from songwright.files.karaoke import pieces

ROWS = 4  # more when more lines than that are sung at once
REST_S = 5.0  # a rest this long ends a page
LEAD_S = 4.0  # a page is shown this long before it is sung
TAIL_S = 1.2  # and this long after
BREATH_S = 0.15  # a line stays this long after its last sound

Measure = Callable[[str], float]


@dataclass(frozen=True)
class Piece:
    """A syllable of a line: the text from ``start`` to ``end`` (letters of the line), sung when."""

    start: int
    end: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ShownLine:
    """A line of words on the screen. ``voice`` counts singers from 1; 0 is several together."""

    text: str
    pieces: tuple[Piece, ...]
    voice: int
    row: int = 0
    rows: int = ROWS
    show_s: float = 0.0
    hide_s: float = 0.0
    opens_page: bool = False
    vowel_s: float = 0.0  # of its first syllable: where its beat is

    @property
    def start_s(self) -> float:
        """Where its first sound begins."""
        return self.pieces[0].start_s

    @property
    def end_s(self) -> float:
        """Where its last sound ends."""
        return self.pieces[-1].end_s


def stage(
    lines: Sequence[PlannedLine], voice: Callable[[PlannedLine], int], measure: Measure, widest: float
) -> tuple[ShownLine, ...]:
    """Place lines in rows and time.

    Args:
        lines: in the order of their time.
        voice: the number of a line's singer.
        measure: the width of a text.
        widest: lines that are wider are divided between words.
    """
    shown = [_shown(part, voice(line)) for line in lines for part in _divided(line, measure, widest)]
    shown.sort(key=lambda line: line.start_s)
    rows = max(ROWS, 2 * (_most_at_once(shown) // 2 + 1))
    staged: list[ShownLine] = []
    free_s = 0.0
    for page in _pages(shown):
        staged += _page(page, rows, free_s)
        free_s = max(line.hide_s for line in staged)
    return tuple(staged)


def _divided(line: PlannedLine, measure: Measure, widest: float) -> list[PlannedLine]:
    """The line in as few parts as fit, as even as can be."""
    count = len(line.words)
    for parts in range(1, count + 1):
        cuts = _cuts([measure(word.text + " ") for word in line.words], parts)
        found = [replace(line, words=line.words[a:b]) for a, b in itertools.pairwise([0, *cuts, count])]
        if parts == count or all(measure(part.text) <= widest for part in found):
            return found
    return [line]


def _cuts(widths: Sequence[float], parts: int) -> list[int]:
    """Where to divide words of these widths so that the parts are about equally wide."""
    total, cuts, at = sum(widths), list[int](), 0.0
    for place, width in enumerate(widths[:-1], 1):
        at += width
        left = parts - 1 - len(cuts)
        wanted = total * (len(cuts) + 1) / parts
        must = len(widths) - place <= left
        if left and (must or at + 0.5 * widths[place] >= wanted):
            cuts.append(place)
    return cuts


def _shown(line: PlannedLine, voice: int) -> ShownLine:
    found, text = list[Piece](), ""
    syllables: list[PlannedSyllable] = []
    for piece, syllable in pieces(line):
        start = len(text) + len(piece) - len(piece.lstrip(" "))
        text += piece
        found.append(Piece(start, len(text), syllable.start_s, syllable.end_s))
        syllables.append(syllable)
    ends = [min(one.end_s, following.start_s) for one, following in itertools.pairwise(found)]
    timed = [
        replace(one, end_s=max(end_s, one.start_s)) for one, end_s in zip(found, [*ends, found[-1].end_s], strict=True)
    ]
    return ShownLine(text, tuple(timed), voice, vowel_s=syllables[0].vowel_s)


def _most_at_once(lines: Sequence[ShownLine]) -> int:
    """How many lines are sung at one time, at most."""
    return max(
        (sum(1 for other in lines if other.start_s <= line.start_s < other.end_s + 2 * BREATH_S) for line in lines),
        default=0,
    )


def _pages(lines: Sequence[ShownLine]) -> list[list[ShownLine]]:
    """The lines between rests."""
    pages: list[list[ShownLine]] = []
    end_s = float("-inf")
    for line in lines:
        if line.start_s - end_s >= REST_S:
            pages.append([])
        pages[-1].append(line)
        end_s = max(end_s, line.end_s)
    return pages


def _page(page: Sequence[ShownLine], rows: int, free_s: float) -> list[ShownLine]:
    """The lines of a page: rows in turn, a half page at a time. Few lines stand in the middle."""
    half = rows // 2
    shift = (rows - len(page)) // 2 if len(page) < rows else 0
    opened_s = max(free_s, page[0].start_s - LEAD_S, 0.0)
    closed_s = max(line.end_s for line in page) + TAIL_S
    staged: list[ShownLine] = []
    tenants: dict[int, int] = {}  # row → the line in it
    begun_s: dict[int, float] = {}  # half page → when its first line is sung
    place = shift
    for k, line in enumerate(page):
        while place % rows in tenants and staged[tenants[place % rows]].end_s + BREATH_S > line.start_s:
            place += 1  # a long line of another singer still stands there
        show_s, row = opened_s, place % rows
        if row in tenants:
            tenant = staged[tenants[row]]
            read_s = begun_s.get(place // half - 1, tenant.end_s)  # the other half page is sung from then on
            show_s = max(min(read_s, line.start_s), tenant.end_s + BREATH_S)
            staged[tenants[row]] = replace(tenant, hide_s=show_s)
        begun_s.setdefault(place // half, line.start_s)
        tenants[row] = k
        staged.append(replace(line, row=row, rows=rows, show_s=show_s, hide_s=closed_s, opens_page=k == 0))
        place += 1
    return staged
