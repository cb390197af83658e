"""Modes against damped sines written out, drops and bursts against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.modal import ring
from songwright.dsp.percussion import burst_frames, burst_noise, drop_sines, repeat

RATE = 44_100


def test_a_mode_is_a_damped_sine_for_as_long_as_it_rings():
    out = np.zeros((2, 3 * RATE), np.float32)
    omega, rate, phase, start = 2.0 * np.pi * 1234.5 / RATE, 1.0 / RATE, 0.7, 321
    ring(
        np.array([[start, RATE]]), np.array([20.0 / RATE]), np.array([0, 1]), np.array([omega]), np.array([rate]),
        np.array([phase]), np.array([[0.5, 0.25]], np.float32), out,
    )  # fmt: skip
    t = np.arange(3 * RATE - start)
    level = np.exp(-rate * t - (20.0 / RATE) * np.maximum(t - RATE, 0))
    expected = 0.5 * level * np.sin(omega * t + phase)
    np.testing.assert_allclose(out[0, start:], expected, atol=3e-5)
    np.testing.assert_allclose(out[1], 0.5 * out[0], atol=1e-7)
    assert not out[:, :start].any()


def test_a_mode_above_nyquist_is_left_out():
    out = np.zeros((2, 4000), np.float32)
    ring(
        np.array([[0, 4000]]), np.zeros(1), np.array([0, 1]), np.array([3.5]), np.array([1e-3]), np.zeros(1),
        np.ones((1, 2), np.float32), out,
    )  # fmt: skip
    assert not out.any()


def test_a_drop_follows_the_integral_of_its_frequency():
    out = np.zeros((2, 20_000), np.float32)
    low, high, fall, attack, decay = 50.0, 200.0, 0.02, 0.001, 0.1
    drop_sines(
        np.array([100]), np.array([[low, high, fall, attack, decay, 0.0, 1.0, 0.5]], np.float32), float(RATE), out
    )
    t = np.arange(19_900) / RATE
    turns = low * t + (high - low) * fall * (1.0 - np.exp(-t / fall))
    level = np.minimum(1.0, t / attack) * np.exp(-np.maximum(0.0, t - attack) / decay)
    np.testing.assert_allclose(out[0, 100:], level * np.sin(2.0 * np.pi * turns), atol=2e-4)
    assert not out[:, :100].any()


def _burst(gate=1 << 40, hz=4000.0, seed=7):
    out = np.zeros((2, RATE), np.float32)
    row = np.array([[0.0002, 0.15, 0.15, 0.0, hz, 4.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]], np.float32)
    gates = np.array([gate])
    frames = burst_frames(gates, row, float(RATE))
    burst_noise(np.array([0]), frames, np.array([seed], np.uint32), gates, row, float(RATE), out)
    return out[0].astype(np.float64)


@pytest.mark.parametrize("hz", [500.0, 4000.0])
def test_a_band_of_noise_lies_about_its_filter(hz):
    power = np.mean([np.abs(np.fft.rfft(_burst(hz=hz, seed=s))) ** 2 for s in range(1, 20)], axis=0)
    frequency = np.fft.rfftfreq(RATE, 1.0 / RATE)
    cumulative = np.cumsum(power) / power.sum()
    assert frequency[np.searchsorted(cumulative, 0.5)] == pytest.approx(hz, rel=0.12)


def test_a_burst_is_choked_when_its_gate_ends():
    choked, free = _burst(gate=4410), _burst()
    np.testing.assert_array_equal(choked[:4400], free[:4400])
    assert np.abs(choked[4410 + 4410 :]).max() < 0.01 * np.abs(free[4410 + 4410 :]).max()


def test_bursts_side_by_side_sound_as_each_alone():
    rng = np.random.default_rng(1)
    count, end = 75, 2 * RATE
    rows = np.tile(np.array([0.001, 0.01, 0.1, 0.3, 3000.0, 0.7, 0.0, 1.0, 0.5, 1.0, 0.5, 0.2], np.float32), (count, 1))
    rows[:, 1:3] *= rng.uniform(0.2, 1.5, (count, 1))
    start, seed = rng.integers(0, RATE, count), rng.integers(0, 2**32, count, dtype=np.uint32)
    gate = rng.integers(100, RATE, count)
    frames = burst_frames(gate, rows, float(RATE))
    together, apart = np.zeros((2, end), np.float32), np.zeros((2, end), np.float32)
    burst_noise(start, frames, seed, gate, rows, float(RATE), together)
    for i in range(count):
        one = slice(i, i + 1)
        burst_noise(start[one], frames[one], seed[one], gate[one], rows[one], float(RATE), apart)
    assert np.abs(apart).max() > 0.1
    np.testing.assert_allclose(together, apart, atol=2e-6)


def test_a_burst_falls_by_its_time_constants_when_its_attack_is_over():
    row = np.array([[0.02, 0.05, 0.3, 0.4, 20_000.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]], np.float32)
    mixed = [row.copy() for _ in range(2)]
    mixed[0][0, 8] = mixed[1][0, 8] = 1.0
    mixed[1][0, [1, 2]] = 1e6  # the same noise, held for ever
    out = [np.zeros((2, RATE // 2), np.float32) for _ in mixed]
    for rows, sound in zip(mixed, out, strict=True):
        frames, gate = np.array([RATE // 2]), np.array([1 << 40])
        burst_noise(np.array([0]), frames, np.array([9], np.uint32), gate, rows, float(RATE), sound)
    held = np.abs(out[1][0]) > 1e-2
    t = np.maximum(0.0, np.arange(RATE // 2) / RATE - 0.02)
    expected = 0.6 * np.exp(-t / 0.05) + 0.4 * np.exp(-t / 0.3)
    np.testing.assert_allclose((out[0][0, held] / out[1][0, held]), expected[held], rtol=1e-3)
    assert not out[0][1].any()


def test_a_sound_is_repeated_at_its_level_and_fades_after_its_gate():
    sound = np.random.default_rng(2).standard_normal((2, 3000)).astype(np.float32)
    out, damping = np.zeros((2, 6000), np.float32), 0.01
    start, gate = np.array([100, 5000]), np.array([1 << 40, 200])
    repeat(start, gate, np.array([0.5, 2.0], np.float32), damping, sound, out)
    np.testing.assert_allclose(out[:, 100:3100], 0.5 * sound, rtol=1e-6)
    np.testing.assert_allclose(out[:, 5000:5200], 2.0 * sound[:, :200], rtol=1e-6)
    fade = np.exp(-damping * np.arange(800))
    np.testing.assert_allclose(out[:, 5200:6000], 2.0 * sound[:, 200:1000] * fade, atol=2e-5)
    assert not out[:, :100].any()
    assert not out[:, 3100:5000].any()
