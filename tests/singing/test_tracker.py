"""The pitch tracker, on sounds whose pitch is known."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.singing.tracker import track

RATE = 24_000
STEP_S = 0.005


def voice(hz: np.ndarray, weights: tuple[float, ...], breath: float = 0.0) -> np.ndarray:
    """Harmonics of a pitch that is given for each sample."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    tone = sum(weight * np.sin((k + 1) * phase + k * k) for k, weight in enumerate(weights))
    return np.asarray(tone + breath * np.random.default_rng(3).standard_normal(len(hz)))


FULL = tuple(1.0 / k for k in range(1, 12))
STRONG_SECOND = (0.1, 1.0, 0.3, 0.5, 0.2, 0.3)  # a man's vowel whose first formant lies on the octave


@pytest.mark.parametrize("weights", [FULL, STRONG_SECOND], ids=["full", "strong second"])
@pytest.mark.parametrize("hz", [75.0, 98.0, 131.0, 220.0, 440.0])
def test_a_steady_pitch_is_found_and_not_its_octave(weights: tuple[float, ...], hz: float) -> None:
    found = track(voice(np.full(RATE, hz), weights), RATE, STEP_S, 60.0)
    assert len(found) == 201
    inside = found[10:-10]
    assert np.all(np.abs(1200 * np.log2(inside / hz)) < 8.0), "cents"


def test_a_glide_is_followed_through_breath() -> None:
    hz = 110.0 * 2.0 ** (np.arange(2 * RATE) / (2 * RATE))
    found = track(voice(hz, FULL, breath=0.15), RATE, STEP_S, 60.0)[10:-10]
    true = hz[:: int(RATE * STEP_S)][10 : 10 + len(found)]
    assert np.median(np.abs(1200 * np.log2(found / true))) < 10.0
    assert np.max(np.abs(1200 * np.log2(found / true))) < 60.0


def test_noise_and_silence_have_none_and_vowels_need_less() -> None:
    rng = np.random.default_rng(4)
    tone = voice(np.full(RATE, 120.0), FULL)
    noise = 0.5 * rng.standard_normal(RATE)
    found = track(np.concatenate([tone, noise, np.zeros(RATE)]), RATE, STEP_S, 60.0)
    assert np.all(found[10:190] > 0)
    assert np.mean(found[210:390] > 0) < 0.05
    assert not found[410:].any()
    rough = tone + 2.2 * rng.standard_normal(RATE)  # a creak: hardly periodic
    vowel = np.ones(201, bool)
    helped = track(rough, RATE, STEP_S, 60.0, vowel)[10:-10]
    assert np.mean(helped > 0) > 0.95 > 0.5 > np.mean(track(rough, RATE, STEP_S, 60.0)[10:-10] > 0)
    assert abs(1200 * np.log2(np.median(helped) / 120.0)) < 25.0


@pytest.mark.parametrize("frames", [0, 1, 7, 400])
def test_scraps_of_sound_are_no_trouble(frames: int) -> None:
    assert track(np.zeros(frames), RATE, STEP_S, 60.0).shape == (int(frames / RATE / STEP_S) + 1,)
    assert np.isfinite(track(np.ones(frames), RATE, STEP_S, 60.0)).all()
