"""Gain computers and ballistics against their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from songwright.dsp.dynamics import compressor_gain, log2, one_pole_share, switch_gain

RATE = 48_000


def curve(value):
    return np.array([value], np.float32)


def reduction_db(levels, threshold_db=-20.0, ratio=4.0, knee_db=0.0, attack_ms=10.0, release_ms=100.0, slow=(0.0, 0.0)):
    """Gain reduction for a key that stands at ``levels`` (linear, one a frame)."""
    key = np.tile(np.asarray(levels, np.float32), (2, 1))
    gain = np.empty_like(key)
    compressor_gain(
        key,
        curve(threshold_db),
        curve(1.0 - 1.0 / ratio),
        curve(knee_db),
        one_pole_share(curve(attack_ms), RATE),
        one_pole_share(curve(release_ms), RATE),
        curve(1.0),
        *slow,
        np.zeros((2, 3)),
        gain,
    )
    assert np.array_equal(gain[0], gain[1])
    return -20.0 * np.log10(gain[0].astype(np.float64))


def static_reduction_db(level_db, threshold_db, ratio, knee_db):
    """What the compressor settles at: the plain formula."""
    over = level_db - threshold_db
    if 2.0 * over <= -knee_db:
        return 0.0
    if 2.0 * over < knee_db:
        return (1.0 - 1.0 / ratio) * (over + knee_db / 2.0) ** 2 / (2.0 * knee_db)
    return (1.0 - 1.0 / ratio) * over


def test_log2_keeps_its_promise():
    x = np.geomspace(1e-10, 1e6, 20_001).astype(np.float32)
    errors = [abs(float(log2(value)) - math.log2(float(value))) for value in x[::20]]
    assert max(errors) < 2e-6  # 6e-7 of the polynomial, and float32 rounding of exponents to 33


@pytest.mark.parametrize("level_db", [-60.0, -26.1, -24.0, -20.0, -17.0, -14.1, -13.0, -6.0, 0.0, 6.0])
@pytest.mark.parametrize(("ratio", "knee_db"), [(2.0, 0.0), (4.0, 6.0), (4.0, 12.0), (20.0, 3.0)])
def test_the_static_curve_is_the_formula(level_db, ratio, knee_db):
    settled = reduction_db(np.full(RATE // 2, 10.0 ** (level_db / 20.0)), ratio=ratio, knee_db=knee_db)[-1]
    assert settled == pytest.approx(static_reduction_db(level_db, -20.0, ratio, knee_db), abs=0.01)


@pytest.mark.parametrize("attack_ms", [1.0, 10.0, 80.0])
def test_attack_reaches_63_percent_after_its_time(attack_ms):
    reduction = reduction_db(np.full(RATE, 1.0), attack_ms=attack_ms)
    wanted = (1.0 - 1.0 / math.e) * 15.0
    assert np.argmax(reduction >= wanted) / RATE * 1000.0 == pytest.approx(attack_ms, rel=0.01, abs=0.05)


@pytest.mark.parametrize("release_ms", [30.0, 100.0, 500.0])
def test_release_lets_go_63_percent_after_its_time_and_the_attack(release_ms):
    levels = np.full(3 * RATE, 0.001)
    levels[:RATE] = 1.0
    reduction = reduction_db(levels, attack_ms=1.0, release_ms=release_ms)[RATE:]
    time_ms = np.argmax(reduction <= 15.0 / math.e) / RATE * 1000.0
    assert time_ms == pytest.approx(release_ms + 1.0, rel=0.02)


def test_a_sine_is_held_by_its_peak():
    sine = np.sin(2.0 * np.pi * 1000.0 * np.arange(RATE) / RATE)
    assert reduction_db(sine)[-RATE // 10 :] == pytest.approx(15.0, abs=0.2)


def test_long_reductions_are_let_go_slowly_and_short_ones_fast():
    slow = (float(one_pole_share(curve(350.0), RATE)[0]), float(one_pole_share(curve(1100.0), RATE)[0]))

    def recovery_ms(loud_s):
        levels = np.full(5 * RATE, 0.001)
        levels[: round(loud_s * RATE)] = 1.0
        reduction = reduction_db(levels, attack_ms=1.0, release_ms=90.0, slow=slow)[round(loud_s * RATE) :]
        return np.argmax(reduction <= reduction[0] / math.e) / RATE * 1000.0

    assert recovery_ms(0.02) == pytest.approx(91.0, rel=0.05)
    assert recovery_ms(2.0) > 8.0 * recovery_ms(0.02)


def test_unlinked_channels_are_held_apart():
    key = np.array([[1.0], [0.001]], np.float32).repeat(RATE, axis=1)
    settled = []
    for link in (0.0, 0.5, 1.0):
        gain = np.empty_like(key)
        share = one_pole_share(curve(5.0), RATE)
        still, half = curve(-20.0), curve(0.75)
        compressor_gain(key, still, half, curve(0.0), share, share, curve(link), 0.0, 0.0, np.zeros((2, 3)), gain)
        settled.append(-20.0 * np.log10(gain[:, -1]))
    assert settled[0] == pytest.approx([15.0, 0.0], abs=0.01)
    assert settled[2] == pytest.approx([15.0, 15.0], abs=0.01)
    assert 0.0 < settled[1][1] < 15.0


def test_the_switch_opens_holds_and_closes_on_time():
    key = np.zeros((2, RATE), np.float32)
    key[:, 1000:2000] = 0.5
    gain = np.empty(RATE, np.float32)
    attack, release = one_pole_share(curve(1.0), RATE), one_pole_share(curve(50.0), RATE)
    switch_gain(key, curve(0.1), 0.5, 4800, attack, release, curve(0.0), curve(-40.0), np.zeros(2), gain)
    gain_db = 20.0 * np.log10(gain)
    assert gain_db[:1000] == pytest.approx(-40.0, abs=1e-3)
    assert np.argmax(gain_db > -40.0 / math.e) == pytest.approx(1000 + RATE / 1000, abs=2)
    assert gain_db[1999:6799] == pytest.approx(0.0, abs=0.01)
    assert gain_db[6790] > -0.01 > gain_db[6830]
    closing = gain_db[6800:]
    assert np.argmax(closing < -40.0 * (1.0 - 1.0 / math.e)) == pytest.approx(0.05 * RATE, rel=0.02)


def test_hysteresis_keeps_the_switch_from_chattering():
    key = np.tile(np.float32([0.11, 0.06] * 2000), (2, 1))  # one above the threshold, one a little below
    gain = np.empty(4000, np.float32)
    share = one_pole_share(curve(0.1), RATE)
    switch_gain(key, curve(0.1), 0.5, 0, share, share, curve(0.0), curve(-40.0), np.zeros(2), gain)
    assert 20.0 * np.log10(gain[100:].min()) > -0.01
