"""The limiter holds its ceiling on everything, at the moment it should, without clicks."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.loudness import LoudnessMeter
from songwright.dsp.truepeak import TruePeakMeter
from songwright.testing import run_effect
from songwright_effects.limiter import Limiter

FRAMES = 60_000


def signals(rate):
    chance = np.random.default_rng(7)
    time_s = np.arange(FRAMES) / rate
    both = np.ones((2, 1))
    bursts = np.convolve(chance.random(FRAMES) < 0.0008, np.ones(40), "same") > 0
    return {
        "noise": chance.standard_normal((2, FRAMES)) * 0.6,
        "square 441 Hz": both * np.sign(np.sin(2.0 * np.pi * 441.3 * time_s)),
        "square 3 kHz": both * 2.0 * np.sign(np.sin(2.0 * np.pi * 3001.7 * time_s)),
        "quarter rate": both * 1.4 * np.sin(np.pi / 2.0 * np.arange(FRAMES) + np.pi / 4.0),
        "spikes": chance.standard_normal((2, FRAMES)) * (chance.random(FRAMES) < 0.001) * 3.0,
        "random signs": np.sign(chance.standard_normal((2, FRAMES))),
        "bursts": np.sign(chance.standard_normal((2, FRAMES))) * bursts,
        "gated 12 kHz": both * 1.5 * np.sin(2.0 * np.pi * 12_000.0 * time_s) * (np.sin(2.0 * np.pi * 9.0 * time_s) > 0),
        "quiet": chance.standard_normal((2, FRAMES)) * 0.01,
    }


def limited(audio, rate=44_100, **knobs):
    return run_effect(Limiter(Limiter.Params(**knobs)), audio, sample_rate=rate)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("name", list(signals(44_100)))
def test_true_peaks_stay_under_the_ceiling(name, rate):
    audio = signals(rate)[name]
    audio[:, -3000:] *= np.linspace(1.0, 0.0, 3000)  # a cut is a peak of its own
    meter = TruePeakMeter()
    meter.add(limited(audio, rate))
    assert meter.dbtp < -1.0 + 0.05


@pytest.mark.parametrize(
    "knobs", [{"lookahead_ms": 1.0}, {"lookahead_ms": 20.0}, {"release_ms": 5.0}, {"gain_db": 24.0}]
)
def test_true_peaks_stay_under_the_ceiling_at_the_knobs_ends(knobs):
    audio = signals(44_100)["bursts"]
    audio[:, -3000:] = 0.0
    meter = TruePeakMeter()
    meter.add(limited(audio, ceiling_db=-6.0, **knobs))
    assert meter.dbtp < -6.0 + 0.05


def test_quiet_music_passes_untouched():
    audio = signals(44_100)["quiet"].astype(np.float32)
    instance = Limiter()
    out = run_effect(instance, audio)
    latency = instance.latency_frames
    assert np.array_equal(out[:, latency:], audio[:, :-latency])


def test_the_gain_falls_before_the_peak_and_comes_back_with_its_time_constant():
    steady = np.full((2, 40_000), 0.1, np.float32)
    steady[:, 20_000:20_010] = 2.0
    instance = Limiter(Limiter.Params(ceiling_db=0.0, release_ms=50.0))
    out = run_effect(instance, steady)[0]
    at = 20_000 + instance.latency_frames
    gain = out / 0.1
    assert gain[instance.latency_frames : 20_000] == pytest.approx(1.0, abs=1e-4)
    assert gain[at - 20] < 0.55
    back = gain[at + 400 :]
    gone = 1.0 - back
    time_constant = np.argmax(gone < gone[0] / np.e)
    assert time_constant == pytest.approx(0.05 * 44_100, rel=0.03)


def test_the_gain_has_no_steps():
    audio = np.full((2, 40_000), 0.05, np.float32)
    audio[:, 10_000:10_003] = 1.9
    audio[:, 25_000:25_400] = -1.2
    out = run_effect(Limiter(Limiter.Params(lookahead_ms=5.0)), audio)[0, 1000:].astype(np.float64)
    gain = np.where(np.abs(out) < 0.06, out / 0.05, np.nan)
    steps = np.diff(gain)
    assert np.nanmax(np.abs(steps)) < 0.02  # half of the gain, over the five milliseconds of look-ahead
    assert np.nanmax(np.abs(np.diff(steps))) < 5e-4  # nor corners


def test_both_channels_move_as_one():
    audio = np.full((2, 20_000), 0.25, np.float32)
    audio[0, 9000:9100] = 3.0
    out = run_effect(Limiter(), audio)
    kept = np.abs(out[0] - out[1]) < 1e-6
    assert kept.sum() >= 20_000 - 100


@pytest.mark.parametrize("gain_db", [0.0, 3.0, 6.0, 9.0])
def test_the_loudness_that_it_takes_away_is_foreseen(gain_db):
    """On a beat of drums over a chord, to a tenth of the loss."""
    time_s = np.arange(10 * 44_100) / 44_100
    chord = sum(0.1 * np.sin(2.0 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    beat_s = time_s % 0.25
    drums = np.exp(-beat_s / 0.05) * np.sin(2.0 * np.pi * 90.0 * beat_s) * (time_s % 1.0 < 0.75)
    before, after = LoudnessMeter(44_100), LoudnessMeter(44_100)
    music = np.stack([chord + drums, chord + 0.8 * drums]).astype(np.float32)
    before.add(music)
    after.add(limited(music, gain_db=gain_db))
    loss = before.integrated() + gain_db - after.integrated()
    assert loss > 0.05
    assert before.limited(gain_db, -1.0) == pytest.approx(after.integrated(), abs=0.03 + 0.1 * loss)
