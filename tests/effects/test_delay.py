"""Echoes come when they should, as loud as they should, and never click."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.testing import StaticControls, run_effect
from songwright_effects.delay import Delay

RATE = 44_100
PLAIN = {"mode": "stereo", "low_cut": 20.0, "high_cut": 20_000.0}


def click(frames=RATE):
    audio = np.zeros((2, frames), np.float32)
    audio[0, 0] = 1.0
    return audio


@pytest.mark.parametrize("frames", [441, 10_000, 22_050])
def test_whole_frames_are_exact(frames):
    out = run_effect(Delay(Delay.Params(time=frames / RATE, feedback=0.0, **PLAIN)), click())
    assert out[0, frames] == pytest.approx(1.0, abs=0.02)
    assert np.abs(np.delete(out[0], [frames - 1, frames, frames + 1])).max() < 0.01
    assert not out[1].any()


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.5, 0.9])
def test_fractions_of_a_frame_are_true_in_phase(fraction):
    delay_s = (5000.0 + fraction) / RATE
    time_s = np.arange(RATE) / RATE
    for frequency_hz in (100.0, 1000.0, 5000.0):
        audio = np.tile(np.sin(2.0 * np.pi * frequency_hz * time_s), (2, 1))
        out = run_effect(Delay(Delay.Params(time=delay_s, feedback=0.0, **PLAIN)), audio)
        wanted = np.sin(2.0 * np.pi * frequency_hz * (time_s - delay_s))
        assert np.abs(out[0] - wanted)[10_000:].max() < 0.01


def test_each_repeat_is_the_last_times_the_feedback():
    out = run_effect(Delay(Delay.Params(time=0.05, feedback=50.0, **PLAIN)), click())
    peaks = [out[0, round(0.05 * RATE * n) - 2 : round(0.05 * RATE * n) + 3].sum() for n in range(1, 8)]
    assert peaks == pytest.approx([0.5**n for n in range(7)], rel=0.02)


def test_ping_pong_changes_sides():
    out = run_effect(
        Delay(Delay.Params(time=0.1, feedback=50.0, mode="ping-pong", low_cut=20.0, high_cut=20_000.0)), click()
    )
    sides = [np.abs(out[:, 4410 * n - 5 : 4410 * n + 6]).sum(axis=1) for n in (1, 2, 3, 4)]
    assert [int(np.argmax(side)) for side in sides] == [0, 1, 0, 1]
    assert all(side.min() < 1e-6 for side in sides)


def test_filters_stand_in_the_feedback_alone():
    out = run_effect(Delay(Delay.Params(time=0.1, feedback=90.0, mode="stereo", high_cut=2000.0)), click())

    def high(n):
        return np.abs(np.fft.rfft(out[0, 4410 * n - 2000 : 4410 * n + 2000]))[900:1100].mean()  # 10 to 12 kHz

    assert high(1) == pytest.approx(1.0, rel=0.05)
    assert high(2) < 0.25
    assert high(3) < 0.07


def test_a_jump_of_the_time_does_not_click():
    class Jump(StaticControls):
        def moving(self, name):
            return name == "time_s"

        def curve(self, name):
            if name != "time_s":
                return super().curve(name)
            return np.repeat(np.float32([0.1, 0.2]), RATE // 2)

    instance = Delay(Delay.Params(feedback=0.0, **PLAIN))
    instance.prepare(RATE)
    audio = np.tile(np.sin(2.0 * np.pi * 200.0 * np.arange(RATE) / RATE), (2, 1)).astype(np.float32)
    instance.process(audio, Jump(instance.params), None)
    assert np.abs(np.diff(audio[0, 5000:], 2)).max() < 20.0 * (2.0 * np.pi * 200.0 / RATE) ** 2


def test_a_time_that_has_come_to_rest_sounds_like_one_that_never_moved():
    class Settling(StaticControls):
        def curve(self, name):
            if name != "time_s":
                return super().curve(name)
            return np.concatenate([np.full(10_000, 0.15), np.full(5 * RATE - 10_000, 0.1)]).astype(np.float32)

    knobs = {"time": 0.1, "feedback": 0.0, **PLAIN}
    audio = np.random.default_rng(1).standard_normal((2, 5 * RATE)).astype(np.float32)
    still = run_effect(Delay(Delay.Params(**knobs)), audio)
    instance = Delay(Delay.Params(**knobs))
    instance.prepare(RATE)
    instance.process(audio, Settling(instance.params), None)
    assert np.abs(audio - still)[:, 4 * RATE :].max() < 1e-4
    assert np.abs(audio - still)[:, RATE // 2 : RATE].max() > 1e-3  # it was on its way


def test_the_right_line_can_be_longer():
    audio = click()
    audio[1, 0] = 1.0
    out = run_effect(Delay(Delay.Params(time=0.1, offset=50.0, feedback=0.0, **PLAIN)), audio)
    assert np.argmax(out, axis=1).tolist() == [4410, 6615]
