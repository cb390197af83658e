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
    """The low-pass in phases for going up (rows 0 to 3) and down (rows 4 to 7), shape ``(8, 33)``.

    Row ``p`` holds taps ``4 k + p``, row ``4 + p`` taps ``4 k - p``: those that meet the samples of phase ``p``.
    Their sum is 1 on the way down, so a quarter of that a phase on the way up.
    """
    n = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(n / _FACTOR) * np.kaiser(_TAPS, _KAISER_BETA)
    padded = np.zeros(_TAPS + 2 * _FACTOR)
    padded[_FACTOR : _FACTOR + _TAPS] = taps / taps.sum()
    k = _FACTOR * (np.arange(33) + 1)
    rows = [padded[k + p] for p in range(_FACTOR)] + [padded[k - p] for p in range(_FACTOR)]
    return np.array(rows, np.float32)


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
                    total[i] = np.float32(0.0)
                _convolve(line, taps[phase], total[:length])
                row = shaped[phase, 32:]
                for i in range(length):
                    row[i] = tanh(gains[i] * total[i] + offsets[i]) - rests[i]
            for i in range(length):
                total[i] = np.float32(0.0)
            for phase in range(4):
                _convolve(shaped[phase], taps[4 + phase], total[:length])
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


@kernel
def _convolve(line: NDArray[np.float32], taps: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Add ``line``, from frame 32 on, through 33 taps to ``out``."""
    last = taps[32]
    for i in range(out.shape[0]):
        out[i] += last * line[i]
    for k in range(0, 32, 4):
        a, b, c, d = taps[k], taps[k + 1], taps[k + 2], taps[k + 3]
        w, x, y, z = line[32 - k :], line[31 - k :], line[30 - k :], line[29 - k :]
        for i in range(out.shape[0]):
            out[i] += (a * w[i] + b * x[i]) + (c * y[i] + d * z[i])
