"""The sawtooth against its Fourier series.

Frequencies fall on FFT bins, so nothing leaks and every bin that is no harmonic is alias.
"""

from __future__ import annotations

import numpy as np
import pytest

from songwright.dsp.oscillator import add_saws, step_table

RATE = 44_100
LENGTH = 1 << 16


def _saw(bin_number: int, cuts: tuple[int, ...] = ()) -> np.ndarray:
    """One period of LENGTH frames of a sawtooth whose pitch falls on an FFT bin."""
    wave = np.zeros((1, LENGTH + 4096), np.float32)
    turn, step = np.array([[1 << 30]]), np.array([[(bin_number << 32) // LENGTH]])
    at = 0
    for stop in (*cuts, LENGTH + 2048):
        add_saws(wave, 1, 1, 64 + at, stop - at, turn, step, np.ones((2, 1), np.float32), step_table())
        at = stop
    return wave[0, 1024 : 1024 + LENGTH].astype(np.float64)


def _lines(wave: np.ndarray, bin_number: int) -> tuple[np.ndarray, np.ndarray]:
    """Magnitudes of the spectrum and which bins are harmonics below Nyquist."""
    spectrum = np.abs(np.fft.rfft(wave)) / (LENGTH / 2)
    harmonic = np.zeros(spectrum.shape, bool)
    harmonic[bin_number::bin_number] = True
    return spectrum, harmonic


@pytest.mark.parametrize("hertz", [110.0, 440.0, 1760.0, 5000.0, 9000.0])
def test_alias_products_lie_80_db_below_the_fundamental_up_to_19_khz(hertz):
    bin_number = round(hertz * LENGTH / RATE) | 1  # odd: aliases fall between the harmonics
    spectrum, harmonic = _lines(_saw(bin_number), bin_number)
    audible = np.arange(len(spectrum)) * RATE / LENGTH
    alias = spectrum[~harmonic & (audible > 20.0) & (audible < 19_000.0)].max()
    assert 20.0 * np.log10(alias / spectrum[bin_number]) < -80.0


@pytest.mark.parametrize("hertz", [110.0, 1760.0])
def test_harmonics_are_those_of_a_sawtooth_up_to_18_khz(hertz):
    bin_number = round(hertz * LENGTH / RATE) | 1
    spectrum, _ = _lines(_saw(bin_number), bin_number)
    count = int(18_000.0 / (bin_number * RATE / LENGTH))
    n = np.arange(1, count + 1)
    error_db = 20.0 * np.log10(spectrum[bin_number * n] * np.pi * n / 2.0)
    assert np.max(np.abs(error_db)) < 0.05


def test_it_has_no_offset():
    assert abs(_saw(653).mean()) < 1e-5


def test_where_a_span_is_cut_does_not_matter():
    whole = _saw(2001)
    cut = _saw(2001, cuts=(1, 64, 1999, 2000, 30_000))
    np.testing.assert_allclose(cut, whole, atol=3e-5)
