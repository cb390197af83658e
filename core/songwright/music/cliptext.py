"""Written notes: ``E2:1/4 G2:1/8 r [E3 G3 B3]:1/2@0.9``.

::

    clip     = item { space item }           a "|" may stand between items, for the eye
    item     = what [ ":" length ] [ "@" velocity ]
    what     = pitch | "[" pitch { space pitch } "]" | "r"
    pitch    = "E2" | "F#3" | "Bb2" | a MIDI number (36; for drums)
    length   = "1/4" | "1/8." | "1/8t" | a sum of such ("1/2+1/8"); left out: as the item before
    velocity = "0.8" (with a point: 0 to 1) | "90" (whole: 1 to 127); left out: 0.8

``r`` is a rest. The first item must have a length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from songwright.music.pitch import note_name, parse_pitch
from songwright.units import parse_length

USUAL_VELOCITY = 0.8

_ITEM = re.compile(
    r"(?P<what>\[[^\[\]]*\]|[^\s:@\[\]|]+)(?::(?P<length>[^\s@\[\]|]*))?(?:@(?P<velocity>[^\s@:\[\]|]*))?(?=[\s|]|$)"
)
_GAP = re.compile(r"[\s|]*")


@dataclass(frozen=True)
class ClipNote:
    """One item of a clip, in quarter-note beats from the clip's start. A rest has no pitches."""

    start: Fraction
    length: Fraction
    pitches: tuple[int, ...]
    velocity: float  # 0..1
    offset: int = field(default=0, compare=False)  # of the character in the text where it is written

    @property
    def end(self) -> Fraction:
        """Where it is let go; the last item's end is the clip's length."""
        return self.start + self.length


class ClipError(ValueError):
    """The text is no clip. ``offset`` is the character, from 0, where it goes wrong."""

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        super().__init__(message)


def parse_clip(text: str) -> tuple[ClipNote, ...]:
    """Read written notes, rests included.

    >>> [(str(note.start), note.pitches) for note in parse_clip("E2:1/4 r:1/8 [C3 E3]:1/2@90")]
    [('0', (40,)), ('1', ()), ('3/2', (48, 52))]

    Raises:
        ClipError: naming the item, the rule and the offset.
    """
    items: list[ClipNote] = []
    length: Fraction | None = None
    place, beat = _skip(text, 0), Fraction(0)
    while place < len(text):
        match = _ITEM.match(text, place)
        if not match:
            word = text[place:].split(maxsplit=1)[0]
            raise ClipError(f"{word!r} is not a note; write one like E2:1/4, [C3 E3]:1/2@0.8 or r:1/8", place)
        if match["length"] is not None:
            length = _length(match["length"], match.start("length"))
        if length is None:
            raise ClipError(f"the first note {match[0]!r} has no length; write one like {match['what']}:1/4", place)
        velocity = (
            USUAL_VELOCITY if match["velocity"] is None else _velocity(match["velocity"], match.start("velocity"))
        )
        items.append(ClipNote(beat, length, _pitches(match["what"], place), velocity, place))
        beat += length
        place = _skip(text, match.end())
    if not items:
        raise ClipError("a clip without a note; write one like E2:1/4 G2:1/8", 0)
    return tuple(items)


def write_clip(items: Iterable[ClipNote]) -> str:
    """Notes and rests as text; velocities are left out.

    >>> write_clip(parse_clip("E2:1/4@90 G2 r:1/8 [C3 E3]:3/8"))
    'E2:1/4 G2 r:1/8 [C3 E3]:3/8'
    """
    words, before = [], None
    for item in items:
        names = [note_name(pitch) for pitch in item.pitches]
        what = f"[{' '.join(names)}]" if len(names) > 1 else names[0] if names else "r"
        whole = item.length / 4
        words.append(what if item.length == before else f"{what}:{whole.numerator}/{whole.denominator}")
        before = item.length
    return " ".join(words)


def _skip(text: str, place: int) -> int:
    gap = _GAP.match(text, place)
    return gap.end() if gap else place


def _pitches(what: str, offset: int) -> tuple[int, ...]:
    if what == "r":
        return ()
    if not what.startswith("["):
        return (_pitch(what, offset),)
    pitches = [_pitch(match[0], offset + match.start()) for match in re.finditer(r"[^\s\[\]]+", what)]
    if not pitches:
        raise ClipError("a chord without a note; write one like [C3 E3 G3]:1/2", offset)
    return tuple(sorted(set(pitches)))


def _pitch(word: str, offset: int) -> int:
    if word.isdecimal():
        if len(word) > 3 or int(word) > 127:
            raise ClipError(f"{word!r} is not a MIDI number; they go from 0 to 127", offset)
        return int(word)
    try:
        return parse_pitch(word)
    except ValueError as error:
        raise ClipError(str(error), offset) from None


def _length(text: str, offset: int) -> Fraction:
    try:
        return sum((parse_length(part).beats for part in text.split("+")), Fraction(0))
    except ValueError:
        raise ClipError(f"{text!r} is not a note's length; write one like 1/4, 1/8., 1/8t or 1/2+1/8", offset) from None


def _velocity(text: str, offset: int) -> float:
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 127:
        return int(text) / 127
    if re.fullmatch(r"0\.[0-9]+|1\.0+", text) and float(text) > 0:
        return float(text)
    raise ClipError(f"{text!r} is not a velocity; write 1 to 127, or with a point 0.01 to 1.0", offset)
