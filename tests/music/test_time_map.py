import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from songwright.music.time import Meter, MeterPoint, TempoPoint, TimeMap

bpms = st.floats(20.0, 400.0)


@st.composite
def time_maps(draw):
    beats = draw(st.lists(st.integers(0, 4000), min_size=1, max_size=6, unique=True))
    tempi = tuple(
        TempoPoint(beat / 8, draw(bpms), draw(st.sampled_from([0.0, 0.0, 0.5, 3.0, 16.0, 200.0])))
        for beat in sorted(beats)
    )
    bars = sorted(draw(st.sets(st.integers(2, 60), max_size=4)))
    meters = [Meter(draw(st.integers(1, 15)), draw(st.sampled_from([2, 4, 8, 16]))) for _ in range(len(bars) + 1)]
    points = tuple(MeterPoint(bar, meter) for bar, meter in zip([1, *bars], meters, strict=True))
    return TimeMap(tempi, points)


def test_constant_tempo_is_a_line():
    time_map = TimeMap.constant(90.0)
    beats = np.linspace(-8, 400, 77)
    np.testing.assert_allclose(time_map.seconds(beats), beats * 60 / 90, rtol=0, atol=1e-12)
    assert time_map.seconds(3.0) == 2.0
    assert isinstance(time_map.seconds(3.0), float)


@given(bpms, bpms, st.floats(0.25, 256.0))
def test_a_ramp_takes_the_logarithm_of_its_tempi(before, after, beats):
    assume(abs(before - after) > 1e-3)
    time_map = TimeMap((TempoPoint(0.0, before), TempoPoint(8.0, after, beats)))
    expected = 60 * beats * math.log(after / before) / (after - before)
    assert time_map.seconds(8.0 + beats) - time_map.seconds(8.0) == pytest.approx(expected, rel=1e-11)
    assert time_map.bpm(8.0 + beats / 2) == pytest.approx((before + after) / 2)
    assert time_map.bpm(8.0 + beats) == pytest.approx(after)


def test_a_ramp_is_what_integrating_it_numerically_gives():
    time_map = TimeMap((TempoPoint(0.0, 92.0), TempoPoint(16.0, 140.0, 12.0), TempoPoint(22.0, 60.0, 4.0)))
    grid = np.linspace(0.0, 40.0, 400_001)
    middle = (grid[1:] + grid[:-1]) / 2
    summed = np.concatenate(([0.0], np.cumsum(60.0 / time_map.bpm(middle) * np.diff(grid))))
    np.testing.assert_allclose(time_map.seconds(grid), summed, atol=2e-7)
    assert time_map.bpm(22.0) == pytest.approx(92 + 48 / 12 * 6)  # the second ramp starts where the first was cut


@given(time_maps(), st.lists(st.floats(-16.0, 800.0), min_size=1, max_size=20))
def test_seconds_and_beats_are_inverse(time_map, beats):
    beats = np.array(beats)
    seconds = time_map.seconds(beats)
    np.testing.assert_allclose(time_map.beats(seconds), beats, rtol=0, atol=1e-9)
    np.testing.assert_allclose(time_map.seconds(time_map.beats(seconds)), seconds, rtol=0, atol=1e-9)
    order = np.argsort(beats)
    assert np.all(np.diff(seconds[order]) >= 0)


@given(time_maps(), st.integers(1, 80))
def test_bars_and_positions_are_inverse(time_map, bar):
    start = time_map.bar_start(bar)
    meter = time_map.meter(bar)
    assert time_map.bar_start(bar + 1) - start == pytest.approx(meter.beats)
    assert time_map.position(start) == (bar, pytest.approx(1.0))
    inside = 1 + 0.75 * meter.numerator
    found_bar, found_beat = time_map.position(time_map.beat(bar, inside))
    assert (found_bar, found_beat) == (bar, pytest.approx(inside))


@given(time_maps(), st.lists(st.floats(0.0, 500.0), min_size=1, max_size=10))
def test_arrays_give_what_scalars_give(time_map, beats):
    array = np.array(beats)
    for method in (time_map.seconds, time_map.beats, time_map.bpm):
        assert method(array).tolist() == [method(beat) for beat in beats]
    bars, within = time_map.position(array)
    assert list(zip(bars.tolist(), within.tolist(), strict=True)) == [time_map.position(beat) for beat in beats]
    assert time_map.seconds(array.reshape(-1, 1)).shape == (len(beats), 1)


def test_seven_eight_counts_in_eighths():
    time_map = TimeMap(meters=(MeterPoint(1, Meter()), MeterPoint(3, Meter.parse("7/8", (3, 2, 2)))))
    assert time_map.bar_start(3) == 8.0
    assert time_map.bar_start(4) == 11.5
    assert time_map.beat(3, 4.0) == 9.5
    assert time_map.position(9.5) == (3, 4.0)
    assert time_map.meter(3).accents == (0.0, 1.5, 2.5)


@pytest.mark.parametrize(
    ("text", "group"),
    [("4/4", (1, 1, 1, 1)), ("3/4", (1, 1, 1)), ("6/8", (3, 3)), ("12/8", (3, 3, 3, 3)), ("7/8", (2, 2, 3)),
     ("5/8", (3, 2)), ("9/8", (3, 3, 3)), ("8/8", (2, 2, 2, 2)), ("3/8", (1, 1, 1))],
)  # fmt: skip
def test_usual_groups(text, group):
    assert Meter.parse(text).group == group


@pytest.mark.parametrize("text", ["4", "0/4", "4/3", "x/4", "-3/4"])
def test_what_is_no_meter_is_refused(text):
    with pytest.raises(ValueError, match="is not a meter"):
        Meter.parse(text)


def test_groups_must_add_up_and_changes_must_ascend():
    with pytest.raises(ValueError, match="must add up to 7"):
        Meter(7, 8, (2, 2))
    with pytest.raises(ValueError, match="tempo changes must follow"):
        TimeMap((TempoPoint(4.0, 100.0), TempoPoint(4.0, 90.0)))
    with pytest.raises(ValueError, match="meter changes must follow"):
        TimeMap(meters=(MeterPoint(2, Meter()), MeterPoint(2, Meter())))
