"""Folded filters against plain sums over their taps."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.interpolation import TAPS, fold, gather, interpolate


def filters(seed):
    """A phase at one quarter, and a symmetrical one halfway."""
    chance = np.random.default_rng(seed)
    quarter, side = chance.standard_normal(TAPS), chance.standard_normal(TAPS // 2)
    return quarter, np.append(side, side[::-1])


def test_points_are_sums_over_the_taps_of_their_phase():
    quarter, half = filters(1)
    line = np.random.default_rng(2).standard_normal(200).astype(np.float32)
    points = np.empty((3, 180), np.float32)
    interpolate(line, fold(quarter, half), 169, points)
    for found, taps in zip(points, (quarter, half, quarter[::-1]), strict=True):
        assert found[:169] == pytest.approx(np.correlate(line, taps), abs=2e-5)


def test_gathering_sums_over_the_taps_of_all_phases():
    quarter, half = filters(3)
    at_quarter, halfway, at_three = np.random.default_rng(4).standard_normal((3, 200))
    lines = np.float32([halfway, at_three + at_quarter, at_three - at_quarter])
    out = np.ones(169, np.float32)
    gather(lines, fold(quarter, half), out)
    wanted = np.correlate(halfway, half) + np.correlate(at_three, quarter) + np.correlate(at_quarter, quarter[::-1])
    assert out == pytest.approx(1.0 + wanted, abs=5e-5)
