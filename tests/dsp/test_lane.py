"""The note-lane voice: filter against its transfer function, lanes against each other, starts to the frame."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp import pack
from songwright.dsp.lane import play_lanes
from songwright.dsp.oscillator import step_table

RATE = 44_100


def _play(pitches, starts, frames=20_000, cutoff=18_000.0, poles=2, drive=0.0, out_frames=None):
    count = len(pitches)
    gate = np.full(count, frames)
    span = np.stack([np.asarray(starts), gate, gate + 2000], axis=1).astype(np.int64)
    shape = np.zeros((count, 7), np.float32)
    shape[:, 0] = shape[:, 1] = pitches
    shape[:, 2] = 1.0
    tone = np.zeros(12, np.float32)
    tone[0], tone[6], tone[11] = 1.0 / RATE, 1.0, drive
    amp = np.array([50.0, 1e6, 1.0, 1000.0], np.float32)
    out = np.zeros((2, out_frames or frames + 2000 + max(starts)), np.float32)
    play_lanes(
        span, shape, np.full((count, 1), 0.3), np.ones((count, 1)), np.ones((2, 1), np.float32), amp, amp, tone,
        poles, np.array([cutoff], np.float32), np.zeros(1, np.float32), step_table(), out,
    )  # fmt: skip
    return out


def _filtered(wave, warp, damping):
    """``wave`` (frames, 8) through the low-pass, with a warp and a damping every 16 frames, shape (points, 8)."""
    work = np.zeros((1, pack.STRIP), np.float32)
    strip = work[0]

    def tune_to(first):
        strip[pack.WARP : pack.WARP + 32] = warp[first : first + 4].ravel()
        strip[pack.DAMPING : pack.DAMPING + 32] = damping[first : first + 4].ravel()
        pack.tune(strip, 2)

    tune_to(0)
    heard = []
    for tile in range(0, len(wave), 64):
        strip[:512] = wave[tile : tile + 64].ravel()
        tune_to(tile // 16 + 4)
        pack.lowpass(work, 1, 2)
        heard.append(strip[:512].reshape(64, 8).copy())
    return np.concatenate(heard)


@pytest.mark.parametrize("hertz", [100.0, 1000.0, 8000.0])
@pytest.mark.parametrize("damping", [1.4142, 0.2])
def test_the_low_pass_matches_its_analytic_response_within_a_tenth_of_a_decibel(hertz, damping):
    frames = 1 << 15
    wave = np.zeros((frames, 8), np.float32)
    wave[0] = 1.0
    g = np.tan(np.pi * hertz / RATE)
    rows = frames // 16 + 4
    heard = _filtered(wave, np.full((rows, 8), g, np.float32), np.full((rows, 8), damping, np.float32))
    measured = np.abs(np.fft.rfft(heard[:, 7].astype(np.float64)))
    warped = np.tan(np.pi * np.arange(len(measured)) / frames) / g  # the bilinear transform's frequency
    expected = 1.0 / np.sqrt((1.0 - warped[:-1] ** 2) ** 2 + (damping * warped[:-1]) ** 2)
    audible = expected > 1e-3
    assert np.max(np.abs(20.0 * np.log10(measured[:-1][audible] / expected[audible]))) < 0.1


def test_the_low_pass_stays_stable_when_its_corner_leaps_every_16_frames():
    rng = np.random.default_rng(3)
    wave = rng.standard_normal((1 << 14, 8)).astype(np.float32)
    rows = wave.shape[0] // 16 + 4
    warp = np.tan(np.pi * np.exp(rng.uniform(np.log(1e-3), np.log(0.44), (rows, 8)))).astype(np.float32)
    heard = _filtered(wave, warp, np.full((rows, 8), 0.05, np.float32))
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() < 200.0


@pytest.mark.parametrize("poles", [2, 4])
def test_a_voice_is_a_sawtooth_through_a_butterworth(poles):
    out = _play([45.0], [0], frames=1 << 16, cutoff=1000.0, poles=poles)[0, 8000 : 8000 + (1 << 15)].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    n = np.arange(1, 60)
    near = np.round(n * 110.0 * len(out) / RATE).astype(int)
    level = np.array([np.sqrt(np.sum(spectrum[b - 3 : b + 4] ** 2)) for b in near]) * n
    warped = np.tan(np.pi * n * 110.0 / RATE) / np.tan(np.pi * 1000.0 / RATE)
    expected = 1.0 / np.sqrt(1.0 + warped ** (2 * poles))
    error_db = 20.0 * np.log10(level / level[0] / (expected / expected[0]))
    assert np.max(np.abs(error_db[expected > 1e-3])) < 0.1


def test_a_note_sounds_the_same_in_any_lane_and_company():
    alone = _play([60.0], [1234], out_frames=40_000)
    pitches = [60.0] + [40.0 + i for i in range(40)]
    starts = [1234] + [17 * i for i in range(40)]
    together = _play(pitches, starts, out_frames=40_000)
    others = _play(pitches[1:], starts[1:], out_frames=40_000)
    np.testing.assert_allclose(together, alone + others, atol=2e-5)


def test_notes_start_to_the_frame():
    early = _play([57.0], [0], out_frames=30_000)
    late = _play([57.0], [777], out_frames=30_777)
    np.testing.assert_array_equal(late[:, 777:], early)
    assert not late[:, :777].any()


def test_an_overdriven_voice_has_no_offset():
    out = _play([45.0], [0], frames=60_000, cutoff=600.0, drive=4.0)
    assert abs(out[0, 20_000 : 20_000 + RATE // 2].mean()) < 1e-3  # 55 whole periods
