"""What a video looks like: sizes, places and colours, from the project's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from songwright.project.model import KaraokeVideo

Rgb = tuple[int, int, int]

OUTLINE: Rgb = (16, 16, 24)
#: Colours of sung words: of the first singer, the second, and so on.
SUNG: tuple[Rgb, ...] = ((255, 211, 77), (92, 200, 255), (123, 224, 123), (255, 143, 199), (255, 166, 77))
TOGETHER: Rgb = (206, 164, 255)
_TINT = 0.35  # of a singer's colour in the words that are still to come


@dataclass(frozen=True)
class Look:
    """Geometry in pixels, colours as RGB."""

    width: int
    height: int
    fps: int
    background: tuple[Rgb, ...]
    image: Path | None
    font: Path | None
    text: Rgb
    sung: tuple[Rgb, ...]  # by the number of the voice; [0] is for several together
    is_duet: bool
    rows: int

    @property
    def margin(self) -> int:
        """Empty space at the sides, and above and below the rows."""
        return even(self.width * 0.05)

    @property
    def pitch(self) -> int:
        """From one row to the next."""
        return even((self.height - 2 * self.height * 0.12) / self.rows)

    @property
    def letters(self) -> int:
        """Size of the words' letters: a row has room for them, their outline and the count-in above."""
        return max(int(min(self.pitch * 0.56, self.height * 0.098)), 8)

    @property
    def outline(self) -> int:
        """Width of the line around letters."""
        return max(self.letters // 18, 1)

    @property
    def dots(self) -> int:
        """Height of the count-in."""
        return even(self.pitch * 0.16)

    def row_top(self, row: int) -> int:
        """Where the words of a row begin, below its count-in."""
        top = even((self.height - self.rows * self.pitch) / 2)
        return top + row * self.pitch + self.dots

    def coming(self, voice: int) -> Rgb:
        """The colour of words that this voice is still to sing."""
        if not self.is_duet:
            return self.text
        return mixed(self.text, self.sung[voice], _TINT)


def look(settings: KaraokeVideo, singers: Sequence[str], rows: int) -> Look:
    """The look that the project asks for."""
    width, height = map(int, settings.size.split("x"))
    return Look(
        width,
        height,
        settings.fps,
        tuple(map(rgb, settings.background)),
        settings.image,
        settings.font,
        rgb(settings.text),
        (TOGETHER if len(singers) > 1 else SUNG[0], *_colours(singers, settings.colours)),
        len(singers) > 1,
        rows,
    )


def _colours(singers: Sequence[str], chosen: Mapping[str, str]) -> tuple[Rgb, ...]:
    return tuple(
        rgb(chosen[singer]) if singer in chosen else SUNG[place % len(SUNG)] for place, singer in enumerate(singers)
    )


def rgb(colour: str) -> Rgb:
    """The values of ``#ffd34d``.

    >>> rgb("#ffd34d")
    (255, 211, 77)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """One colour with a share of another."""
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def even(length: float) -> int:
    """The next smaller even number: chroma has half the resolution.

    >>> even(7.9)
    6
    """
    return 2 * int(length // 2)
