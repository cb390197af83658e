"""Words of a project file to numbers: ``"-6 dB"``, ``"1/8t"``, ``"9:2.5"``, ``"2:30"``.

Every function raises :class:`ValueError` with a sentence that names the value and the rule.
A bare number means the parameter's own unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Endings of Python names that tell the unit, longest first.
SUFFIXES = ("_semitones", "_percent", "_cents", "_beats", "_bars", "_lufs", "_dbtp", "_bpm", "_db", "_hz", "_ms", "_s")

_ENDLESS = 1e300  # what is larger is no number of a song, and may be too large for a float

#: Written unit → (base unit of the family, factor to it).
_UNITS: dict[str, tuple[str, float]] = {
    "dB": ("dB", 1.0),
    "LUFS": ("LUFS", 1.0),
    "dBTP": ("dBTP", 1.0),
    "Hz": ("Hz", 1.0),
    "kHz": ("Hz", 1000.0),
    "s": ("s", 1.0),
    "ms": ("s", 0.001),
    "min": ("s", 60.0),
    "%": ("%", 1.0),
    "cents": ("semitones", 0.01),
    "semitones": ("semitones", 1.0),
    "beats": ("beats", 1.0),
    "beat": ("beats", 1.0),
    "bars": ("bars", 1.0),
    "bar": ("bars", 1.0),
    "BPM": ("BPM", 1.0),
    "bpm": ("BPM", 1.0),
}

# Patterns that the JSON Schema shares: no groups that count, ASCII digits, lengths bounded.
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
LENGTH = r"[0-9]{1,8} */ *[0-9]{1,6} *\.{0,2}t?|[0-9]{1,4}(?:\.[0-9]{1,4})? *(?:bars?|beats?)"
CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:\.[0-9]{1,6})?"
POSITION = r"[0-9]{1,6}:[0-9]{1,4}(?:\.[0-9]{1,9})?|[A-Za-z][A-Za-z0-9_-]*(?:\+[0-9]{1,6}:[0-9]{1,4}(?:\.[0-9]{1,9})?)?"

_QUANTITY = re.compile(rf"({NUMBER})\s*([A-Za-z%]*)")
_NOTE_LENGTH = re.compile(r"([0-9]{1,8}) */ *([0-9]{1,6}) *(\.{0,2})(t?)")
_COUNTED_LENGTH = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?) *(bars?|beats?)")
_BYTES = re.compile(r"(\d+(?:\.\d*)?)\s*([kmgt]?)(i?b?)", re.IGNORECASE)
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2}(?:\.[0-9]{1,6})?)")
_POSITION = re.compile(r"([0-9]{1,6}):([0-9]{1,4}(?:\.[0-9]{1,9})?)")
_SECTION_POSITION = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(?:\+([0-9]{1,6}):([0-9]{1,4}(?:\.[0-9]{1,9})?))?")


@dataclass(frozen=True)
class MusicalLength:
    """A length in the song's own time: ``beats`` quarter notes and ``bars`` whole bars."""

    beats: Fraction = Fraction(0)
    bars: Fraction = Fraction(0)

    def __str__(self) -> str:
        if self.bars:
            return f"{_plain(float(self.bars))} bars"
        whole_notes = self.beats / 4
        return f"{whole_notes.numerator}/{whole_notes.denominator}"


@dataclass(frozen=True)
class Position:
    """A place in the song: ``bar:beat`` (1-based), or the same counted inside a section.

    With a ``section``, ``bar`` and ``beat`` are offsets from its start (0-based). A beat is the
    meter's own unit: an eighth in 7/8.
    """

    bar: int
    beat: float
    section: str | None = None

    def __str__(self) -> str:
        if self.section is None:
            return f"{self.bar}:{_plain(self.beat)}"
        return self.section if (self.bar, self.beat) == (0, 0.0) else f"{self.section}+{self.bar}:{_plain(self.beat)}"


def parse_quantity(
    value: Any, unit: str, *, low: float | None = None, high: float | None = None, synced: bool = False
) -> Any:
    """Read a number with an optional unit into ``unit``; values that are no quantities pass untouched.

    >>> parse_quantity("1.2 kHz", "Hz")
    1200.0
    >>> parse_quantity("2.4 s", "ms")
    2400.0
    >>> parse_quantity("-6 Hz", "dB")
    Traceback (most recent call last):
    ...
    ValueError: '-6 Hz' is in Hz, but this takes dB
    """
    if isinstance(value, bool):
        if low is not None or unit:
            raise ValueError(f"{str(value).lower()} is not a number{f' in {unit}' if unit else ''}")
        return value
    if isinstance(value, (int, float)):
        number = float(value) if abs(value) < _ENDLESS else math.inf
    elif isinstance(value, str) and (unit or low is not None or high is not None):
        if synced and (length := _musical_length_or_none(value)) is not None:
            return length
        number = _with_unit(value, unit)
    else:
        return value
    _check_range(value, number, unit, low, high)
    return int(value) if isinstance(value, int) else number


