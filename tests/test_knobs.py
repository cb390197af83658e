"""A parameter declared once: key, range, unit, help."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import ValidationError

from songwright.knobs import Knob, Params, knob, yaml_key
from songwright.units import SUFFIXES, MusicalLength, parse_length


class Delay(Params):
    time_ms: float | MusicalLength = knob(300.0, 1.0, 4000.0, "ms", "between echoes", synced=True, automatable=True)
    mix_percent: float = knob(30.0, 0.0, 100.0, "%", "how much is heard", taper="linear")
    cutoff_hz: float = knob(800.0, 20.0, 20_000.0, "Hz", "corner", taper="log", automatable=True)
    taps: int = knob(2, 1, 8, "", "echoes")
    kind: Literal["tape", "digital"] = knob("tape", help="the machine")
    ping_pong: bool = knob(False, help="from side to side")


def test_the_key_is_the_name_without_its_unit() -> None:
    assert [one.key for one in Delay.knobs()] == ["time", "mix", "cutoff", "taps", "kind", "ping_pong"]
    assert all(yaml_key(f"x{suffix}") == "x" for suffix in SUFFIXES)
    assert yaml_key("bass") == "bass"


def test_a_knob_says_all_about_itself() -> None:
    assert Delay.knobs()[0] == Knob("time_ms", "time", 300.0, 1.0, 4000.0, "ms", "between echoes", "linear", True, True)
    assert Delay.knobs()[4].choices == ("tape", "digital")


def test_values_are_read_in_the_knobs_unit() -> None:
    delay = Delay.model_validate({"time": "0.25 s", "mix": "12 %", "cutoff": "1.5 kHz", "taps": "3", "kind": "digital"})
    assert delay == Delay(time_ms=250.0, mix_percent=12.0, cutoff_hz=1500.0, taps=3, kind="digital")
    assert Delay.model_validate({"time": "1/8t"}).time_ms == parse_length("1/8t")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"time": "5 s"}, "it must be at least 1 ms and at most 4000 ms"),
        ({"time": "soon"}, "'soon' is not a number in ms"),
        ({"mix": "3 dB"}, "'3 dB' is in dB, but this takes %"),
        ({"mix": "1/8"}, "'1/8' is not a number in %"),
        ({"taps": 2.5}, "fractional part"),
        ({"taps": True}, "true is not a number"),
        ({"ping_pong": "off"}, "'off' is not true or false"),
        ({"ping_pong": 1}, "1 is not true or false"),
        ({"kind": True}, "true is not one of tape, digital"),
        ({"kind": "shellac"}, "'tape' or 'digital'"),
        ({"tiem": 3}, "Extra inputs"),
    ],
)
def test_what_a_knob_does_not_take_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Delay.model_validate(values)
    assert words in str(caught.value)


def test_parameters_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Delay().taps = 3  # type: ignore[misc]
