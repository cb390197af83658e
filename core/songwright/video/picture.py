"""Pictures in the encoder's own colours: planes of luma and of half-size chroma (I420, BT.709, limited range).

All arithmetic is on whole numbers, so that the same song gives the same frames on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
#: Luma and chroma of 8-bit RGB, times 2 ** 16 (ITU-R BT.709, 16..235 and 16..240).
_WEIGHTS = np.array([[11966, 40254, 4064], [-6596, -22189, 28784], [28784, -26145, -2640]], np.int64)
_OFFSETS = np.array([16, 128, 128], np.int64)


@dataclass(frozen=True)
class Planes:
    """A frame: ``y`` of shape (height, width), ``u`` and ``v`` of half of both, one after the other in ``buffer``."""

    buffer: Plane
    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def empty(cls, width: int, height: int) -> Planes:
        """A frame without anything decided."""
        size, quarter = width * height, width * height // 4
        buffer = np.zeros(size + 2 * quarter, np.uint8)
        half = (height // 2, width // 2)
        u, v = buffer[size : size + quarter].reshape(half), buffer[size + quarter :].reshape(half)
        return cls(buffer, buffer[:size].reshape(height, width), u, v)

    def all(self) -> tuple[Plane, Plane, Plane]:
        """The planes in the order of I420."""
        return self.y, self.u, self.v


@dataclass(frozen=True)
class Sprite:
    """Something to lay over a background, at even places and of even size.

    ``colour`` are the planes times the opacity (0..255 * 255), ``opacity`` that of luma and of chroma (0..255).
    """

    colour: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]
    opacity: tuple[NDArray[np.uint32], NDArray[np.uint32]]

    @property
    def width(self) -> int:
        """In pixels of luma."""
        return int(self.colour[0].shape[1])

    @property
    def height(self) -> int:
        """In pixels of luma."""
        return int(self.colour[0].shape[0])


def planes(rgb: NDArray[np.uint8]) -> Planes:
    """A picture of shape (height, width, 3), both even, as planes."""
    y, u, v = _yuv(rgb.astype(np.int64))
    made = Planes.empty(rgb.shape[1], rgb.shape[0])
    made.y[:], made.u[:], made.v[:] = y, _halved(u), _halved(v)
    return made


def sprite(rgba: NDArray[np.uint8]) -> Sprite:
    """A picture with opacity, of shape (height, width, 4), both even."""
    opacity = rgba[..., 3].astype(np.int64)
    y, u, v = (plane * opacity for plane in _yuv(rgba[..., :3].astype(np.int64)))
    colour = (y.astype(np.uint32), _halved(u).astype(np.uint32), _halved(v).astype(np.uint32))
    return Sprite(colour, (opacity.astype(np.uint32), _halved(opacity).astype(np.uint32)))


def lay(
    target: Planes, background: Planes, drawn: Sprite, x: int, y: int, columns: tuple[int, int], strength: int = 256
) -> None:
    """Draw the columns of a sprite, which stands at (x, y), over the background into the target.

    ``strength`` of 256 is the whole sprite, 0 the background alone.
    """
    for number, (out, behind, colour) in enumerate(zip(target.all(), background.all(), drawn.colour, strict=True)):
        step = 2 if number else 1
        opacity = drawn.opacity[min(number, 1)]
        first, last = (columns[0] + step - 1) // step, (columns[1] + step - 1) // step
        rows = slice(y // step, y // step + colour.shape[0])
        across = slice(x // step + first, x // step + last)
        over, cover = colour[:, first:last] * strength, opacity[:, first:last] * strength
        under = behind[rows, across].astype(np.uint32) * (255 * 256 - cover)
        out[rows, across] = (over + under + 127 * 256) // (255 * 256)


def dimmed(picture: Planes, share: int, out: Planes) -> None:
    """The picture with its brightness at ``share`` of 256, into ``out``."""
    for number, (source, target) in enumerate(zip(picture.all(), out.all(), strict=True)):
        dark = 128 if number else 16
        target[:] = dark + (((source.astype(np.int32) - dark) * share) >> 8)


def _yuv(rgb: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    flat = rgb @ _WEIGHTS.T
    shifted = ((flat + (1 << 15)) >> 16) + _OFFSETS
    return shifted[..., 0], shifted[..., 1], shifted[..., 2]


def _halved(plane: NDArray[np.int64]) -> NDArray[np.int64]:
    """The means of two by two."""
    total = plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]
    return (total + 2) >> 2
