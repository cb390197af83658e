"""One voice led towards another: the size of its mouth, its colour, its breath, its pitch.

The size (length of the vocal tract) is the stretch of the frequency axis under which the shapes of its vowels
fall best onto the other's, whatever either said: nearest shapes are compared, not long-term means, for those of two
people differ by more than their size (Lee & Rose 1998 for the method). What then still differs in the mean is
taken out by a smooth equaliser. All is bounded, so that words stay understood. On coded envelopes,
stretch and equaliser are one matrix and one vector.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from songwright.profiles.character import BANDS, CENTRES_HZ, Character
from songwright.singing.portrait import cosines, distances, product
from songwright.singing.world import BANDS as CODES
from songwright.singing.world import Analysis

#: Changes when the same two voices give another likeness: part of the keys of what is sung.
VERSION = "1"

STRETCHES = np.exp(np.linspace(np.log(0.78), np.log(1.28), 51))  # a man's to a child's vocal tract
MOST_DB = 12.0  # of the equaliser
MOST_BREATH_DB = 9.0
MOST_PITCH = 2.5  # ratio of medians
_COMPARED = (CENTRES_HZ > 150.0) & (CENTRES_HZ < 5000.0)  # where formants tell the size
_CEPSTRA = 12
_DOUBT = 10.0  # how much better a size must fit that does not go with the pitch: a tenth more, for 10 % off
_SMOOTH_BANDS = 2.5  # standard deviation of the equaliser's smoothing, about a third of an octave


@dataclass(frozen=True)
class Likeness:
    """What makes a voice like another. ``stretch`` above 1 moves formants up."""

    stretch: float
    gain_db: NDArray[np.float64]  # (BANDS,), after the stretch
    breath_db: NDArray[np.float64]  # (3,), added to the aperiodicity at 3, 6 and 9 kHz
    pitch: float  # ratio, for speech


def likeness(source: Character, target: Character) -> Likeness:
    """How ``source`` becomes like ``target``."""
    stretch = _stretch(source, target)
    moved = stretched(source.envelope_db[None, :], stretch)[0]
    gain_db = _smooth(target.envelope_db - moved)
    breath_db = np.clip(target.aperiodicity_db - source.aperiodicity_db, -MOST_BREATH_DB, MOST_BREATH_DB)
    pitch = float(np.clip(target.median_hz / source.median_hz, 1.0 / MOST_PITCH, MOST_PITCH))
    return Likeness(stretch, np.clip(_as_loud(gain_db, moved), -MOST_DB, MOST_DB), breath_db, pitch)


def apply(likeness: Likeness, analysis: Analysis) -> Analysis:
    """The recording as the other would have spoken it."""
    matrix, shift = _coded(likeness.stretch, likeness.gain_db.tobytes(), analysis.sample_rate, analysis.transform())
    envelope = product(analysis.envelope.astype(np.float64), matrix) + shift
    voiced = (analysis.f0_hz > 0)[:, None]
    bands = analysis.aperiodicity.shape[1]
    breath_db = likeness.breath_db[np.minimum(np.arange(bands), 2)]
    aperiodicity = np.where(voiced, np.clip(analysis.aperiodicity + breath_db, -60.0, 0.0), analysis.aperiodicity)
    return replace(
        analysis,
        f0_hz=(analysis.f0_hz * likeness.pitch).astype(np.float32),
        envelope=envelope.astype(np.float32),
        aperiodicity=aperiodicity.astype(np.float32),
    )


def stretched(rows_db: NDArray[np.float64], stretch: float) -> NDArray[np.float64]:
    """Envelopes on the bands with the frequency axis stretched: what was at 1 kHz is at ``stretch`` kHz."""
    place = np.interp(CENTRES_HZ / stretch, CENTRES_HZ, np.arange(BANDS, dtype=np.float64))
    low = np.minimum(place.astype(np.int64), BANDS - 2)
    weight = place - low
    return np.asarray(rows_db[:, low] * (1.0 - weight) + rows_db[:, low + 1] * weight)


def _stretch(source: Character, target: Character) -> float:
    """The stretch under which the source's shapes lie nearest to the target's.

    A little weight goes to what the pitches suggest: vocal tracts differ about as the cube root of pitches do.
    """
    basis = cosines(_CEPSTRA, int(_COMPARED.sum())).T
    aim = _centred(product(target.shapes_db[:, _COMPARED], basis), target.weights)
    usual = np.log(target.median_hz / source.median_hz) / 3.0
    costs = []
    for stretch in STRETCHES:
        moved = _centred(product(stretched(source.shapes_db, stretch)[:, _COMPARED], basis), source.weights)
        cost = float(source.weights @ distances(moved, aim).min(axis=1))
        costs.append(cost * (1.0 + _DOUBT * (np.log(stretch) - usual) ** 2))
    return float(STRETCHES[int(np.argmin(costs))])


def _centred(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows - weights @ rows)


def _smooth(gain_db: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = int(4 * _SMOOTH_BANDS)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SMOOTH_BANDS) ** 2)
    return np.convolve(np.pad(gain_db, reach, "edge"), kernel / kernel.sum(), "valid")


def _as_loud(gain_db: NDArray[np.float64], envelope_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain, moved so that a voice with this envelope keeps its power."""
    width = np.gradient(CENTRES_HZ)
    before, after = (float(width @ 10.0 ** (db / 10.0)) for db in (envelope_db, envelope_db + gain_db))
    return np.asarray(gain_db - 10.0 * np.log10(after / before))


@functools.lru_cache(maxsize=16)
def _coded(
    stretch: float, gain_db: bytes, sample_rate: int, transform: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stretch and equaliser of coded envelopes: they are linear in the logarithm, so their code is a matrix."""
    import pyworld

    hz = np.linspace(0.0, 0.5 * sample_rate, transform // 2 + 1)
    basis = np.log(pyworld.decode_spectral_envelope(np.eye(CODES), sample_rate, transform))
    moved = np.stack([np.interp(hz / stretch, hz, row) for row in basis])
    matrix = pyworld.code_spectral_envelope(np.exp(moved), sample_rate, CODES)
    gain = np.interp(hz, CENTRES_HZ, np.frombuffer(gain_db, np.float64)) * np.log(10.0) / 10.0
    shift = pyworld.code_spectral_envelope(np.exp(gain)[None, :], sample_rate, CODES)[0]
    return np.asarray(matrix), np.asarray(shift)