def _with_unit(text: str, unit: str) -> float:
    if unit == "s" and (clock := _CLOCK.fullmatch(text.strip())):
        return _clock_seconds(clock)
    match = _QUANTITY.fullmatch(text.strip())
    if not match and unit == "s":
        raise ValueError(f"{text!r} is not a time; write one like 2:30 or 90 s")
    if not match:
        raise ValueError(f"{text!r} is not a number{f' in {unit}' if unit else ''}")
    number, written = float(match[1]), match[2]
    if not written or written == unit:
        return number
    if written not in _UNITS:
        raise ValueError(f"{text!r} has the unknown unit {written!r}; this takes {unit or 'a plain number'}")
    family, factor = _UNITS[written]
    own_family, own_factor = _UNITS.get(unit, (unit, 1.0))
    if family != own_family:
        raise ValueError(f"{text!r} is in {written}, but this takes {unit or 'a plain number'}")
    return number * factor / own_factor


def _check_range(value: Any, number: float, unit: str, low: float | None, high: float | None) -> None:
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    if (low is not None and number < low) or (high is not None and number > high):
        suffix = f" {unit}" if unit else ""
        least = "" if low is None else f"at least {low:g}{suffix}"
        most = "" if high is None else f"at most {high:g}{suffix}"
        raise ValueError(f"{value!r} is out of range; it must be {' and '.join(filter(None, (least, most)))}")


def quantity_pattern(unit: str) -> str:
    """A pattern of the texts that a parameter in ``unit`` takes, for the JSON Schema."""
    family = _UNITS.get(unit, (unit, 1.0))[0]
    written = [name for name, (its_family, _) in _UNITS.items() if unit and its_family == family]
    return rf"\s*{NUMBER}\s*(?:{'|'.join(written)})?\s*" if written else rf"\s*{NUMBER}\s*"


def parse_length(text: str) -> MusicalLength:
    """Read a musical length: ``1/4``, ``1/8.``, ``1/8t``, ``2 bars``, ``3 beats``.

    >>> parse_length("1/8t").beats
    Fraction(1, 3)
    """
    length = _musical_length_or_none(text)
    if length is None:
        raise ValueError(f"{text!r} is not a musical length; write one like 1/4, 1/8., 1/8t, 2 bars or 3 beats")
    return length


def _musical_length_or_none(text: str) -> MusicalLength | None:
    if match := _NOTE_LENGTH.fullmatch(text.strip()):
        numerator, denominator, dots, triplet = int(match[1]), int(match[2]), len(match[3]), match[4]
        if not numerator or not denominator:
            return None
        beats = Fraction(4 * numerator, denominator) * (2 - Fraction(1, 2**dots))
        return MusicalLength(beats=beats * Fraction(2, 3) if triplet else beats)
    if match := _COUNTED_LENGTH.fullmatch(text.strip()):
        count = Fraction(match[1])
        if not count:
            return None
        return MusicalLength(bars=count) if match[2].startswith("bar") else MusicalLength(beats=count)
    return None


def parse_position(text: str) -> Position:
    """Read a place in the song: ``9:2.5``, ``c1``, ``c1+2:1`` (two bars and one beat after ``c1`` starts)."""
    if match := _POSITION.fullmatch(text.strip()):
        bar, beat = int(match[1]), float(match[2])
        if bar < 1 or beat < 1:
            raise ValueError(f"{text!r} is not a position; bars and beats count from 1")
        return Position(bar, beat)
    if match := _SECTION_POSITION.fullmatch(text.strip()):
        return Position(int(match[2] or 0), float(match[3] or 0.0), match[1])
    raise ValueError(f"{text!r} is not a position; write one like 9:1, 9:2.5, c1 or c1+2:1")


def parse_seconds(value: Any) -> float:
    """Read a time by the clock: ``1.5 s``, ``2:30``, ``1:02:03``, or a number of seconds."""
    if isinstance(value, str) and (clock := _CLOCK.fullmatch(value.strip())):
        return _clock_seconds(clock)
    seconds = parse_quantity(value, "s", low=0.0)
    if not isinstance(seconds, (int, float)):
        raise ValueError(f"{value!r} is not a time; write one like 2:30 or 90 s")
    return float(seconds)


def parse_bytes(text: str) -> int:
    """Read an amount of memory: ``4 GiB``, ``500 MB``, ``1.5G``, or a number of bytes. A bare prefix counts in 1024s.

    >>> parse_bytes("1.5 GiB"), parse_bytes("500 MB"), parse_bytes("2k"), parse_bytes("0")
    (1610612736, 500000000, 2048, 0)
    """
    match = _BYTES.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not an amount of memory; write one like 4 GiB, 500 MB or 0")
    prefix, suffix = match[2].lower(), match[3].lower()
    base = 1000 if suffix == "b" and prefix else 1024
    return int(float(match[1]) * base ** " kmgt".index(prefix or " "))


def _clock_seconds(clock: re.Match[str]) -> float:
    return int(clock[1] or 0) * 3600.0 + int(clock[2]) * 60.0 + float(clock[3])


def _plain(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
