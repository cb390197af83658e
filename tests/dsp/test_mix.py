"""Kernels that take blocks as they are, beside NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.energy import peak
from songwright.dsp.mix import add


def noise(shape, seed=1):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, shape).astype(np.float32)


@pytest.mark.parametrize("gain", [np.full(1, 0.3, np.float32), noise(999)])
def test_blocks_are_added_at_a_still_and_at_a_moving_gain(gain):
    audio, out = noise((2, 999), 2), noise((2, 999), 3)
    wanted = out + audio * gain
    add(audio, gain, out)
    assert np.array_equal(out, wanted)


@pytest.mark.parametrize("odd", [-0.75, np.inf, -np.inf, np.nan])
def test_the_peak_is_the_greatest_magnitude_or_not_a_finite_one(odd):
    samples = noise(1001)
    samples[777] = odd
    assert np.array_equal(peak(samples), np.abs(np.float32(odd)), equal_nan=True)
    assert peak(np.zeros(5, np.float32)) == 0.0
