"""Unrolled recursions say what plain ones say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from songwright.dsp.jit import kernel
from songwright.dsp.onepole import BEFORE, filter_ahead, response, unrolled


@kernel
def run(x, coefficients, y, frames):
    filter_ahead(x, coefficients, y, frames)


@pytest.mark.parametrize(("direct", "late", "pole"), [(0.8, -0.3, 0.5), (0.003, 0.0, 0.997), (1.0, 0.0, 0.0)])
def test_the_output_is_that_of_the_plain_recursion(direct, late, pole):
    noise = np.random.default_rng(1).standard_normal(1000).astype(np.float32)
    x, y = np.concatenate([np.zeros(BEFORE, np.float32), noise]), np.zeros(BEFORE + 1000, np.float32)
    run(x, unrolled(*(np.array(one) for one in (direct, late, pole))), y, 1000)
    assert y[BEFORE:] == pytest.approx(lfilter([direct, late], [1.0, -pole], noise), abs=3e-6)


def test_the_response_is_that_of_the_filter():
    coefficients = unrolled(np.array([0.8, 0.5]), np.array([-0.3, 0.1]), np.array([0.5, 0.9]))
    z = np.exp(-2j * np.pi * 0.1)
    wanted = [(0.8 - 0.3 * z) / (1.0 - 0.5 * z), (0.5 + 0.1 * z) / (1.0 - 0.9 * z)]
    assert response(coefficients, 0.1) == pytest.approx(wanted, abs=1e-6)
