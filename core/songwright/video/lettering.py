"""Words and signs as sprites, drawn by Pillow."""

from __future__ import annotations

import io
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from songwright.errors import OutputError
from songwright.video.look import OUTLINE, Look, Rgb, even
from songwright.video.picture import Sprite, sprite

FONT = "Roboto-Bold.ttf"
_NOBODY = "\U0010fffe"  # a letter that no font has


class Lettering:
    """The letters of a video in one font."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._data = look.font.read_bytes() if look.font else (resources.files(__package__) / FONT).read_bytes()

    @cache  # noqa: B019 - lives as long as the video
    def font(self, size: int) -> Any:
        """The font at a size in pixels."""
        from PIL import ImageFont

        try:
            return ImageFont.truetype(io.BytesIO(self._data), size)
        except OSError as error:
            raise OutputError(f"the font {str(self.look.font)!r} cannot be used: {error}") from error

    @cached_property
    def letters(self) -> int:
        """The words' size: what the look wants, or less for a font of tall letters."""
        size, room = self.look.letters, self.look.pitch - self.look.dots
        while size > 4 and self.box("", size)[1] > room:
            size -= 1
        return size

    def width(self, text: str, size: int | None = None) -> float:
        """The width of a text in pixels, without its outline; ``size`` is the words' size by default."""
        return float(self.font(size or self.letters).getlength(text))

    def missing(self, text: str) -> str:
        """The letters that the font does not have."""
        font = self.font(16)
        box = bytes(font.getmask(_NOBODY))
        return "".join(
            letter for letter in dict.fromkeys(text) if letter.isalnum() and bytes(font.getmask(letter)) == box
        )

    def fitting(self, text: str, widest: float, scale: float = 1.0) -> int:
        """The largest size, up to ``scale`` of the words' size, at which a text is no wider than ``widest``."""
        size = max(round(scale * self.letters), 4)
        while size > 4 and self.width(text, size) > widest:
            size -= 1
        return size

    def edges(self, text: str, size: int, places: list[int]) -> list[int]:
        """Where the letters with these numbers begin, in pixels from the sprite's left."""
        return [round(self.width(text[:place], size)) + self.look.outline for place in places]

    def box(self, text: str, size: int) -> tuple[int, int]:
        """Width and height of the sprite of a text, even."""
        ascent, descent = self.font(size).getmetrics()
        pad = 2 * self.look.outline
        return even(self.width(text, size) + pad + 3), even(ascent + descent + pad + 1)

    def text(self, text: str, size: int, colour: Rgb) -> Sprite:
        """A line of text with a dark outline."""
        from PIL import Image, ImageDraw

        picture = Image.new("RGBA", self.box(text, size), (*OUTLINE, 0))
        ImageDraw.Draw(picture).text(
            (self.look.outline, self.look.outline),
            text,
            font=self.font(size),
            fill=(*colour, 255),
            stroke_width=self.look.outline,
            stroke_fill=(*OUTLINE, 255),
        )
        return sprite(np.asarray(picture))

    def dots(self, count: int, colour: Rgb, lit: bool) -> Sprite:
        """A count-in of so many dots; those that are over are faint."""
        from PIL import Image, ImageDraw

        side, scale = self.look.dots, 4
        picture = Image.new("RGBA", (2 * side * count * scale, side * scale), (*colour, 0))
        pen = ImageDraw.Draw(picture)
        for place in range(count):
            left, rim = 2 * side * place * scale, scale
            box = (left + rim, rim, left + side * scale - rim, side * scale - rim)
            pen.ellipse(box, fill=(*colour, 255 if lit else 56))
        return sprite(np.asarray(picture.resize((2 * side * count, side), Image.Resampling.BOX)))


def photograph(path: Path, width: int, height: int) -> Any:
    """A picture file cut to a size, as an array of shape (height, width, 3).

    Raises:
        OutputError: the file is no picture that can be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as file:
            upright = ImageOps.exif_transpose(file).convert("RGB")
            return np.asarray(ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise OutputError(f"the picture {str(path)!r} cannot be read: {error}") from error
