"""Speech at another pace: as long as it should be, at the same pitch, without clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright_voices.pace import at_pace

RATE = 24_000


def tone(hz: float, seconds: float = 1.5) -> np.ndarray:
    time_s = np.arange(int(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


@pytest.mark.parametrize("speed", [0.5, 0.6, 0.8, 1.3, 2.0])
@pytest.mark.parametrize("hz", [90.0, 220.0, 440.0])
def test_a_tone_keeps_its_pitch_and_level(hz: float, speed: float) -> None:
    audio = at_pace(tone(hz), RATE, speed)
    assert len(audio) == round(1.5 * RATE / speed)
    inside = audio[2400:-2400]
    analytic = np.fft.rfft(inside * np.hanning(len(inside)))
    k = int(np.argmax(np.abs(analytic)))
    assert k * RATE / len(inside) == pytest.approx(hz, abs=RATE / len(inside))
    peaks = np.abs(inside[: len(inside) // 480 * 480]).reshape(-1, 480).max(axis=1)
    assert peaks.min() > 0.495
    assert peaks.max() < 0.505


def test_there_is_no_click() -> None:
    audio = tone(150.0) * np.repeat(np.random.default_rng(1).uniform(0.2, 1.0, 15), RATE // 10).astype(np.float32)
    steepest = np.abs(np.diff(tone(150.0))).max()
    joins = np.abs(np.diff(audio)).max()
    assert np.abs(np.diff(at_pace(audio, RATE, 0.6))).max() <= max(2 * steepest, joins)


def test_events_come_when_they_should() -> None:
    audio = np.zeros(2 * RATE, np.float32)
    audio[RATE // 2 : RATE // 2 + 240] = 0.5
    audio[RATE : RATE + 240] = 0.5
    slow = np.abs(at_pace(audio, RATE, 0.5))
    loud = np.flatnonzero(slow > 0.25) / RATE
    first, last = loud[loud < 1.5], loud[loud > 1.5]
    assert first.min() == pytest.approx(1.0, abs=0.03)
    assert last.min() == pytest.approx(2.0, abs=0.03)


def test_its_own_pace_changes_nothing() -> None:
    audio = tone(200.0)
    assert at_pace(audio, RATE, 1.0) is audio


@settings(deadline=None, max_examples=30)
@given(frames=st.integers(0, 3000), speed=st.floats(0.25, 4.0))
def test_any_length_and_pace_is_finite_and_within_full_scale(frames: int, speed: float) -> None:
    audio = np.random.default_rng(frames).uniform(-1, 1, frames).astype(np.float32)
    paced = at_pace(audio, RATE, speed)
    assert len(paced) == round(frames / speed)
    assert paced.dtype == np.float32
    assert np.isfinite(paced).all()
    assert np.abs(paced).max(initial=0.0) <= 1.0 + 1e-6


def test_a_pace_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not above 0"):
        at_pace(tone(100.0), RATE, 0.0)
