"""Waveshaping at four times the sample rate.

A curve bends a sine into harmonics; those above half the sample rate would come back as tones that belong
to no key. So the signal is interpolated to four times its rate, shaped there and filtered back down. Both
filters are one 129-tap linear-phase Kaiser low-pass (beta 8, stop band -80 dB from 25.5 kHz at 44.1 kHz, flat to
18 kHz), in polyphase form: nothing is computed that would be thrown away. It goes through zero at every fourth tap, so
the frames themselves are only shaped, and what lies between is worked out from both sides at once
(:mod:`songwright.dsp.interpolation`). Together the filters take 32 frames exactly.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2
from songwright.dsp.interpolation import fold, gather, interpolate
from songwright.dsp.jit import kernel

#: Frames by which the shaped sound lags.
LATENCY_FRAMES = 32
_FACTOR = 4
_TAPS = 129
_KAISER_BETA = 8.0


@functools.cache
def interpolation_taps() -> NDArray[np.float32]:
    """The low-pass in phases, shape ``(4, 33)``: row ``p`` holds taps ``4 k + p``, and their sum is a quarter."""
    n = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(n / _FACTOR) * np.kaiser(_TAPS, _KAISER_BETA)
    padded = np.append(taps / taps.sum(), np.zeros(_FACTOR - 1))
    return np.ascontiguousarray(padded.reshape(-1, _FACTOR).T, np.float32)


@functools.cache
def folded_taps() -> NDArray[np.float32]:
    """The low-pass for :func:`shape_oversampled`, shape ``(4, 16)``: what :func:`fold` makes, and the middle tap."""
    zero, quarter, half, _ = interpolation_taps().astype(np.float64)
    return np.append(fold(quarter[31::-1], half[31::-1]), np.full((1, 16), zero[16], np.float32), axis=0)


def shaper_state() -> NDArray[np.float32]:
    """State of :func:`shape_oversampled` at rest: input and shaped history of both channels, shape ``(2, 5, 32)``."""
    return np.zeros((2, 5, 32), np.float32)


@kernel
def tanh(x: np.float32) -> np.float32:
    """Hyperbolic tangent by :func:`exp2`, absolute error below 3e-7."""
    y = min(max(x, np.float32(-10.0)), np.float32(10.0))
    grown = exp2(y * np.float32(2.885390082))
    return np.float32(np.float32(1.0) - np.float32(2.0) / (grown + np.float32(1.0)))


@kernel
def shape_oversampled(
    audio: NDArray[np.float32],
    drive: NDArray[np.float32],
    bias: NDArray[np.float32],
    taps: NDArray[np.float32],
    state: NDArray[np.float32],
    blocker: NDArray[np.float64],
    block_share: float,
    out: NDArray[np.float32],
) -> None:
    """Write ``tanh(drive x + bias) - tanh(bias)``, freed of its offset, to ``out``; both have shape ``(2, frames)``.

    Args:
        audio: what comes in.
        drive: linear gain before the curve, shape ``(frames,)`` or ``(1,)``.
        bias: offset before the curve: 0 bends both halves alike (odd harmonics only).
        taps: from :func:`folded_taps`.
        state: from :func:`shaper_state`.
        blocker: offset of each channel, tracked by a one-pole low-pass and taken away, shape ``(2,)``.
        block_share: that filter's share.
        out: what comes out, 32 frames late.
    """
    tile = 128
    line = np.empty(32 + tile, np.float32)
    shaped = np.empty(16 + tile, np.float32)
    # The points halfway, the sum of those at the quarters, and their difference, shaped.
    between = np.empty((3, 32 + tile), np.float32)
    points = np.empty((3, tile), np.float32)
    gains = np.empty(tile, np.float32)
    offsets = np.empty(tile, np.float32)
    rests = np.empty(tile, np.float32)
    middle = taps[3, 0]
    first, second, kept = blocker[0], blocker[1], 1.0 - block_share
    drive_step = 0 if drive.shape[0] == 1 else 1
    bias_step = 0 if bias.shape[0] == 1 else 1
    for start in range(0, audio.shape[1], tile):
        length = min(tile, audio.shape[1] - start)
        for i in range(length):
            gains[i] = drive[(start + i) * drive_step] * np.float32(4.0)
            offsets[i] = bias[(start + i) * bias_step]
        for i in range(length):
            rests[i] = tanh(offsets[i])
        for channel in range(2):
            # Slices, not sums of indices: the compiler must see that no index is negative.
            fresh, result = audio[channel, start : start + length], out[channel, start : start + length]
            for i in range(32):
                line[i] = state[channel, 0, i]
            for i in range(16):
                shaped[i] = state[channel, 1, i]
            for row in range(3):
                for i in range(32):
                    between[row, i] = state[channel, 2 + row, i]
            for i in range(length):
                line[32 + i] = fresh[i]
            interpolate(line[1:], taps, length, points)
            frames, here = line[16:], shaped[16:]
            for i in range(length):
                here[i] = tanh(gains[i] * (middle * frames[i]) + offsets[i]) - rests[i]
            for row in range(3):
                point = points[row]
                for i in range(length):
                    point[i] = tanh(gains[i] * point[i] + offsets[i]) - rests[i]
            quarters, halves, lasts = points[0], points[1], points[2]
            half, pair, difference = between[0, 32:], between[1, 32:], between[2, 32:]
            for i in range(length):
                half[i], pair[i], difference[i] = halves[i], lasts[i] + quarters[i], lasts[i] - quarters[i]
            for i in range(length):
                result[i] = middle * shaped[i]
            gather(between, taps, result)
            for i in range(32):
                state[channel, 0, i] = line[length + i]
            for i in range(16):
                state[channel, 1, i] = shaped[length + i]
            for row in range(3):
                for i in range(32):
                    state[channel, 2 + row, i] = between[row, length + i]
        left, right = out[0, start : start + length], out[1, start : start + length]
        for i in range(length):
            x, y = np.float64(left[i]), np.float64(right[i])
            first, second = kept * first + block_share * x, kept * second + block_share * y
            left[i], right[i] = x - first, y - second
    blocker[0], blocker[1] = first, second
