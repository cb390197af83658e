"""Words of a project file to numbers, exactly; and back where they have a writing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.units import (
    MusicalLength,
    Position,
    parse_length,
    parse_position,
    parse_quantity,
    parse_seconds,
)

UNITS = ["dB", "Hz", "ms", "s", "%", "semitones", "cents", "beats", "bars", "BPM", "LUFS", "dBTP"]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("-6 dB", "dB", -6.0),
        ("-6dB", "dB", -6.0),
        ("+3.5 dB", "dB", 3.5),
        (" .5 dB ", "dB", 0.5),
        ("1.2 kHz", "Hz", 1200.0),
        ("800", "Hz", 800.0),
        ("10 ms", "ms", 10.0),
        ("2.4 s", "ms", 2400.0),
        ("10 ms", "s", 0.01),
        ("1 min", "s", 60.0),
        ("2:30", "s", 150.0),
        ("1:02:03.5", "s", 3723.5),
        ("54 %", "%", 54.0),
        ("50 cents", "semitones", 0.5),
        ("2 semitones", "cents", 200.0),
        ("104 BPM", "BPM", 104.0),
        ("104 bpm", "BPM", 104.0),
        ("-14 LUFS", "LUFS", -14.0),
        ("1e3 Hz", "Hz", 1000.0),
    ],
)
def test_a_quantity_is_read_in_the_parameters_unit(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("unit", UNITS)
@given(number=st.floats(allow_nan=False, allow_infinity=False, min_value=-1e290, max_value=1e290))
def test_a_number_with_its_own_unit_is_exact(unit: str, number: float) -> None:
    assert parse_quantity(f"{number!r} {unit}", unit) == number
    assert parse_quantity(number, unit) == number


def test_a_bare_number_keeps_its_kind() -> None:
    assert type(parse_quantity(3, "", low=0, high=5)) is int
    assert type(parse_quantity(3.0, "dB")) is float
    assert parse_quantity("words", "") == "words"  # a text parameter
    assert parse_quantity(None, "dB") is None


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("-6 Hz", "dB", "'-6 Hz' is in Hz, but this takes dB"),
        ("-6 dBTP", "dB", "is in dBTP, but this takes dB"),
        ("6 dB", "", "is in dB, but this takes a plain number"),
        ("6 furlongs", "s", "has the unknown unit 'furlongs'"),
        ("loud", "dB", "'loud' is not a number in dB"),
        ("soon", "s", "is not a time"),
        ("", "dB", "is not a number in dB"),
        ("٣ dB", "dB", "is not a number in dB"),
        ("1 2 dB", "dB", "is not a number"),
        (True, "dB", "true is not a number in dB"),
        (math.nan, "dB", "is not a finite number"),
        (math.inf, "dB", "is not a finite number"),
        (10**400, "dB", "is not a finite number"),
        ("1e999 dB", "dB", "is not a finite number"),
        (-61, "dB", "it must be at least -60 dB and at most 0 dB"),
        ("1 dB", "dB", "it must be at least -60 dB and at most 0 dB"),
    ],
)
def test_what_is_no_quantity_is_refused_with_the_rule(value: Any, unit: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_quantity(value, unit, low=-60.0, high=0.0 if unit == "dB" else None)


@pytest.mark.parametrize(
    ("text", "beats", "bars"),
    [
        ("1/4", Fraction(1), 0),
        ("1/8.", Fraction(3, 4), 0),
        ("1/4..", Fraction(7, 4), 0),
        ("1/8t", Fraction(1, 3), 0),
        ("3/16", Fraction(3, 4), 0),
        ("1/1", Fraction(4), 0),
        ("3 beats", Fraction(3), 0),
        ("1 beat", Fraction(1), 0),
        ("2 bars", Fraction(0), 2),
        ("1.5 bars", Fraction(0), Fraction(3, 2)),
    ],
)
def test_a_musical_length_is_exact(text: str, beats: Fraction, bars: Fraction) -> None:
    assert parse_length(text) == MusicalLength(beats=beats, bars=Fraction(bars))
    assert parse_quantity(text, "ms", synced=True) == parse_length(text)


def assert_refused(reader: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        reader(text)


@pytest.mark.parametrize(
    "text", ["", "1/0", "0/4", "1/4x", "0 bars", "-1 bars", "1 / / 4", "a while", "1/4tt", "9" * 400 + "/4"]
)
def test_what_is_no_musical_length_is_refused(text: str) -> None:
    assert_refused(parse_length, text)


@given(st.builds(Fraction, st.integers(1, 9999), st.integers(1, 999)))
def test_a_length_in_beats_is_written_as_it_is_read(beats: Fraction) -> None:
    assert parse_length(str(MusicalLength(beats=beats))) == MusicalLength(beats=beats)


@given(st.integers(1, 99_999_999).map(lambda count: Fraction(count, 10_000)))
def test_a_length_in_bars_is_written_as_it_is_read(bars: Fraction) -> None:
    assert parse_length(str(MusicalLength(bars=bars))) == MusicalLength(bars=bars)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("9:1", Position(9, 1.0)),
        ("9:2.5", Position(9, 2.5)),
        ("c1", Position(0, 0.0, "c1")),
        ("verse-2", Position(0, 0.0, "verse-2")),
        ("c1+2:1", Position(2, 1.0, "c1")),
        ("verse-2+0:0.5", Position(0, 0.5, "verse-2")),
    ],
)
def test_a_position_has_three_forms(text: str, position: Position) -> None:
    assert parse_position(text) == position
    assert str(position) == text


@pytest.mark.parametrize(
    "text",
    ["", "0:1", "1:0", "1:0.5", "1", "1:", ":1", "1:1:1", "c1+1", "c1+-1:0", "1/4", "-1:1", "bar 9", "9" * 9 + ":1"],
)
def test_what_is_no_position_is_refused(text: str) -> None:
    assert_refused(parse_position, text)


IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
BEATS = st.integers(0, 9999).flatmap(lambda whole: st.integers(0, 10**6).map(lambda part: whole + part / 10**6))


@given(st.integers(1, 999_999), BEATS.map(lambda beat: beat + 1), st.none() | IDS)
def test_a_position_is_written_as_it_is_read(bar: int, beat: float, section: str | None) -> None:
    position = Position(bar, min(round(beat, 6), 9999.0), section)
    assert parse_position(str(position)) == position


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1.5 s", 1.5), ("2:30", 150.0), ("1:02:03", 3723.0), (90, 90.0), ("90", 90.0), ("500 ms", 0.5)],
)
def test_a_time_by_the_clock(value: Any, seconds: float) -> None:
    assert parse_seconds(value) == seconds


@pytest.mark.parametrize("value", ["-1 s", -1, "soon", None, [], "2:3", True, "1/4"])
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a|out of range"):
        parse_seconds(value)
