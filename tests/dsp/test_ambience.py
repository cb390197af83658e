"""The room about a drum kit against its echoes laid one by one."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.ambience import reflect, room

RATE = 44_100


def _send(dry: np.ndarray) -> np.ndarray:
    """The mid signal, darkened, less its slow average: sample by sample."""
    send, state, slow = np.zeros(dry.shape[1]), 0.0, 0.0
    for i, x in enumerate(0.5 * dry.astype(np.float64).sum(axis=0)):
        state = x + 0.35 * (state - x)
        slow += 0.01 * (state - slow)
        send[i] = state - slow
    return send


@pytest.mark.parametrize("frames", [3000, 9001])
def test_a_room_is_the_sum_of_its_echoes(frames):
    delay, gain = room(RATE, 0.14, 12)
    dry = np.random.default_rng(3).standard_normal((2, frames)).astype(np.float32)
    out = dry + np.float32(1.0)
    reflect(np.full(frames, 2.0, np.float32), delay, gain, 0.35, 0.5, out)
    send, expected = _send(dry), dry + 1.0
    for late, level in zip(delay, gain, strict=True):
        for side in range(2):
            if late[side] < frames:
                expected[side, late[side] :] += 0.5 * level[side] * send[: frames - late[side]]
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_the_echoes_of_a_stroke_end():
    delay, gain = room(RATE, 0.14, 12)
    dry = np.zeros((2, RATE), np.float32)
    dry[:, 100] = 1.0
    out = dry.copy()
    reflect(np.zeros(RATE, np.float32), delay, gain, 0.35, 1.0, out)
    out -= dry
    assert not out[:, : 100 + delay.min()].any()
    assert np.abs(out[:, 100 + delay.max() : 200 + delay.max()]).max() > 1e-3
    assert np.abs(out[:, 8000 + delay.max() :]).max() < 1e-6


def test_the_room_has_unit_energy_and_two_different_sides():
    delay, gain = room(RATE, 0.14, 40)
    np.testing.assert_allclose(np.sum(gain.astype(np.float64) ** 2, axis=0), 1.0, rtol=1e-5)
    assert delay.min() >= int(0.004 * RATE)
    assert delay.max() <= int(0.14 * RATE) + 1
    out = np.zeros((2, RATE), np.float32)
    out[:, 0] = 1.0
    reflect(np.zeros(RATE, np.float32), delay, gain, 0.0, 1.0, out)
    left, right = out[:, 1:]
    assert abs(np.sum(left * right)) / np.sqrt(np.sum(left**2) * np.sum(right**2)) < 0.3
