"""Loudness against the standard's own figures and EBU's test cases, made here."""

from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.dsp.loudness import LoudnessMeter


def sine(level_dbfs, seconds, rate=48_000, frequency_hz=1000.0):
    time_s = np.arange(round(seconds * rate)) / rate
    return np.tile(10.0 ** (level_dbfs / 20.0) * np.sin(2.0 * np.pi * frequency_hz * time_s), (2, 1)).astype(np.float32)


def meter(audio, rate=48_000, block=4096):
    one = LoudnessMeter(rate)
    for start in range(0, audio.shape[1], block):
        one.add(np.ascontiguousarray(audio[:, start : start + block]))
    return one


@pytest.mark.parametrize("rate", [44_100, 48_000, 88_200, 96_000])
def test_a_full_scale_sine_in_one_channel_reads_minus_3_01(rate):
    audio = sine(0.0, 5.0, rate, 997.0)
    audio[1] = 0.0
    assert meter(audio, rate).integrated() == pytest.approx(-3.01, abs=0.03)


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        ([(-23.0, 20.0)], -23.0),  # EBU Tech 3341, case 1
        ([(-33.0, 20.0)], -33.0),  # case 2
        ([(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),  # case 3
        ([(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),  # case 4
        ([(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),  # case 5
    ],
)
def test_integrated_loudness_meets_ebu_tech_3341(levels, wanted):
    audio = np.concatenate([sine(level, seconds) for level, seconds in levels], axis=1)
    assert meter(audio).integrated() == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        ([(-20.0, 20.0), (-30.0, 20.0)], 10.0),  # EBU Tech 3342, case 1
        ([(-20.0, 20.0), (-15.0, 20.0)], 5.0),  # case 2
        ([(-40.0, 20.0), (-20.0, 20.0)], 20.0),  # case 3
        ([(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)], 15.0),  # case 4
    ],
)
def test_loudness_range_meets_ebu_tech_3342(levels, wanted):
    audio = np.concatenate([sine(level, seconds) for level, seconds in levels], axis=1)
    assert meter(audio).lra() == pytest.approx(wanted, abs=1.0)


def test_momentary_and_short_term_read_a_steady_tone_alike():
    steady = meter(sine(-23.0, 5.0))
    assert steady.momentary_max() == pytest.approx(-23.0, abs=0.1)
    assert steady.short_term_max() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_noise_reads_as_in_pyloudnorm(rate):
    chance = np.random.default_rng(2)
    swell = 0.1 + 0.1 * np.sin(np.arange(rate * 15) / rate)
    noise = (chance.standard_normal((2, rate * 15)) * swell).astype(np.float32)
    other = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(noise.T.astype(np.float64))
    assert meter(noise, rate).integrated() == pytest.approx(other, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(blocks=st.lists(st.integers(1, 9000), min_size=1, max_size=6))
def test_blocks_do_not_matter(blocks):
    noise = (np.random.default_rng(3).standard_normal((2, 60_000)) * 0.1).astype(np.float32)
    cut = LoudnessMeter(44_100)
    start = turn = 0
    while start < noise.shape[1]:
        stop = start + blocks[turn % len(blocks)]
        cut.add(np.ascontiguousarray(noise[:, start:stop]))
        start, turn = stop, turn + 1
    assert cut.integrated() == meter(noise, 44_100, 60_000).integrated()


def test_silence_and_a_moment_have_no_loudness():
    assert LoudnessMeter(48_000).integrated() == -math.inf
    assert meter(np.zeros((2, 96_000), np.float32)).integrated() == -math.inf
    assert meter(sine(-20.0, 0.3)).integrated() == -math.inf
    assert meter(np.zeros((2, 96_000), np.float32)).lra() == 0.0


def test_long_streams_are_stored_in_chunks_and_read_the_same():
    one = LoudnessMeter(8000)
    piece = sine(-20.0, 0.1, 8000, 100.0)
    for _ in range(1500):
        one.add(piece)
    whole = LoudnessMeter(8000)
    whole.add(np.tile(piece, 1500))
    assert one.integrated() == whole.integrated()


def test_the_peak_is_that_of_the_loudest_sample_wherever_blocks_end() -> None:
    noise = np.random.default_rng(4).uniform(-0.5, 0.5, (2, 48_000)).astype(np.float32)
    noise[1, 31_234] = -0.75
    for at in (1, 4_800, 31_234, 31_235, 47_999):
        meter = LoudnessMeter(48_000)
        meter.add(np.ascontiguousarray(noise[:, :at]))
        meter.add(np.ascontiguousarray(noise[:, at:]))
        assert meter.peak == 0.75
    assert LoudnessMeter(48_000).peak == 0.0


def test_where_a_limiter_has_nothing_to_do_a_gain_is_all_that_is_foreseen() -> None:
    heard = LoudnessMeter(48_000)
    heard.add(np.random.default_rng(6).uniform(-0.5, 0.5, (2, 96_000)).astype(np.float32))
    assert heard.limited(0.0, 0.0) == pytest.approx(heard.integrated(), abs=1e-9)
    assert heard.limited(6.0, 0.0) == pytest.approx(heard.integrated() + 6.0, abs=1e-9)
