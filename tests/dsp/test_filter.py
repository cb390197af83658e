"""Filters against their analogue models, against what their coefficients say, and while swept."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.filter import (
    BUTTERWORTH_Q,
    StillFilters,
    band_state,
    design,
    filter_bands,
    prototype,
    response,
    stack_bands,
)

RATE = 44_100
SHAPES = ("low-pass", "high-pass", "band-pass", "peak", "low-shelf", "high-shelf")


def coefficients(shape, frequency_hz, gain_db=0.0, q=BUTTERWORTH_Q):
    return design(shape, np.array([frequency_hz]), np.array([gain_db]), np.array([q]), RATE)


def error_db(shape, frequency_hz, gain_db, q, highest_hz=20_000.0):
    """Largest difference from the analogue magnitude from 20 Hz up, where that is above -40 dB."""
    frequencies = np.geomspace(20.0, highest_hz, 500)
    wanted = 10.0 * np.log10(
        prototype(shape, np.array([gain_db]), np.array([q])).power(frequencies / frequency_hz) + 1e-30
    )
    found = 20.0 * np.log10(np.abs(response(coefficients(shape, frequency_hz, gain_db, q)[0], frequencies, RATE)))
    return float(np.abs(wanted - found)[wanted > -40.0].max())


def impulse_response(bands, frames=1 << 15):
    audio = np.zeros((2, frames), np.float32)
    audio[:, 0] = 1.0
    filter_bands(audio, stack_bands(bands), 0, 16, band_state(len(bands)))
    return audio


@pytest.mark.parametrize("gain_db", [-12.0, -6.0, 6.0, 12.0])
@pytest.mark.parametrize("shape", ["peak", "low-shelf", "high-shelf"])
@pytest.mark.parametrize("frequency_hz", [40.0, 200.0, 1000.0])
def test_low_bells_and_shelves_are_the_analogue_ones_within_a_tenth_of_a_decibel(shape, frequency_hz, gain_db):
    assert error_db(shape, frequency_hz, gain_db, BUTTERWORTH_Q) < 0.1


@pytest.mark.parametrize(
    ("frequency_hz", "limit_db"), [(4000.0, 0.17), (8000.0, 0.41), (12_000.0, 0.49), (16_000.0, 0.87)]
)
@pytest.mark.parametrize("gain_db", [-6.0, 6.0])
def test_high_bells_stay_near_the_analogue_ones(frequency_hz, limit_db, gain_db):
    assert error_db("peak", frequency_hz, gain_db, BUTTERWORTH_Q) < limit_db


@pytest.mark.parametrize(
    ("frequency_hz", "limit_db"), [(4000.0, 0.01), (8000.0, 0.06), (12_000.0, 0.17), (16_000.0, 0.38)]
)
@pytest.mark.parametrize("shape", ["low-shelf", "high-shelf"])
def test_high_shelves_stay_near_the_analogue_ones(shape, frequency_hz, limit_db):
    assert error_db(shape, frequency_hz, 6.0, BUTTERWORTH_Q) < limit_db
    assert error_db(shape, frequency_hz, -6.0, BUTTERWORTH_Q) < limit_db


@pytest.mark.parametrize("frequency_hz", [20.0, 100.0, 1000.0, 4000.0])
def test_cuts_are_the_analogue_ones(frequency_hz):
    assert error_db("high-pass", frequency_hz, 0.0, BUTTERWORTH_Q) < 0.01
    assert error_db("low-pass", frequency_hz, 0.0, BUTTERWORTH_Q, highest_hz=8000.0) < 0.13


def test_matched_bells_beat_the_bilinear_design_near_nyquist():
    # What the Audio EQ Cookbook's bell at 12 kHz gives at 18 kHz: the tangent squeezes it.
    warp = np.tan(np.pi * 12_000.0 / RATE)
    squeezed = prototype("peak", np.array([6.0]), np.array([1.0])).power(np.tan(np.pi * 18_000.0 / RATE) / warp)
    analogue = prototype("peak", np.array([6.0]), np.array([1.0])).power(np.array([1.5]))
    ours = np.abs(response(coefficients("peak", 12_000.0, 6.0, 1.0)[0], np.array([18_000.0]), RATE)) ** 2
    cookbook_error, our_error = (np.abs(10.0 * np.log10(power / analogue))[0] for power in (squeezed, ours))
    assert our_error < 0.4 * cookbook_error


@pytest.mark.parametrize("shape", SHAPES)
def test_the_kernel_does_what_the_coefficients_say(shape):
    bands = [coefficients(shape, 800.0, 5.0, 0.9), coefficients("peak", 5000.0, -4.0, 2.0)]
    found = np.fft.rfft(impulse_response(bands)[1])
    frequencies = np.fft.rfftfreq(1 << 15, 1.0 / RATE)[8:]
    wanted = response(bands[0][0], frequencies, RATE) * response(bands[1][0], frequencies, RATE)
    assert np.abs(found[8:] - wanted).max() < 1e-4


def test_an_odd_number_of_filters_equals_the_same_with_a_flat_one():
    bell = coefficients("peak", 500.0, 6.0, 1.0)
    alone = impulse_response([bell])
    paired = impulse_response([bell, coefficients("peak", 9000.0, 0.0, 1.0)])
    assert np.abs(alone - paired).max() < 1e-6


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_filters_that_stand_still_are_the_same_at_any_block_size(shape, count):
    bands = [coefficients(shape, 20.0, -7.0, 0.9), coefficients(shape, 9000.0, 5.0, 3.0)] * 2
    audio = np.random.default_rng(3).uniform(-1.0, 1.0, (2, 5000)).astype(np.float32)
    swept, still, cut = audio.copy(), audio.copy(), audio.copy()
    filter_bands(swept, stack_bands(bands[:count]), 0, 16, band_state(count))
    filters = StillFilters(bands[:count])
    filters.run(still)
    assert np.abs(swept - still).max() < 3e-6
    filters.reset()
    for start in range(0, 5000, 700):
        block = np.ascontiguousarray(cut[:, start : start + 700])
        filters.run(block)
        cut[:, start : start + 700] = block
    assert np.array_equal(cut, still)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_wild_sweep_stays_bounded(shape):
    chance = np.random.default_rng(1)
    segments = 2000
    swept = design(
        shape,
        20.0 * 1000.0 ** chance.random(segments),
        chance.uniform(-18.0, 18.0, segments),
        0.3 * 20.0 ** chance.random(segments),
        RATE,
    )
    audio = chance.uniform(-1.0, 1.0, (2, 16 * segments)).astype(np.float32)
    filter_bands(audio, stack_bands([swept]), 0, 16, band_state(1))
    assert np.abs(audio).max() < 300.0
    still = np.zeros((2, RATE * 2), np.float32)
    still[:, : audio.shape[1]] = 0.0
    assert np.isfinite(audio).all()


def test_a_swept_bell_on_a_sine_far_away_leaves_it_clean():
    # A bell that moves between 5 and 9 kHz hardly touches 300 Hz; a direct form would thump there.
    segments = 4000
    centres = 7000.0 + 2000.0 * np.sin(np.linspace(0.0, 60.0, segments))
    swept = design("peak", centres, np.full(segments, 12.0), np.full(segments, 3.0), RATE)
    sine = np.sin(2.0 * np.pi * 300.0 * np.arange(16 * segments) / RATE)
    audio = np.tile(sine, (2, 1)).astype(np.float32)
    filter_bands(audio, stack_bands([swept]), 0, 16, band_state(1))
    rest = audio[0, 2000:] - sine[2000:]
    assert 20.0 * np.log10(np.abs(rest).max()) < -30.0
    window = np.blackman(rest.size)
    spectrum = np.abs(np.fft.rfft(rest * window)) / window.sum() * 2.0
    far = np.fft.rfftfreq(rest.size, 1.0 / RATE) > 400.0
    assert 20.0 * np.log10(spectrum[far].max()) < -70.0
