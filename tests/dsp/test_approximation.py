"""The kernels' elementary functions against NumPy's."""

from __future__ import annotations

import numpy as np

from songwright.dsp.approximation import exp2, saturate, sin_turns
from songwright.dsp.jit import kernel


@kernel
def _map_all(x, powers, sines, clipped):
    for i in range(x.shape[0]):
        powers[i] = exp2(x[i])
        sines[i] = sin_turns(x[i])
        clipped[i] = saturate(x[i])


def _mapped(x):
    out = [np.empty_like(x) for _ in range(3)]
    _map_all(x, *out)
    return out


def test_exp2_and_sine_keep_their_stated_errors():
    x = np.linspace(-30.0, 30.0, 300_001).astype(np.float32)
    powers, sines, _ = _mapped(x)
    assert np.max(np.abs(powers / np.exp2(x.astype(np.float64)) - 1.0)) < 3e-7
    near = np.abs(x) <= 1.0
    assert np.max(np.abs(sines - np.sin(2.0 * np.pi * x.astype(np.float64)))[near]) < 5e-7


def test_saturation_is_odd_monotonic_and_bounded():
    x = np.linspace(-6.0, 6.0, 10_001).astype(np.float32)
    _, _, y = _mapped(x)
    assert np.diff(y).min() > -5e-7  # rounding alone
    np.testing.assert_allclose(y, -y[::-1], atol=1e-7)
    assert np.all(y[x >= 3.0] == 1.0)
    assert y.max() <= np.nextafter(np.float32(1.0), np.float32(2.0))  # a last bit short of ±3
    middle = np.abs(x) < 1.0
    np.testing.assert_allclose(y[middle], np.tanh(x[middle]), rtol=0.0, atol=0.0162)  # 28/36 - tanh(1)
