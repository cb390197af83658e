"""Chance by seed: even, repeatable, unrelated between streams."""

from __future__ import annotations

import numpy as np

from songwright.dsp.noise import spread, uniform

SEEDS = np.arange(20_000, dtype=np.uint32)


def test_numbers_depend_on_the_seed_alone():
    np.testing.assert_array_equal(uniform(SEEDS, 3)[::-1], uniform(SEEDS[::-1], 3))


def test_numbers_are_spread_evenly():
    counts, _ = np.histogram(uniform(SEEDS, 0), 20, (0.0, 1.0))
    assert np.sum((counts - 1000) ** 2 / 1000) < 50.0  # chi-square, 19 degrees: p about 1e-4
    assert abs(spread(SEEDS, 0).mean()) < 0.02


def test_streams_and_neighbours_are_unrelated():
    a, b = uniform(SEEDS, 1), uniform(SEEDS, 2)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
    assert abs(np.corrcoef(a[1:], a[:-1])[0, 1]) < 0.03
