"""What WORLD is asked for lies in the memory that it takes for it."""

from __future__ import annotations

import numpy as np
import pytest
import pyworld

from songwright.singing.world import BANDS, Analysis, aperiodicity_at, envelope_at, synthesise


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
