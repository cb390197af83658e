"""The envelope's corners, continuity and end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.dsp.envelope import adsr
from songwright.dsp.jit import kernel


@kernel
def _trace(times, gate, settings, out):
    for i in range(times.shape[0]):
        out[i] = adsr(times[i], gate, settings[0], settings[1], settings[2], settings[3])


def _curve(frames, gate, attack, decay, sustain, release):
    out = np.empty(frames, np.float32)
    settings = np.array([attack, decay, sustain, release], np.float32)
    _trace(np.arange(frames, dtype=np.float32), np.float32(gate), settings, out)
    return out


def test_it_passes_through_its_corners():
    curve = _curve(60_000, 40_000, 100, 4000, 0.5, 2000)
    assert curve[0] == 0.0
    assert curve[100] == pytest.approx(1.0, abs=1e-6)
    assert curve[4100] == pytest.approx(0.5 + 0.5 * 0.01, abs=1e-4)
    assert curve[40_000] == pytest.approx(0.5, abs=1e-4)
    assert np.all(curve[42_000:] == 0.0)


@given(
    gate=st.integers(1, 5000),
    attack=st.integers(20, 2000),
    decay=st.integers(100, 5000),
    sustain=st.floats(0.0, 1.0),
    release=st.integers(100, 5000),
)
def test_it_never_steps_wherever_the_note_is_let_go(gate, attack, decay, sustain, release):
    curve = _curve(gate + release + 100, gate, attack, decay, sustain, release)
    steepest = 2.0 / attack + 4.7 / decay + 4.9 / release
    assert np.abs(np.diff(curve)).max() <= steepest * 1.01
    assert curve[-1] == 0.0
    assert curve.min() >= 0.0
    assert curve.max() <= 1.0 + 1e-6
