"""Everything that is drawn, with its place and its times: the painter's score.

Things never overlap each other and never leave the frame: each row has room for its words and, above them, the
count-in; title and words are never shown together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.model import Arrangement
from songwright.files.karaoke import Sheet
from songwright.video.lettering import Lettering
from songwright.video.look import Look
from songwright.video.picture import Sprite
from songwright.video.staging import ShownLine, stage

COUNT = 3  # beats that are counted in
FADE_S = 0.2
TITLE_S = (1.0, 8.0)  # the shortest and the longest time that the title is shown
_FIRST_STROKE = 0.2  # of a letter's size: what of a syllable lights up at once
_GAP_S = 0.1  # between title and words


@dataclass(frozen=True)
class Thing:
    """Something on the screen from ``show_s`` to ``hide_s``. Times are seconds of the song.

    From left to right it turns from ``plain`` into ``lit``: up to column ``columns[k]`` at ``times_s[k]``, and evenly
    in between.
    """

    x: int
    y: int
    plain: Sprite
    lit: Sprite | None
    show_s: float
    hide_s: float
    times_s: NDArray[np.float64]
    columns: NDArray[np.float64]
    text: str = ""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels."""
        return self.x, self.y, self.x + self.plain.width, self.y + self.plain.height

    def column(self, seconds: float) -> int:
        """How far it is lit."""
        if not len(self.times_s):
            return 0
        return int(np.interp(seconds, self.times_s, self.columns, left=0.0))


@dataclass(frozen=True)
class Light:
    """How bright the background is: ``shares`` (of 256) from ``times_s`` on, blended over a second."""

    times_s: NDArray[np.float64]
    shares: NDArray[np.float64]

    def share(self, seconds: float) -> int:
        """The brightness at a moment."""
        return int(np.interp(seconds, self.times_s, self.shares))


def compose(song: Sheet, look: Look, lettering: Lettering, lines: Sequence[ShownLine], *, title: bool) -> list[Thing]:
    """All things of a song, by the time when they appear."""
    things: list[Thing] = []
    for line in lines:
        words = _words(line, look, lettering)
        things.append(words)
        if line.opens_page and (count := _count_in(song, line, words, look, lettering)):
            things.append(count)
    if title:
        first_s = min((thing.show_s for thing in things), default=song.length_s)
        things += _title(song, look, lettering, first_s)
    return sorted(things, key=lambda thing: (thing.show_s, thing.y, thing.x))


def set_lines(song: Sheet, look: Look, lettering: Lettering) -> tuple[ShownLine, ...]:
    """The song's lines in rows that are wide enough for them."""
    widest = look.width - 2 * look.margin - 2 * look.outline - 2
    return stage(song.lines, song.voice, lettering.width, widest)


def light(arrangement: Arrangement, dim: float) -> Light:
    """The background follows the energy of the sections, from ``dim`` of its brightness to all of it."""
    times, shares = [0.0], list[float]()
    for section in arrangement.sections:
        share = 256.0 * (dim + (1.0 - dim) * section.energy)
        start_s = float(arrangement.time_map.seconds(section.start_beat))
        if not shares:
            shares.append(share)
        elif share != shares[-1]:
            times += [max(start_s - 0.5, times[-1]), start_s + 0.5]
            shares += [shares[-1], share]
    return Light(np.array(times), np.array(shares or [256.0 * (1.0 + dim) / 2.0]))


def _words(line: ShownLine, look: Look, lettering: Lettering) -> Thing:
    widest = look.width - 2 * look.margin - 2 * look.outline - 2
    size = lettering.fitting(line.text, widest)
    width, height = lettering.box(line.text, size)
    room = look.width - 2 * look.margin - width
    share = {1: 0.0, 2: 1.0}.get(line.voice, 0.5) if look.is_duet else 0.5
    x = look.margin + 2 * int(max(room, 0) * share / 2)
    y = look.row_top(line.row) + 2 * max((look.pitch - look.dots - height) // 4, 0)
    starts = lettering.edges(line.text, size, [piece.start for piece in line.pieces])
    ends = lettering.edges(line.text, size, [piece.end for piece in line.pieces])
    ends[-1] = width
    times, columns = list[float](), list[float]()
    for piece, start, end in zip(line.pieces, starts, ends, strict=True):
        stroke = min(start + max(_FIRST_STROKE * size, 2.0), end)
        times += [piece.start_s - 1e-6, piece.start_s, piece.end_s]
        columns += [columns[-1] if columns else 0.0, stroke, float(end)]
    plain = lettering.text(line.text, size, look.coming(line.voice))
    lit = lettering.text(line.text, size, look.sung[line.voice])
    steps = np.maximum.accumulate(np.array(columns))
    return Thing(x, y, plain, lit, line.show_s, line.hide_s, np.maximum.accumulate(np.array(times)), steps, line.text)


def _count_in(song: Sheet, line: ShownLine, words: Thing, look: Look, lettering: Lettering) -> Thing | None:
    """Dots above the first line of a page that go out beat by beat; none when there is no time for them."""
    beat = float(song.time_map.beats(line.vowel_s))
    ends = [float(song.time_map.seconds(beat - left)) for left in range(COUNT - 1, -1, -1)]
    begin_s = 2.0 * ends[0] - ends[1]
    if begin_s < line.show_s:
        return None
    plain, lit = (
        lettering.dots(COUNT, look.sung[line.voice], lit=True),
        lettering.dots(COUNT, look.sung[line.voice], lit=False),
    )
    step = plain.width / COUNT
    # The k-th dot goes out when the k-th beat before the line begins; the last with the line.
    times = [moment for end in ends for moment in (end - 1e-6, end)]
    columns = [column for k in range(COUNT) for column in (k * step, (k + 1) * step)]
    x = min(words.x, look.width - look.margin - plain.width)
    y = look.row_top(line.row) - look.dots
    return Thing(x, y, plain, lit, line.show_s, ends[-1] + FADE_S, np.array(times), np.array(columns))


def _title(song: Sheet, look: Look, lettering: Lettering, until_s: float) -> list[Thing]:
    """Title, artist and, in duets, who has which colour."""
    hide_s = min(until_s - _GAP_S, TITLE_S[1])
    if hide_s < TITLE_S[0]:
        return []
    rows: list[tuple[str, float, tuple[int, int, int]]] = [(song.title, 1.5, look.text)]
    rows += [(song.artist, 0.8, look.text)] if song.artist else []
    if song.is_duet:
        rows += [(singer, 0.6, look.sung[number]) for number, singer in enumerate(song.singers, 1)]
    widest = look.width - 2 * look.margin - 2 * look.outline - 2
    sizes = [lettering.fitting(text, widest, scale) for text, scale, _ in rows]
    heights = [lettering.box(text, size)[1] for (text, *_), size in zip(rows, sizes, strict=True)]
    gap = 2 * (lettering.letters // 6)
    while sum(heights) + gap * (len(rows) - 1) > look.height - 2 * look.margin and len(rows) > 1:
        rows, sizes, heights = rows[:-1], sizes[:-1], heights[:-1]
    y = 2 * int((look.height - sum(heights) - gap * (len(rows) - 1)) // 4)
    things, none = [], np.zeros(0)
    for (text, _, colour), size, height in zip(rows, sizes, heights, strict=True):
        drawn = lettering.text(text, size, colour)
        x = 2 * ((look.width - drawn.width) // 4)
        things.append(Thing(x, y, drawn, None, 0.0, hide_s, none, none, text))
        y += height + gap
    return things
