from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.graph.curve import Curve, Shape

POINTS = st.lists(
    st.tuples(st.floats(0, 5000), st.floats(-60, 60), st.sampled_from(list(Shape))), min_size=1, max_size=8
)


@given(POINTS, st.integers(-50, 5200), st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_values_do_not_depend_on_where_blocks_are_cut(points, start, sizes):
    curve = Curve.through(points)
    whole = curve.at(start, sum(sizes))
    starts = start + np.concatenate(([0], np.cumsum(sizes)[:-1]))
    parts = [curve.at(int(at), size) for at, size in zip(starts, sizes, strict=True)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@given(POINTS, st.integers(-50, 5200))
def test_a_block_agrees_with_single_values_and_stays_between_its_points(points, start):
    curve = Curve.through(points)
    block = curve.at(start, 40)
    np.testing.assert_array_equal(block, np.array([curve.value(start + i) for i in range(40)], np.float32))
    assert block.min() >= np.float32(curve.low) - 1e-4
    assert block.max() <= np.float32(curve.high) + 1e-4


@given(POINTS, st.integers(-50, 5200), st.integers(1, 900))
def test_a_curve_that_rests_has_one_value(points, start, frames):
    curve = Curve.through(points)
    if curve.rests(start, frames):
        assert len(set(curve.at(start, frames).tolist())) == 1


def test_a_curve_rests_before_between_and_after_its_movements():
    curve = Curve.through([(10, 1.0, Shape.LINEAR), (20, 2.0, Shape.LINEAR), (40, 2.0, Shape.LINEAR)])
    assert [curve.rests(*block) for block in ((0, 10), (5, 8), (12, 2), (20, 10), (30, 50), (40, 5))] == [
        True, False, False, True, True, True,
    ]  # fmt: skip


def two(shape: Shape, low: float = 1.0, high: float = 3.0) -> Curve:
    return Curve.through([(10.0, low, Shape.LINEAR), (20.0, high, shape)])


def test_a_straight_line_reaches_each_frame_exactly():
    expected = np.concatenate((np.full(10, 1.0), 1.0 + 0.2 * np.arange(10), np.full(5, 3.0)))
    np.testing.assert_allclose(two(Shape.LINEAR).at(0, 25), expected, rtol=1e-6)


def test_a_step_jumps_at_its_point_and_not_before():
    assert two(Shape.STEP).at(18, 4).tolist() == [1.0, 1.0, 3.0, 3.0]
    between = Curve.through([(0.0, 1.0, Shape.STEP), (10.5, 2.0, Shape.STEP)])
    assert between.at(9, 3).tolist() == [1.0, 1.0, 2.0]  # the first frame that is not before 10.5 is 11


def test_an_exponential_goes_by_equal_ratios():
    values = two(Shape.EXP, 100.0, 1600.0).at(10, 11)
    np.testing.assert_allclose(values[1:] / values[:-1], 16.0**0.1, rtol=1e-5)


@pytest.mark.parametrize(("low", "high"), [(0.0, 5.0), (-3.0, 4.0), (2.0, 0.0), (-2.3e-309, -3.0), (1.0, 1e-14)])
def test_an_exponential_through_zero_is_eased_and_arrives(low, high):
    values = two(Shape.EXP, low, high).at(10, 11)
    assert values[0] == pytest.approx(low, abs=1e-12)
    assert values[-1] == pytest.approx(high, abs=1e-12)
    assert abs(values[5] - low) == pytest.approx(abs(high - low) * np.expm1(2) / np.expm1(4), rel=1e-5)


def test_a_smooth_way_is_half_a_cosine():
    expected = 1.0 + 2.0 * (0.5 - 0.5 * np.cos(np.pi * np.arange(11) / 10))
    np.testing.assert_allclose(two(Shape.SMOOTH).at(10, 11), expected, rtol=1e-6)


def test_of_two_points_at_one_time_the_later_written_one_rules_from_there():
    curve = Curve.through([(0.0, 1.0, Shape.LINEAR), (4.0, 2.0, Shape.LINEAR), (4.0, 7.0, Shape.STEP)])
    assert curve.at(3, 3).tolist() == [1.75, 7.0, 7.0]
