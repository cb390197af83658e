"""The plucked string: pitch, decay, damping; and the body it hangs on."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.body import resonate
from songwright.dsp.string import loop, pluck

RATE = 44_100


def _pluck(hertz, low_s=4.0, high_s=1.0, seconds=3.0, gate=None, rate=RATE):
    whole, taps = loop(np.array([hertz]), np.array([low_s]), np.array([high_s]), rate)
    _, damped = loop(np.array([hertz]), np.array([0.08]), np.array([0.04]), rate)
    frames = int(seconds * rate)
    out = np.zeros((2, frames), np.float32)
    shape = np.array([[8.0, 0.2, 0.2 * rate / hertz, 0.0, 1.0, 1.0]], np.float32)
    span = np.array([[0, frames if gate is None else gate, frames]])
    pluck(span, whole, taps, damped, shape, np.array([5], np.uint32), out)
    return out[0].astype(np.float64)


def _fundamental(wave, hertz, rate=RATE):
    """Frequency of the strongest line near ``hertz``, by a parabola through the log spectrum."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 8 * len(wave)))
    frequency = np.fft.rfftfreq(8 * len(wave), 1.0 / rate)
    spectrum[(frequency < 0.97 * hertz) | (frequency > 1.03 * hertz)] = 0.0
    peak = int(np.argmax(spectrum))
    a, b, c = np.log(spectrum[peak - 1 : peak + 2])
    return (peak + 0.5 * (a - c) / (a - 2.0 * b + c)) * frequency[1]


@pytest.mark.parametrize("midi", [28, 33, 40, 47, 55, 64, 71, 79, 86, 93])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_it_is_in_tune_within_a_cent(midi, rate):
    hertz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    wave = _pluck(hertz, rate=rate)[2000:]
    assert abs(1200.0 * np.log2(_fundamental(wave, hertz, rate) / hertz)) < 1.0


@pytest.mark.parametrize(("hertz", "low_s"), [(82.4, 3.0), (220.0, 2.0), (659.3, 1.0)])
def test_the_fundamental_falls_by_60_db_in_the_asked_time(hertz, low_s):
    wave = _pluck(hertz, low_s=low_s, high_s=low_s / 4)
    t = np.arange(len(wave)) / RATE
    line = wave * np.exp(-2j * np.pi * hertz * t)
    period = round(RATE / hertz) * 8
    level = np.abs(np.convolve(line, np.hanning(period), "valid"))
    at = np.array([0.2, 0.2 + low_s / 2])
    early, late = level[(at * RATE).astype(int)]
    assert -20.0 * np.log10(late / early) == pytest.approx(30.0, rel=0.1)


def test_treble_dies_sooner_than_the_fundamental():
    wave = _pluck(110.0, low_s=5.0, high_s=0.5)
    early, late = (np.abs(np.fft.rfft(wave[a : a + 8192] * np.hanning(8192))) for a in (2000, 60_000))
    frequency = np.fft.rfftfreq(8192, 1.0 / RATE)
    high, low = (frequency > 4000.0) & (frequency < 6000.0), frequency < 200.0
    fall_high, fall_low = (10 * np.log10(np.sum(early[m] ** 2) / np.sum(late[m] ** 2)) for m in (high, low))
    assert fall_high > fall_low + 30.0


def test_a_damped_string_is_silent_at_once():
    wave = _pluck(110.0, gate=RATE // 2)
    before, after = np.abs(wave[RATE // 2 - 2000 : RATE // 2]).max(), np.abs(wave[RATE // 2 + RATE // 5 :]).max()
    assert after < 1e-4 * before


def test_no_offset_enters_the_string():
    assert abs(_pluck(110.0).mean()) < 1e-4


def test_a_body_mode_peaks_where_it_should_with_the_gain_it_should_have():
    dry = np.zeros((2, 1 << 15), np.float32)
    dry[:, 0] = 1.0
    out = np.zeros_like(dry)
    resonate(dry, np.array([[200.0, 15.0, 0.6]], np.float32), 0.0, 2.0, 20_000.0, float(RATE), out)
    spectrum = np.abs(np.fft.rfft(out[0].astype(np.float64)))
    frequency = np.fft.rfftfreq(1 << 15, 1.0 / RATE)
    assert frequency[np.argmax(spectrum)] == pytest.approx(200.0, abs=2.0)
    assert spectrum.max() == pytest.approx(1.2, rel=0.02)
