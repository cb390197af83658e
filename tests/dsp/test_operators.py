"""The operators' kernel against a plain transcription of its equations."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.operators import play_operators

RATE = 44_100


def _play(pitch=57.0, depth=(0.0, 0.3, 0.0, 0.1), carry=(1.0, 0.0, 0.5, 0.0), feedback=0.0, frames=16_384, count=1):
    span = np.tile(np.array([[0, frames, frames]]), (count, 1))
    shape = np.zeros((count, 10), np.float32)
    shape[:, 0] = shape[:, 1] = pitch
    shape[:, 2:5] = 1.0
    shape[:, 9] = 1.0
    patching = np.zeros((4, 4), np.float32)
    patching[0, 1] = patching[2, 3] = 1.0
    patching[3, 3] = feedback
    envelope = np.tile(np.array([1.0, 1e7, 1.0, 100.0], np.float32), (4, 1))
    out = np.zeros((2, frames), np.float32)
    rows = [np.tile(np.array(values, np.float32), (count, 1)) for values in ((1.0, 1.0, 1.0, 14.0), depth, carry)]
    play_operators(span, shape, *rows, envelope, patching, np.ones(1, np.float32), 1.0 / RATE, out)
    return out


def test_it_is_phase_modulation_as_written():
    out = _play()
    turn = 220.0 / RATE * np.arange(out.shape[1])
    body = np.sin(2.0 * np.pi * (turn + 0.3 * np.sin(2.0 * np.pi * turn)))
    tine = np.sin(2.0 * np.pi * (turn + 0.1 * np.sin(2.0 * np.pi * 14.0 * turn)))
    np.testing.assert_allclose(out[0, 64:], (body + 0.5 * tine)[64:], atol=5e-3)
    np.testing.assert_array_equal(out[0], out[1])


def test_feedback_turns_a_sine_into_a_brighter_wave():
    plain, fed = (_play(depth=(0, 0, 0, 1.0), carry=(0, 0, 0, 1.0), feedback=f)[0] for f in (0.0, 0.15))

    def harmonics(wave):
        spectrum = np.abs(np.fft.rfft(wave[4096:12_288] * np.hanning(8192)))
        return np.sum(spectrum[spectrum.argmax() + 8 :] ** 2) / np.sum(spectrum**2)

    assert harmonics(plain) < 1e-6
    assert harmonics(fed) > 0.05


@pytest.mark.parametrize("midi", [24.0, 60.0, 96.0])
def test_it_is_in_tune_within_a_tenth_of_a_cent(midi):
    wave = _play(pitch=midi, depth=(0, 0, 0, 0), carry=(1, 0, 0, 0), frames=1 << 17)[0].astype(np.float64)
    hertz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    line = wave * np.exp(-2j * np.pi * hertz * np.arange(len(wave)) / RATE)
    quarter = len(wave) // 4
    early, late = (np.sum(line[a : a + quarter] * np.hanning(quarter)) for a in (0, 3 * quarter))
    drift_hz = np.angle(late / early) / (2.0 * np.pi) / (3 * quarter / RATE)
    assert abs(1200.0 * np.log2(1.0 + drift_hz / hertz)) < 0.1


def test_forty_voices_are_forty_times_one():
    one, many = _play(frames=4096), _play(frames=4096, count=40)
    np.testing.assert_allclose(many, 40.0 * one, rtol=1e-4, atol=1e-3)
