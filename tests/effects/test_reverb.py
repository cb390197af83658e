"""Rooms ring as long as they are told, thicken soon, and survive mono. Measured by Schroeder's integration."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.onepole import response
from songwright.dsp.reverb import network
from songwright.testing import run_effect
from songwright_effects.plate import Plate
from songwright_effects.reverb import Reverb

RATE = 44_100


def impulse_responses(effect, seconds, **knobs):
    """Responses of both outputs to each input, shape ``(4, frames)``."""
    found = []
    for channel in range(2):
        audio = np.zeros((2, int(seconds * RATE)), np.float32)
        audio[channel, 0] = 1.0
        found.extend(run_effect(effect(effect.Params(**knobs)), audio))
    return np.array(found)


def decay_s(responses, centre_hz):
    """Decay time of an octave: energy decay of all responses together, from -5 to -35 dB."""
    frames = responses.shape[1]
    frequencies = np.maximum(np.fft.rfftfreq(2 * frames, 1.0 / RATE), 1e-3)
    octave = np.clip(3.5 - 6.0 * np.abs(np.log2(frequencies / centre_hz)), 0.0, 1.0)
    band = np.fft.irfft(np.fft.rfft(responses, 2 * frames) * octave)[:, :frames]
    energy = np.cumsum((band**2).sum(axis=0)[::-1])[::-1]
    level = 10.0 * np.log10(energy / energy[0] + 1e-30)
    start, stop = np.argmax(level < -5.0), np.argmax(level < -35.0)
    slope = np.polyfit(np.arange(start, stop) / RATE, level[start:stop], 1)[0]
    return -60.0 / slope


def decay_at(parts, frequency_hz):
    """The decay time in seconds that the network is designed to have at a frequency, mean over the lines."""
    gain_db = 20.0 * np.log10(np.abs(response(parts.shelves, frequency_hz / RATE)))
    return float(np.mean(-60.0 * parts.delays / (RATE * gain_db)))


@pytest.mark.parametrize(
    ("asked_s", "damping", "size"),
    [(0.4, 20.0, 30.0), (1.0, 50.0, 60.0), (2.0, 50.0, 100.0), (2.0, 0.0, 100.0), (4.0, 70.0, 150.0)],
)
def test_each_octave_decays_within_a_tenth_of_the_design(asked_s, damping, size):
    responses = impulse_responses(
        Reverb, 1.2 * asked_s + 0.4, decay_s=asked_s, damping_percent=damping, size_percent=size, low_cut_hz=20.0
    )
    parts = network(RATE, asked_s, asked_s * (1.0 - damping / 100.0), 4000.0, size / 100.0, 0.3)
    for centre_hz in (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0):
        wanted = decay_at(parts, centre_hz)
        assert decay_s(responses, centre_hz) == pytest.approx(wanted, rel=0.10), centre_hz


@pytest.mark.parametrize("damping", [0.0, 40.0, 80.0])
def test_the_design_has_the_asked_decays_at_both_ends_and_their_mean_rate_between(damping):
    high_s = 2.0 * (1.0 - damping / 100.0)
    parts = network(RATE, 2.0, high_s, 4000.0, 1.0, 0.0)
    assert decay_at(parts, 50.0) == pytest.approx(2.0, rel=0.01)
    assert decay_at(parts, 20_000.0) == pytest.approx(high_s, rel=0.08)
    assert 1.0 / decay_at(parts, 4000.0) == pytest.approx(0.5 * (1.0 / 2.0 + 1.0 / high_s), rel=0.01)


def echo_density(response, window=int(0.02 * RATE)):
    """Abel and Huang (2006): share of samples beyond one standard deviation; 1 is Gaussian noise."""
    pieces = response[: response.size // window * window].reshape(-1, window)
    return (np.abs(pieces) > pieces.std(axis=1, keepdims=True)).mean(axis=1) / 0.3173


def test_echoes_are_dense_within_a_tenth_of_a_second():
    density = echo_density(impulse_responses(Reverb, 1.0, decay_s=1.5, predelay_ms=0.0)[0])
    assert (density[5:40] > 0.85).all()
    assert density[8:40].mean() == pytest.approx(1.0, abs=0.05)


def prominence_db(tail):
    """How far the strongest tone between 300 Hz and 6 kHz stands above its surroundings."""
    spectrum = np.abs(np.fft.rfft(tail * np.hanning(tail.size))) ** 2
    frequencies = np.fft.rfftfreq(tail.size, 1.0 / RATE)
    part = spectrum[(frequencies > 300.0) & (frequencies < 6000.0)]
    smooth = np.convolve(part, np.ones(400) / 400, "same")
    return 10.0 * np.log10((part / smooth)[200:-200].max())


def test_no_single_tone_stands_out_of_the_tail():
    late = impulse_responses(Reverb, 2.5, decay_s=2.0, damping_percent=0.0)[0][RATE // 2 :][: 1 << 16]
    noise = np.random.default_rng(5).standard_normal(late.size) * 10.0 ** (-1.5 * np.arange(late.size) / RATE)
    assert prominence_db(late) < prominence_db(noise) + 6.0


@pytest.mark.parametrize("effect", [Reverb, Plate])
def test_mono_keeps_the_room(effect):
    noise = np.random.default_rng(3).standard_normal((2, RATE)) * 0.1
    noise[1] = noise[0]
    out = run_effect(effect(), noise).astype(np.float64)
    stereo, mono = (out**2).mean(), (out.mean(axis=0) ** 2).mean()
    assert 10.0 * np.log10(mono / stereo) > -3.2


def test_the_level_hardly_depends_on_the_decay():
    noise = np.random.default_rng(4).standard_normal((2, 3 * RATE)) * 0.1
    levels = []
    for asked_s in (0.5, 2.0, 8.0):
        out = run_effect(Reverb(Reverb.Params(decay_s=asked_s, damping_percent=0.0)), noise)[:, 2 * RATE :]
        levels.append(10.0 * np.log10((out.astype(np.float64) ** 2).mean() / 0.01))
    assert max(levels) < 4.0
    assert min(levels) > -4.0


def test_predelay_is_exact():
    early = impulse_responses(Reverb, 0.3, predelay_ms=0.0, modulation_percent=0.0)
    late = impulse_responses(Reverb, 0.3, predelay_ms=100.0, modulation_percent=0.0)
    assert np.array_equal(late[:, 4410:], early[:, :-4410])


@pytest.mark.parametrize("asked_s", [1.0, 1.8, 5.0])
def test_plates_decay_within_a_fifth_of_what_is_asked(asked_s):
    responses = impulse_responses(Plate, 1.3 * asked_s + 0.5, decay_s=asked_s, low_cut_hz=20.0, damping_hz=20_000.0)
    for centre_hz in (250.0, 500.0, 1000.0, 2000.0, 4000.0):
        assert decay_s(responses, centre_hz) == pytest.approx(asked_s, rel=0.20), centre_hz
