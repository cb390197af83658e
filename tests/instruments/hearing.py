"""What the instrument tests listen with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from songwright.interfaces.instrument import Instrument
from songwright.testing import notes, run_instrument

RATE = 44_100
Row = tuple[float, float, float, float]


def play(instrument: type[Instrument], rows: Iterable[Row], **settings: Any) -> np.ndarray:
    """Rows of start (s), length (s), pitch and velocity as the instrument plays them, (2, frames) float64."""
    made = instrument(instrument.Params.model_validate(settings))
    return run_instrument(made, notes(instrument, rows)).astype(np.float64)


def rms_db(audio: np.ndarray) -> float:
    """Root mean square over all there is, in dBFS."""
    return float(10.0 * np.log10(np.mean(audio**2) + 1e-30))


def spectrum(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in Hz and power of both sides together, all of a sound that begins with a stroke."""
    fade = np.hanning(2 * audio.shape[1])[audio.shape[1] :]
    power = np.sum(np.abs(np.fft.rfft(audio * fade)) ** 2, axis=0)
    return np.fft.rfftfreq(audio.shape[1], 1.0 / RATE), power


def centroid_hz(audio: np.ndarray) -> float:
    """Centre of gravity of the power spectrum."""
    frequency, power = spectrum(audio)
    return float(np.sum(frequency * power) / np.sum(power))


def share_above(audio: np.ndarray, hertz: float) -> float:
    """Part of the energy above a frequency, 0..1."""
    frequency, power = spectrum(audio)
    return float(power[frequency > hertz].sum() / power.sum())


def pitch_cents(audio: np.ndarray, midi: float) -> float:
    """How far the line nearest a note's fundamental lies from it, in cents."""
    wave = audio.mean(axis=0)
    hertz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    size = 8 * len(wave)
    lines = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), size))
    frequency = np.fft.rfftfreq(size, 1.0 / RATE)
    lines[(frequency < 0.97 * hertz) | (frequency > 1.03 * hertz)] = 0.0
    peak = int(np.argmax(lines))
    a, b, c = np.log(lines[peak - 1 : peak + 2])
    return float(1200.0 * np.log2((peak + 0.5 * (a - c) / (a - 2.0 * b + c)) * frequency[1] / hertz))
