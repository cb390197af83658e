"""What there is to know of a voice, from a recording taken apart: its character, and an embedding of it.

Everything is measured on voiced frames that are loud enough to be vowels or their neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.profiles.character import BANDS, CENTRES_HZ, Character
from songwright.singing.world import STEP_S, Analysis, envelope_at

#: Changes when the same recording gives other numbers: part of the keys of what is kept.
VERSION = "1"

SHAPES = 48  # envelopes that stand for all
CEPSTRA = 20  # of the embedding
_LOUD_DB = -25.0  # below the loudest frame: what is measured
_LEAST_FRAMES = int(1.0 / STEP_S)
_FLOOR_DB = -120.0
_ROUNDS = 12  # of k-means
_STEADY_FRAMES, _STEADY_CENTS = 10, 25.0  # a pitch that moves less from one tenth of a second's middle to its ends


class FaintVoiceError(ValueError):
    """There is less than a second of voice in the recording."""


def portray(analysis: Analysis) -> Character:
    """The character of the voice in a recording.

    Raises:
        FaintVoiceError: too little in it is voiced.
    """
    bands, heard = _voiced_bands(analysis)
    hz = analysis.f0_hz[heard].astype(np.float64)
    low, median, high = np.percentile(hz, (5.0, 50.0, 95.0))
    shapes, weights = representatives(bands, SHAPES)
    return Character(
        float(low),
        float(median),
        float(high),
        round(_steadiness(analysis), 4),
        np.round(bands.mean(axis=0), 3),
        np.round(shapes, 3),
        weights,
        np.round(_aperiodicity(analysis, heard), 3),
    )


def embed(analysis: Analysis) -> NDArray[np.float32]:
    """Where the voice stands among voices: mean and deviation of mel cepstra 1 to 20, shape ``(40,)``.

    Simple statistics of the sound and nothing learned; recordings of one voice lie nearer to each other than to
    another's, when microphone and room are alike.

    Raises:
        FaintVoiceError: too little in it is voiced.
    """
    bands, _ = _voiced_bands(analysis)
    cepstra = product(bands, cosines(CEPSTRA).T)
    return np.concatenate((cepstra.mean(axis=0), cepstra.std(axis=0))).astype(np.float32)


def cosines(count: int, bands: int = BANDS) -> NDArray[np.float64]:
    """The cosine transform's vectors 1 to ``count``, of unit length, shape ``(count, bands)``."""
    k, place = np.arange(1, count + 1)[:, None], np.arange(bands) + 0.5
    return np.asarray(np.cos(np.pi / bands * k * place) * np.sqrt(2.0 / bands))


def representatives(rows: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most ``count`` rows that stand for all, and the share of rows that each stands for.

    K-means (Lloyd 1982), begun at the row nearest to the mean and, one by one, those farthest from all so far.
    """
    codes = product(rows, cosines(CEPSTRA, rows.shape[1]).T)  # what the ear compares; the fine structure is left out
    first = int(((codes - codes.mean(axis=0)) ** 2).sum(axis=1).argmin())
    chosen, distance = [first], ((codes - codes[first]) ** 2).sum(axis=1)
    while len(chosen) < min(count, len(rows)) and distance.max() > 1e-9:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((codes - codes[chosen[-1]]) ** 2).sum(axis=1))
    centres = codes[chosen]
    nearest = np.zeros(len(rows), np.int64)
    for _ in range(_ROUNDS):
        nearest = distances(codes, centres).argmin(axis=1)
        for k in range(len(centres)):
            if (nearest == k).any():
                centres[k] = codes[nearest == k].mean(axis=0)
    kept = [k for k in range(len(centres)) if (nearest == k).any()]
    shapes = np.stack([rows[nearest == k].mean(axis=0) for k in kept])
    return shapes, np.array([float(np.mean(nearest == k)) for k in kept])


def product(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix product, summed in one order however many threads a BLAS would take."""
    return np.asarray(np.einsum("ij,jk->ik", a, b))


def distances(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances between all rows of ``a`` and of ``b``, shape ``(len(a), len(b))``."""
    return np.asarray(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2.0 * product(a, b.T), 0.0))


def _voiced_bands(analysis: Analysis) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Envelopes of the loud voiced frames in dB, each with its mean over the bands taken out; and their indices."""
    frames = np.flatnonzero(analysis.f0_hz > 0)
    if len(frames) < _LEAST_FRAMES:
        raise FaintVoiceError(f"only {len(frames) * STEP_S:.1f} s of it are voiced")
    power = envelope_at(analysis, frames.astype(np.float64), analysis.transform())
    level_db = 10.0 * np.log10(power.mean(axis=1) + 1e-16)
    loud = level_db > level_db.max() + _LOUD_DB
    if int(loud.sum()) < _LEAST_FRAMES:
        raise FaintVoiceError(f"only {int(loud.sum()) * STEP_S:.1f} s of it are voiced and loud enough")
    logs = np.maximum(10.0 * np.log10(power[loud] + 1e-16), level_db.max() + _FLOOR_DB)
    bands = on_bands(logs, analysis.sample_rate)
    return bands - bands.mean(axis=1, keepdims=True), frames[loud]


def on_bands(rows: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Rows of values from 0 Hz to half the sample rate, read at the bands' centres (the last stands in above)."""
    position = np.minimum(CENTRES_HZ / (0.5 * sample_rate), 1.0) * (rows.shape[1] - 1)
    low = np.minimum(position.astype(np.int64), rows.shape[1] - 2)
    weight = position - low
    return np.asarray(rows[:, low] * (1.0 - weight) + rows[:, low + 1] * weight)


def _steadiness(analysis: Analysis) -> float:
    """The share of voiced frames that lie in a tenth of a second of one pitch."""
    n, hz = _STEADY_FRAMES, analysis.f0_hz.astype(np.float64)
    before, middle, after = hz[: -2 * n], hz[n:-n], hz[2 * n :]
    whole = (before > 0) & (middle > 0) & (after > 0)
    if not whole.any():
        return 0.0
    cents = 1200.0 * np.log2(np.stack([before, after])[:, whole] / middle[whole])
    return float(np.mean(np.abs(cents).max(axis=0) < _STEADY_CENTS))


def _aperiodicity(analysis: Analysis, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean of the coded aperiodicity at 3, 6 and 9 kHz; a band that the sample rate lacks is like the last."""
    mean = np.asarray(analysis.aperiodicity[frames], np.float64).mean(axis=0)
    return np.asarray(mean[np.minimum(np.arange(3), len(mean) - 1)])
