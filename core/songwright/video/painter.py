"""Frame after frame: what has changed since the last one is drawn, the rest stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.video.lettering import photograph
from songwright.video.look import Look
from songwright.video.picture import Planes, dimmed, lay, planes
from songwright.video.score import FADE_S, Light, Thing

WHOLE = 256


@dataclass
class _Seen:
    """How a thing stands on the canvas now."""

    strength: int
    column: int


class Painter:
    """Draws a song's frames in order, each once.

    Args:
        look: geometry and colours.
        things: what is drawn, by the time when it appears.
        light: the brightness of the background.
        start_s: the moment of the song that the first frame shows.
    """

    def __init__(self, look: Look, things: Sequence[Thing], light: Light, start_s: float = 0.0) -> None:
        self.look, self.light, self.start_s = look, light, start_s
        self._waiting = list(things)
        self._shown: dict[int, tuple[Thing, _Seen]] = {}
        self._number = 0
        self._picture = planes(_backdrop(look))
        self._behind = Planes.empty(look.width, look.height)
        self._canvas = Planes.empty(look.width, look.height)
        self._share = -1

    def frame(self, number: int) -> Planes:
        """The frame that shows the song at ``number / fps`` seconds after its start. The next call draws over it."""
        seconds = self.start_s + number / self.look.fps
        relit = self._relight(self.light.share(seconds))
        while self._waiting and self._waiting[0].show_s <= seconds:
            thing = self._waiting.pop(0)
            if seconds < thing.hide_s:
                self._shown[self._number] = (thing, _Seen(0, 0))
                self._number += 1
        gone = [key for key, (thing, _) in self._shown.items() if seconds >= thing.hide_s]
        for key in gone:
            self._restore(self._shown.pop(key)[0])
        for thing, seen in self._shown.values():
            self._draw(thing, seen, _strength(thing, seconds), thing.column(seconds), relit)
        return self._canvas

    def _relight(self, share: int) -> bool:
        """Draw the background anew where its brightness has changed."""
        if share == self._share:
            return False
        self._share = share
        dimmed(self._picture, share, self._behind)
        self._canvas.buffer[:] = self._behind.buffer
        return True

    def _restore(self, thing: Thing) -> None:
        left, top, right, bottom = thing.box
        for step, out, source in zip((1, 2, 2), self._canvas.all(), self._behind.all(), strict=True):
            place = (slice(top // step, bottom // step), slice(left // step, right // step))
            out[place] = source[place]

    def _draw(self, thing: Thing, seen: _Seen, strength: int, column: int, relit: bool) -> None:
        column = column if thing.lit else 0
        if relit or strength != seen.strength:
            first = 0
        elif column != seen.column:
            first = min(seen.column, column)
        else:
            return
        last = thing.plain.width if relit or strength != seen.strength else max(seen.column, column)
        lit = min(max(column, first), last)
        if thing.lit and lit > first:
            lay(self._canvas, self._behind, thing.lit, thing.x, thing.y, (first, lit), strength)
        if last > lit:
            lay(self._canvas, self._behind, thing.plain, thing.x, thing.y, (lit, last), strength)
        seen.strength, seen.column = strength, column


def _strength(thing: Thing, seconds: float) -> int:
    """Things fade in and out."""
    share = min((seconds - thing.show_s) / FADE_S, (thing.hide_s - seconds) / FADE_S, 1.0)
    return max(int(WHOLE * share), 0)


def _backdrop(look: Look) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The background as a picture: a photograph, a colour, or one colour at the top and another at the bottom."""
    if look.image:
        return np.asarray(photograph(look.image, look.width, look.height), np.uint8)
    top, bottom = np.array(look.background[0], np.int64), np.array(look.background[-1], np.int64)
    down = np.arange(look.height, dtype=np.int64)[:, None]
    column = (top * (look.height - 1 - down) + bottom * down + (look.height - 1) // 2) // (look.height - 1)
    return np.repeat(column[:, None, :], look.width, axis=1).astype(np.uint8)
