"""The pitch of a recording, for voices that do not tell it.

Autocorrelation divided by that of its window, and the cheapest way through each frame's candidates: Boersma,
"Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound"
(1993), with his costs. Where a vowel is known to be spoken, voicing needs less evidence: vowels creak, above all
men's at the end of a line, and are still to be sung.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CEILING_HZ = 500.0
_RATE = 11_025  # frames a second at which periods are looked for
_PERIODS = 3.0  # of the lowest pitch in a window
_CANDIDATES = 6
_OCTAVE_COST = 0.01
_JUMP_COST = 0.35  # an octave from frame to frame; scaled to 10 ms
_VOICING_COST = 0.14  # between voiced and unvoiced; scaled to 10 ms
_VOICED_FROM, _VOWEL_FROM = 0.45, 0.1  # strength that counts as voiced
_SILENCE = 0.03  # of the recording's peak


def track(
    audio: NDArray[np.float64], sample_rate: int, step_s: float, floor_hz: float, vowel: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Pitch in Hz each ``step_s``, 0 where unvoiced; frame ``i`` stands at ``i * step_s``.

    Args:
        audio: mono.
        sample_rate: its frames a second.
        step_s: between frames.
        floor_hz: lowest pitch.
        vowel: frames that are known to be a vowel; those past its end are not.
    """
    import soxr

    count = int(len(audio) / sample_rate / step_s) + 1
    known = np.zeros(count, bool)
    if vowel is not None:
        known[: len(vowel)] = vowel[:count]
    low = soxr.resample(audio, sample_rate, _RATE, quality="HQ") if sample_rate != _RATE else audio
    if not np.any(low):
        return np.zeros(count)
    hz, strength = _candidates(np.asarray(low, np.float64), count, step_s, floor_hz, known)
    return _path(hz, strength, step_s)


def _candidates(
    audio: NDArray[np.float64], count: int, step_s: float, floor_hz: float, known: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each frame's pitches and how well they fit, shape ``(count, 1 + _CANDIDATES)``; the first is unvoiced."""
    size = int(_PERIODS * _RATE / floor_hz) // 2 * 2
    window = np.hanning(size)
    transform = 1 << int(np.ceil(np.log2(1.5 * size)))
    lags = np.arange(int(_RATE / CEILING_HZ) - 1, int(_RATE / floor_hz) + 2)
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, transform)) ** 2)[lags] / np.sum(window**2)
    padded = np.pad(audio, (size // 2, size))
    starts = np.minimum(np.round(np.arange(count) * step_s * _RATE).astype(int), len(padded) - size)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[starts]
    frames = frames - frames.mean(axis=1, keepdims=True)
    middle = slice(size // 2 - size // 6, size // 2 + size // 6)
    loudness = np.max(np.abs(frames[:, middle]), axis=1) / np.max(np.abs(audio))
    spectrum = np.abs(np.fft.rfft(frames * window, transform, axis=1)) ** 2
    whole = np.fft.irfft(spectrum, axis=1)
    match = whole[:, lags] / np.maximum(whole[:, :1], 1e-30) / of_window
    lag, height = _peaks(match, lags)
    with np.errstate(divide="ignore"):
        hz = np.where(height > 0.0, _RATE / lag, 0.0)
    strength = np.where(height > 0.0, height - _OCTAVE_COST * np.log2(np.maximum(floor_hz * lag / _RATE, 1e-9)), -9.0)
    enough = np.where(known, _VOWEL_FROM, _VOICED_FROM)
    unvoiced = enough + np.maximum(0.0, 2.0 - loudness / (_SILENCE / (1.0 + enough)))
    return np.column_stack([np.zeros(count), hz]), np.column_stack([unvoiced, strength])


def _peaks(match: NDArray[np.float64], lags: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The highest peaks of each row, by parabolas: lags and heights, 0 where there are fewer."""
    left, middle, right = match[:, :-2], match[:, 1:-1], match[:, 2:]
    peak = (middle > left) & (middle >= right) & (middle > 0.0)
    curvature = np.where(peak, 2.0 * middle - left - right, 1.0)
    shift = np.where(peak, 0.5 * (right - left) / np.maximum(curvature, 1e-12), 0.0)
    height = np.where(peak, np.minimum(middle + 0.25 * (right - left) * shift, 1.0), 0.0)
    best = np.argsort(-(height - 1e-4 * np.arange(height.shape[1])), axis=1, kind="stable")[:, :_CANDIDATES]
    rows = np.arange(len(match))[:, None]
    return np.asarray(lags[1:-1][best] + shift[rows, best], np.float64), height[rows, best]


def _path(hz: NDArray[np.float64], strength: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
    """The cheapest way through all frames (Viterbi)."""
    scale = 0.01 / step_s
    with np.errstate(divide="ignore"):
        octave = np.log2(hz)
    score = strength[0]
    came = np.zeros(hz.shape, np.int64)
    for k in range(1, len(hz)):
        before, now = octave[k - 1][:, None], octave[k][None, :]
        both = np.isfinite(before) & np.isfinite(now)
        with np.errstate(invalid="ignore"):
            jump = np.where(both, _JUMP_COST * np.abs(before - now), _VOICING_COST)
        jump[np.ix_(~np.isfinite(before[:, 0]), ~np.isfinite(octave[k]))] = 0.0
        ways = score[:, None] - scale * jump
        came[k] = ways.argmax(axis=0)
        score = ways[came[k], np.arange(hz.shape[1])] + strength[k]
    at = int(np.argmax(score))
    path = np.empty(len(hz), np.int64)
    for k in range(len(hz) - 1, -1, -1):
        path[k] = at
        at = int(came[k, at])
    return np.asarray(hz[np.arange(len(hz)), path])
