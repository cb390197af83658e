"""Saturation makes harmonics, and next to nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.saturation import interpolation_taps
from songwright.testing import run_effect
from songwright_effects.saturation import Saturation

RATE = 44_100
FRAMES = 32_768


def spectrum(frequency_hz, level=0.5, **knobs):
    time_s = np.arange(RATE) / RATE
    audio = np.tile(level * np.sin(2.0 * np.pi * frequency_hz * time_s), (2, 1))
    out = run_effect(Saturation(Saturation.Params(**knobs)), audio)[0, -FRAMES:]
    window = np.blackman(FRAMES)
    return np.fft.rfftfreq(FRAMES, 1.0 / RATE), np.abs(np.fft.rfft(out * window)) / window.sum() * 2.0


@pytest.mark.parametrize(
    ("frequency_hz", "drive_db", "limit_db"),
    [(1234.5, 20.0, -77.0), (5003.0, 6.0, -75.0), (5003.0, 20.0, -75.0), (9001.0, 6.0, -76.0), (9001.0, 20.0, -55.0)],
)
def test_alias_tones_stay_down(frequency_hz, drive_db, limit_db):
    frequencies, found = spectrum(frequency_hz, drive=drive_db)
    fundamental = found[np.abs(frequencies - frequency_hz) < 10.0].max()
    other = (frequencies > 20.0) & (frequencies < 18_000.0)
    for harmonic in range(1, 40):
        other &= np.abs(frequencies - harmonic * frequency_hz) > 12.0
    assert 20.0 * np.log10(found[other].max() / fundamental) < limit_db


def test_harmonics_are_those_of_the_curve():
    level, drive_db = 0.5, 12.0
    tone_hz = 372 * RATE / FRAMES  # falls on a bin of the transform
    frequencies, found = spectrum(tone_hz, level, drive=drive_db)
    phase = np.arange(4096) / 4096 * 2.0 * np.pi
    drive = 10.0 ** (drive_db / 20.0)
    ideal = np.abs(np.fft.rfft(np.tanh(drive * level * np.sin(phase)) * 0.25 / np.tanh(0.25 * drive))) / 2048
    for harmonic in range(1, 12):
        near = np.abs(frequencies - tone_hz * harmonic) < 5.0
        assert found[near].max() == pytest.approx(ideal[harmonic], abs=2e-3), harmonic


def test_bias_adds_even_harmonics_and_no_offset():
    frequencies, symmetric = spectrum(500.0, drive=12.0)
    _, bent = spectrum(500.0, drive=12.0, bias=40.0)
    second = np.abs(frequencies - 1000.0) < 5.0
    assert symmetric[second].max() < 1e-5
    assert bent[second].max() > 0.01
    assert bent[:3].max() < 1e-3


def test_the_reference_level_is_kept():
    for drive_db in (0.0, 12.0, 40.0):
        audio = np.tile(np.float32([0.25, 0.25, 0.25, 0.25, -0.25, -0.25, -0.25, -0.25]).repeat(50), (2, 40))
        out = run_effect(Saturation(Saturation.Params(drive_db=drive_db)), audio)[0, 8000:]
        assert np.median(np.abs(out)) == pytest.approx(0.25, rel=0.03)


def test_the_low_pass_is_flat_then_deep():
    taps = interpolation_taps()[:4].T.reshape(-1)
    response = np.abs(np.fft.rfft(taps, 1 << 14))
    frequencies = np.fft.rfftfreq(1 << 14, 1.0 / (4 * RATE))
    assert 20.0 * np.log10(response[frequencies < 18_000.0]) == pytest.approx(0.0, abs=0.05)
    assert 20.0 * np.log10(response[frequencies > 26_000.0].max()) < -78.0
