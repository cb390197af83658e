"""Meters: how many of which note make a bar, and where its accents lie."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Meter:
    """A meter such as 7/8. ``group`` adds up to the numerator and says where the accents lie: (2, 2, 3)."""

    numerator: int = 4
    denominator: int = 4
    group: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.numerator < 1 or self.denominator not in (1, 2, 4, 8, 16, 32):
            raise ValueError(f"{self.numerator}/{self.denominator} is not a meter; write one like 4/4, 3/4, 6/8 or 7/8")
        if not self.group:
            object.__setattr__(self, "group", _usual_group(self.numerator, self.denominator))
        if sum(self.group) != self.numerator or min(self.group) < 1:
            raise ValueError(f"the group {list(self.group)} of {self} must add up to {self.numerator}")

    @classmethod
    def parse(cls, text: str, group: tuple[int, ...] | None = None) -> Meter:
        """Read ``7/8``.

        >>> Meter.parse("7/8").group, Meter.parse("6/8").beats
        ((2, 2, 3), 3.0)
        """
        match = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
        if not match:
            raise ValueError(f"{text!r} is not a meter; write one like 4/4, 3/4, 6/8 or 7/8")
        return cls(int(match[1]), int(match[2]), group or ())

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def beats(self) -> float:
        """Quarter notes a bar."""
        return 4.0 * self.numerator / self.denominator

    @property
    def exact_beats(self) -> Fraction:
        """Quarter notes a bar, exactly."""
        return Fraction(4 * self.numerator, self.denominator)

    @property
    def unit_beats(self) -> float:
        """Quarter notes of the meter's unit: 0.5 in 7/8."""
        return 4.0 / self.denominator

    @property
    def accents(self) -> tuple[float, ...]:
        """Where the groups start, in quarter notes from the bar's start."""
        return tuple(self.unit_beats * start for start in itertools.accumulate((0, *self.group[:-1])))

    def nearest_accent(self, share: Fraction) -> float:
        """Where a change after ``share`` of a bar is played, in quarter notes from the bar's start.

        A bar of four quarters is shared out evenly. Any other goes by its accents: the nearest after the first, the
        later of two, so that half of a bar is beat 3 of 3/4, 4 of 5/4 and the second group of 6/8.

        >>> Meter.parse("3/4").nearest_accent(Fraction(1, 2)), Meter.parse("6/8").nearest_accent(Fraction(1, 2))
        (2.0, 1.5)
        """
        place = float(share * self.exact_beats)
        if self.beats == 4.0 or not share:
            return place
        return min(reversed(self.accents[1:]), key=lambda accent: abs(accent - place), default=place)


def _usual_group(numerator: int, denominator: int) -> tuple[int, ...]:
    if denominator < 8 or numerator < 4:
        return (1,) * numerator
    if numerator % 3 == 0:
        return (3,) * (numerator // 3)
    if numerator == 5:
        return (3, 2)
    return (2,) * (numerator // 2) if numerator % 2 == 0 else (*(2,) * (numerator // 2 - 1), 3)
