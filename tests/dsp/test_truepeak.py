"""True peaks of signals whose continuous peak is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from songwright.dsp.truepeak import TruePeakMeter, interpolator, peak_state, scan_peaks


def peak_of(audio, block=1000):
    meter = TruePeakMeter()
    for start in range(0, audio.shape[1], block):
        meter.add(np.ascontiguousarray(audio[:, start : start + block]))
    return meter


def swelling_sine(part_of_nyquist, phase, frames=4000):
    """A sine in a Hann swell: its true peak is 1, in the middle."""
    n = np.arange(frames)
    wave = np.sin(np.pi * part_of_nyquist * (n - frames / 2) + phase) * np.hanning(frames)
    return np.tile(wave, (2, 1)).astype(np.float32)


@pytest.mark.parametrize("part", [0.02, 0.25, 0.5, 0.61, 0.75, 0.8, 0.9])
def test_sines_at_any_phase_read_within_five_hundredths_of_a_decibel(part):
    readings = [peak_of(swelling_sine(part, phase)).dbtp for phase in np.linspace(0.0, math.pi, 13)]
    assert max(readings) < 0.05
    assert min(readings) > -0.05


def test_the_classic_quarter_rate_sine_reads_three_decibels_above_its_samples():
    audio = swelling_sine(0.5, math.pi / 4)
    assert np.abs(audio).max() == pytest.approx(math.sqrt(0.5), abs=1e-3)
    assert peak_of(audio).dbtp == pytest.approx(0.0, abs=0.02)


def test_readings_follow_a_plain_oversampling_of_noise():
    spectrum = np.fft.rfft(np.random.default_rng(1).uniform(-0.5, 0.5, (2, 3000)), axis=1)
    spectrum[:, int(0.9 * 1500) :] = 0.0
    noise = np.fft.irfft(spectrum, axis=1).astype(np.float32)
    padded = np.zeros((2, 64 * 1500 + 1), complex)
    padded[:, :1501] = spectrum
    fine = np.fft.irfft(padded, axis=1) * 64.0
    meter = peak_of(np.tile(noise, 2))  # periodic, as the transform takes it to be
    assert meter.dbtp == pytest.approx(20.0 * math.log10(np.abs(fine).max()), abs=0.1)


def test_the_short_cut_never_hides_a_peak():
    chance = np.random.default_rng(4)
    noise = (chance.standard_normal((2, 20_000)) * (0.02 + chance.random(20_000) ** 8)).astype(np.float32)
    full, quick = np.empty(20_000, np.float32), np.empty(20_000, np.float32)
    scan_peaks(noise, interpolator(), 0.0, peak_state(), full)
    for floor in (0.1, 0.4, 1.0, 2.0):
        scan_peaks(noise, interpolator(), floor, peak_state(), quick)
        above = full > floor
        assert np.array_equal(full[above], quick[above])
        assert (quick[~above] <= floor).all()


def test_the_reach_of_the_short_cut_follows_from_the_taps():
    middle, even, odd = interpolator().astype(np.float64)
    half, quarter = np.append(middle, middle[::-1]), np.append(even + odd, (even - odd)[::-1])
    line = np.eye(33)
    points = [
        np.append(quarter[::-1], 0.0),  # at three quarters, a frame earlier
        line[16],
        *(np.insert(taps, 0, 0.0) for taps in (quarter, half, quarter[::-1])),
        line[17],
    ]

    def weights(taps):
        """Of the second differences, and what two samples are left with."""
        twice = np.cumsum(np.cumsum(taps))
        return np.array([np.abs(twice[:-2]).sum(), np.abs(twice[-2:]).sum()])

    for at in range(1, 5):
        straight = (1.0 - (at - 1) / 4.0) * line[16] + (at - 1) / 4.0 * line[17]
        bend = 2.0 * points[at] - points[at - 1] - points[at + 1]
        beyond, slope = weights(points[at] - straight) + weights(bend) / 8.0
        assert beyond < 0.46
        assert slope < 0.001


def test_blocks_do_not_matter():
    noise = np.random.default_rng(5).uniform(-1.0, 1.0, (2, 5000)).astype(np.float32)
    assert len({peak_of(noise, block).peak for block in (1, 7, 128, 5000)}) == 1


def test_silence_has_no_peak():
    assert TruePeakMeter().dbtp == -math.inf


def test_a_peak_at_the_very_end_is_seen():
    audio = np.zeros((2, 100), np.float32)
    audio[0, -1] = 0.5
    assert peak_of(audio).peak >= 0.5
