"""What WORLD is asked for lies in the memory that it takes for it."""

from __future__ import annotations

import numpy as np
import pytest
import pyworld

from songwright.interfaces.voice import Speech
from songwright.singing.world import BANDS, LEAST_RATE, Analysis, analyse, aperiodicity_at, envelope_at, synthesise


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
@pytest.mark.parametrize("hz", [20.0, 220.0, 1046.5, 12_543.9, 50_175.0])
def test_any_note_can_be_put_together_at_any_rate(rate: int, hz: float) -> None:
    frames, bands = 40, pyworld.code_aperiodicity(np.full((1, 513), 0.5), rate).shape[1]
    analysis = Analysis(
        np.full(frames, 150.0, np.float32),
        np.full((frames, BANDS), -1.0, np.float32),
        np.full((frames, bands), -20.0, np.float32),
        rate,
    )
    transform = analysis.transform(hz)
    assert transform >= 2 * BANDS  # else decoding writes beyond its memory
    place = np.arange(frames, dtype=np.float64)
    envelope, aperiodicity = envelope_at(analysis, place, transform), aperiodicity_at(analysis, place, transform)
    assert envelope.shape == aperiodicity.shape == (frames, transform // 2 + 1)
    assert np.isfinite(synthesise(np.full(frames, hz), envelope, aperiodicity, rate)).all()


@pytest.mark.parametrize("rate", [8_000, 11_025, 12_000])
def test_a_recording_of_a_telephones_rate_is_taken_apart_and_put_together(rate: int) -> None:
    phase = 2 * np.pi * 150.0 * np.arange(rate) / rate
    audio = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 20)).astype(np.float32)
    analysis = analyse(Speech(audio, rate))
    assert analysis.sample_rate == LEAST_RATE
    place, transform = np.arange(200, dtype=np.float64), analysis.transform()
    np.testing.assert_allclose(analysis.f0_hz[20:180], 150.0, atol=1.0)
    parts = envelope_at(analysis, place, transform), aperiodicity_at(analysis, place, transform)
    sung = synthesise(np.full(200, 300.0), *parts, analysis.sample_rate)[2000:10_000]
    spectrum = np.abs(np.fft.rfft(sung * np.hanning(len(sung))))
    assert abs(np.argmax(spectrum) * LEAST_RATE / len(sung) - 300.0) < 3.0
