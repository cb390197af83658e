"""What can be seen in lines, things and frames of a video."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence

from songwright.video.picture import Planes
from songwright.video.score import Thing
from songwright.video.staging import ShownLine


def words_of(line: ShownLine) -> list[tuple[int, int, float]]:
    """Each word of a line as (first letter, last letter + 1, when it begins)."""
    found: list[tuple[int, int, float]] = []
    for piece in line.pieces:
        if found and found[-1][1] == piece.start:
            found[-1] = (found[-1][0], piece.end, found[-1][2])
        else:
            found.append((piece.start, piece.end, piece.start_s))
    return found


def overlaps(things: Sequence[Thing]) -> list[tuple[Thing, Thing]]:
    """Pairs of things that would be drawn over each other."""
    return [
        (one, other)
        for one, other in itertools.combinations(things, 2)
        if one.show_s < other.hide_s
        and other.show_s < one.hide_s
        and one.box[0] < other.box[2]
        and other.box[0] < one.box[2]
        and one.box[1] < other.box[3]
        and other.box[1] < one.box[3]
    ]


def fingerprint(frames: Iterator[Planes]) -> str:
    """A hash over frames: the same for the same song, fonts and versions."""
    total = hashlib.sha256()
    for frame in frames:
        total.update(frame.buffer.data)
    return total.hexdigest()
