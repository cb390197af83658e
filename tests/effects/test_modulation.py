"""Chorus, phaser, tremolo and width against what they claim."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.testing import run_effect
from songwright_effects.chorus import Chorus
from songwright_effects.phaser import Phaser
from songwright_effects.tremolo import Tremolo
from songwright_effects.width import Width

RATE = 44_100


def test_chorus_taps_travel_as_far_and_as_fast_as_asked():
    # Both voices of a side move in opposition, so clicks come back in pairs about the centre.
    rate_hz, depth_ms, delay_ms = 0.5, 3.0, 10.0
    audio = np.zeros((2, 4 * RATE), np.float32)
    starts = np.arange(0, 4 * RATE - 2000, 2205)
    audio[:, starts] = 1.0
    out = run_effect(Chorus(Chorus.Params(rate=rate_hz, depth=depth_ms, delay=delay_ms, spread=0.0, mix=100.0)), audio)[
        0
    ]
    for start in starts:
        travel = depth_ms * abs(np.sin(2.0 * np.pi * rate_hz * (start / RATE + delay_ms / 1000.0)))
        echo = np.abs(out[start : start + 2205])
        times_ms = np.flatnonzero(echo > 0.15) / RATE * 1000.0
        assert times_ms.min() == pytest.approx(delay_ms - travel, abs=0.15)
        assert times_ms.max() == pytest.approx(delay_ms + travel, abs=0.15)


@pytest.mark.parametrize(("rate_hz", "depth_ms"), [(0.6, 2.0), (8.0, 8.0)])
def test_chorus_voices_are_the_input_read_at_moving_places(rate_hz, depth_ms):
    frames, tone_hz = np.arange(RATE), 300.0
    audio = np.tile(np.sin(2.0 * np.pi * tone_hz * frames / RATE), (2, 1))
    params = Chorus.Params(rate=rate_hz, depth=depth_ms, delay=10.0, spread=50.0, mix=100.0)
    out = run_effect(Chorus(params), audio)
    for channel in range(2):
        turns = rate_hz * frames / RATE + 0.25 * channel
        delays = [0.01 * RATE + 1.0 + sign * depth_ms * RATE / 1000.0 * np.sin(2.0 * np.pi * turns) for sign in (1, -1)]
        wanted = np.mean([np.sin(2.0 * np.pi * tone_hz * (frames - delay) / RATE) for delay in delays], axis=0)
        assert np.abs(out[channel] - wanted)[2000:].max() < 3e-3


def test_chorus_spread_sets_the_sides_apart():
    noise = np.tile(np.random.default_rng(1).standard_normal(RATE) * 0.1, (2, 1))
    together = run_effect(Chorus(Chorus.Params(spread=0.0)), noise)
    apart = run_effect(Chorus(Chorus.Params(spread=50.0)), noise)
    assert np.array_equal(together[0], together[1])
    assert np.corrcoef(apart)[0, 1] < 0.97


def test_phaser_notches_lie_where_the_all_passes_say():
    # Two all-passes of the same corner turn the phase by half a turn at that corner: a notch there.
    frames = 1 << 15
    click = np.zeros((2, frames), np.float32)
    click[:, 0] = 1.0
    params = Phaser.Params(centre=1000.0, depth=0.0, feedback=0.0, stages=2, mix=50.0)
    response = np.abs(np.fft.rfft(run_effect(Phaser(params), click)[0]))
    frequencies = np.fft.rfftfreq(frames, 1.0 / RATE)
    assert frequencies[np.argmin(response)] == pytest.approx(1000.0, abs=2.0)
    assert 20.0 * np.log10(response.min()) < -50.0
    assert response[frequencies < 20.0] == pytest.approx(1.0, abs=0.01)


def test_phaser_all_passes_pass_all():
    frames = 1 << 15
    click = np.zeros((2, frames), np.float32)
    click[:, 0] = 1.0
    params = Phaser.Params(centre=700.0, depth=0.0, feedback=0.0, stages=12, mix=100.0)
    response = np.abs(np.fft.rfft(run_effect(Phaser(params), click)[0]))
    assert response == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("shape", ["sine", "triangle", "chop"])
def test_tremolo_reaches_its_depth_at_its_rate(shape):
    steady = np.ones((2, 2 * RATE), np.float32)
    out = run_effect(Tremolo(Tremolo.Params(rate=5.0, depth=80.0, shape=shape)), steady)[0]
    assert out.max() == pytest.approx(1.0, abs=1e-3)
    assert out.min() == pytest.approx(0.2, abs=1e-3)
    swell = np.abs(np.fft.rfft(out - out.mean()))
    assert np.argmax(swell) == 10  # five a second, in two seconds


def test_full_spread_pans():
    out = run_effect(Tremolo(Tremolo.Params(rate=2.0, depth=100.0, spread=100.0)), np.ones((2, RATE), np.float32))
    assert out.sum(axis=0) == pytest.approx(1.0, abs=1e-3)


def test_width_keeps_the_mono_sum():
    noise = np.random.default_rng(2).standard_normal((2, RATE)) * 0.1
    for width in (0.0, 50.0, 100.0, 200.0):
        out = run_effect(Width(Width.Params(width=width, mono_below=200.0)), noise)
        assert out.sum(axis=0) == pytest.approx(noise.sum(axis=0), abs=1e-6)


def test_zero_width_is_mono_and_full_width_is_the_input():
    noise = np.random.default_rng(3).standard_normal((2, 5000)).astype(np.float32) * 0.1
    mono = run_effect(Width(Width.Params(width=0.0)), noise)
    assert np.array_equal(mono[0], mono[1])
    assert run_effect(Width(), noise) == pytest.approx(noise, abs=1e-7)


def test_bass_becomes_mono_below_the_corner():
    time_s = np.arange(RATE) / RATE
    for frequency_hz, wanted_db in ((50.0, -24.0), (200.0, -3.0), (3000.0, 0.0)):
        sine = 0.5 * np.sin(2.0 * np.pi * frequency_hz * time_s)
        out = run_effect(Width(Width.Params(mono_below=200.0)), np.stack([sine, -sine]))[0, RATE // 2 :]
        assert 20.0 * np.log10(np.abs(out).max() / 0.5) == pytest.approx(wanted_db, abs=0.3)
