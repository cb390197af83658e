"""Waveshaping at four times the sample rate.

A curve bends a sine into harmonics; those above half the sample rate would come back as tones that belong
to no key. So the signal is interpolated to four times its rate, shaped there and filtered back down. Both
filters are one 129-tap linear-phase Kaiser low-pass (beta 8, stop band -80 dB from 25.5 kHz at 44.1 kHz, flat to
18 kHz), in polyphase form: nothing is computed that would be thrown away. Together they take 32 frames exactly.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2
from songwright.dsp.jit import kernel

#: Frames by which the shaped sound lags.
LATENCY_FRAMES = 32
_FACTOR = 4
_TAPS = 129
_KAISER_BETA = 8.0


@functools.cache
def interpolation_taps() -> NDArray[np.float32]:
    """The low-pass in phases, shape ``(4, 33)``: ``[p, k]`` is tap ``4 k + p``; unity gain when decimating."""
    n = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(n / _FACTOR) * np.kaiser(_TAPS, _KAISER_BETA)
    padded = np.zeros(_FACTOR * 33)
    padded[:_TAPS] = taps / taps.sum()
    return np.ascontiguousarray(padded.reshape(33, _FACTOR).T, np.float32)


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
        taps: from :func:`interpolation_taps`.
        state: from :func:`shaper_state`.
        blocker: offset of each channel, tracked by a one-pole low-pass and taken away, shape ``(2,)``.
        block_share: that filter's share.
        out: what comes out, 32 frames late.
    """
    tile = 128
    line = np.empty(32 + tile, np.float32)
    shaped = np.empty((4, 32 + tile), np.float32)
    total = np.empty(tile, np.float32)
    gains = np.empty(tile, np.float32)
    offsets = np.empty(tile, np.float32)
    rests = np.empty(tile, np.float32)
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
                line[i] = state[channel, 4, i]
            for i in range(length):
                line[32 + i] = fresh[i]
            for phase in range(4):
                for i in range(32):
                    shaped[phase, i] = state[channel, phase, i]
                for i in range(length):
                    total[i] = taps[phase, 32] * line[i]
                for k in range(0, 32, 4):
                    a, b, c, d = taps[phase, k], taps[phase, k + 1], taps[phase, k + 2], taps[phase, k + 3]
                    w, x, y, z = line[32 - k :], line[31 - k :], line[30 - k :], line[29 - k :]
                    for i in range(length):
                        total[i] += (a * w[i] + b * x[i]) + (c * y[i] + d * z[i])
                row = shaped[phase, 32:]
                for i in range(length):
                    row[i] = tanh(gains[i] * total[i] + offsets[i]) - rests[i]
            # Tap 4 j - p of the low-pass meets the sample of phase p, j frames ago; for p > 0, j starts at 1.
            for i in range(length):
                total[i] = taps[0, 0] * shaped[0, 32 + i]
            for j in range(1, 33):
                a, b, c, d = taps[0, j], taps[3, j - 1], taps[2, j - 1], taps[1, j - 1]
                w, x, y, z = shaped[0, 32 - j :], shaped[1, 32 - j :], shaped[2, 32 - j :], shaped[3, 32 - j :]
                for i in range(length):
                    total[i] += (a * w[i] + b * x[i]) + (c * y[i] + d * z[i])
            offset = blocker[channel]
            for i in range(length):
                value = np.float64(total[i])
                offset += (value - offset) * block_share
                result[i] = value - offset
            blocker[channel] = offset
            for i in range(32):
                state[channel, 4, i] = line[length + i]
                for phase in range(4):
                    state[channel, phase, i] = shaped[phase, length + i]
