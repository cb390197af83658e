"""Levels, gain computers and their ballistics.

The compressor follows Giannoulis, Massberg and Reiss, "Digital dynamic range compressor design: a tutorial
and analysis" (JAES 60(6), 2012): feed-forward, level in decibels, a quadratic knee, and a smooth decoupled
peak detector *behind* the gain computer, so that attack and release act on decibels of gain reduction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2
from songwright.dsp.control import take
from songwright.dsp.jit import kernel

Curve = NDArray[np.float32]  # shape (frames,) when it moves, else (1,)


def decibels_to_gain(decibels: Curve) -> Curve:
    """Linear gain of each value in dB."""
    return np.asarray(10.0 ** (decibels.astype(np.float64) / 20.0), np.float32)


def one_pole_share(time_ms: Curve, sample_rate: int) -> Curve:
    """The share of the remaining way that a one-pole smoother goes in a frame, from its time constant.

    After ``time_ms`` it has gone 1 - 1/e (63 %) of the way.
    """
    return np.asarray(-np.expm1(-1000.0 / (time_ms.astype(np.float64) * sample_rate)), np.float32)


@kernel
def log2(x: np.float32) -> np.float32:
    """Logarithm to base two of a positive normal float32, absolute error below 6e-7.

    The exponent comes from the number's bits; the mantissa ``m`` goes through ``(m - 1) P(m - 1.5)``, with P
    fitted by least squares on Chebyshev nodes.
    """
    bits = np.float32(x).view(np.int32)
    exponent = (bits >> np.int32(23)) - np.int32(127)
    m = np.int32((bits & np.int32(0x7FFFFF)) | np.int32(0x3F800000)).view(np.float32)
    y = m - np.float32(1.5)
    p = np.float32(-0.00906306862)
    p = p * y + np.float32(0.0193573481)
    p = p * y - np.float32(0.0302821163)
    p = p * y + np.float32(0.0525863358)
    p = p * y - np.float32(0.0975872167)
    p = p * y + np.float32(0.191321818)
    p = p * y - np.float32(0.416258115)
    p = p * y + np.float32(1.16992498)
    return np.float32(exponent) + (m - np.float32(1.0)) * p


@kernel
def compressor_gain(
    key: NDArray[np.float32],
    threshold_db: Curve,
    slope: Curve,
    knee_db: Curve,
    attack: Curve,
    release: Curve,
    link: Curve,
    slow_attack: float,
    slow_release: float,
    state: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Write the linear gain that compresses by the level of ``key``; both have shape ``(2, frames)``.

    Args:
        key: what is listened to.
        threshold_db: in dBFS, by peak.
        slope: 1 - 1/ratio: decibels taken away for each above the threshold.
        knee_db: width of the knee.
        attack: share gone in a frame towards more reduction; see :func:`one_pole_share`.
        release: share gone in a frame towards less.
        link: 0..1, how far both channels follow the louder one.
        slow_attack: share for a second, slow envelope that keeps long reductions up (program-dependent
            release), at least ``slow_release``; 0 for none.
        slow_release: share with which the slow envelope lets go.
        state: per channel the fast, the slow and the smoothed reduction in dB, shape ``(2, 3)``.
        out: the gain; one row is enough where ``link`` stands at 1.
    """
    tile = 256
    frames = key.shape[1]
    levels = np.empty((2, tile), np.float32)
    thresholds, slopes, knees = np.empty(tile, np.float32), np.empty(tile, np.float32), np.empty(tile, np.float32)
    attacks, releases = np.empty(tile, np.float32), np.empty(tile, np.float32)
    zero, half, quiet = np.float32(0.0), np.float32(0.5), np.float32(1e-10)
    to_db, to_octaves = np.float32(6.020599913), np.float32(-0.1660964047)
    linked = link.shape[0] == 1 and link[0] == np.float32(1.0)
    for start in range(0, frames, tile):
        length = min(tile, frames - start)
        # Slices, not sums of indices: the compiler must see that no index is negative.
        left, right = key[0, start : start + length], key[1, start : start + length]
        take(link, start, slopes[:length])
        for i in range(length):
            a, b = abs(left[i]), abs(right[i])
            loudest = max(a, b)
            levels[0, i] = max(a + (loudest - a) * slopes[i], quiet)
            levels[1, i] = max(b + (loudest - b) * slopes[i], quiet)
        take(threshold_db, start, thresholds[:length])
        take(slope, start, slopes[:length])
        take(knee_db, start, knees[:length])
        take(attack, start, attacks[:length])
        take(release, start, releases[:length])
        for channel in range(1 if linked else 2):
            row, result = levels[channel], out[channel, start : start + length]
            for i in range(length):
                over = to_db * log2(row[i]) - thresholds[i]
                knee = knees[i]
                inside = min(max(over + half * knee, zero), knee)
                beyond = max(over - half * knee, zero)
                row[i] = slopes[i] * (half * inside * inside / max(knee, quiet) + beyond)
            fast, slow, smooth = state[channel, 0], state[channel, 1], state[channel, 2]
            for i in range(length):
                target, let, share = np.float64(row[i]), np.float64(releases[i]), np.float64(attacks[i])
                fast = max(target, (1.0 - let) * fast + let * target)
                risen = (1.0 - slow_attack) * slow + slow_attack * target
                slow = max(risen, (1.0 - slow_release) * slow + slow_release * target)
                smooth = (1.0 - share) * smooth + share * max(fast, slow)
                row[i] = smooth
            state[channel, 0], state[channel, 1], state[channel, 2] = fast, slow, smooth
            for i in range(length):
                result[i] = exp2(to_octaves * row[i])
        if linked and out.shape[0] == 2:
            for i in range(length):
                out[1, start + i] = out[0, start + i]
    if linked:
        for k in range(3):
            state[1, k] = state[0, k]


@kernel
def switch_gain(
    key: NDArray[np.float32],
    threshold: Curve,
    hysteresis: float,
    hold_frames: int,
    attack: Curve,
    release: Curve,
    open_db: Curve,
    closed_db: Curve,
    state: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Write the gain of a switch that opens while ``key`` is loud: a gate, or a ducker upside down.

    Args:
        key: what is listened to, shape ``(2, frames)``; the louder channel counts.
        threshold: linear peak level at which it opens.
        hysteresis: linear factor below 1; it closes when the level falls under threshold times this.
        hold_frames: how long it stays open after that.
        attack: share of the way to open gone in a frame.
        release: share of the way to closed gone in a frame.
        open_db: gain while open.
        closed_db: gain while closed.
        state: how far open it is (0..1), and frames of hold left, shape ``(2,)``.
        out: the linear gain, shape ``(frames,)``.
    """
    tile = 256
    levels, limits = np.empty(tile, np.float32), np.empty(tile, np.float32)
    attacks, releases = np.empty(tile, np.float32), np.empty(tile, np.float32)
    opened, hold, longest = state[0], int(state[1]), hold_frames + 1
    for start in range(0, key.shape[1], tile):
        length = min(tile, key.shape[1] - start)
        left, right = key[0, start : start + length], key[1, start : start + length]
        result = out[start : start + length]
        for i in range(length):
            levels[i] = max(abs(left[i]), abs(right[i]))
        take(threshold, start, limits[:length])
        take(attack, start, attacks[:length])
        take(release, start, releases[:length])
        for i in range(length):  # without branches: nobody can guess when a level crosses its limit
            loud = (levels[i] > limits[i]) | ((hold > 0) & (levels[i] > limits[i] * hysteresis))
            hold = longest if loud else max(hold - 1, 0)
            share = np.float64(attacks[i] if hold > 0 else releases[i])
            opened = (1.0 - share) * opened + (share if hold > 0 else 0.0)
            levels[i] = opened
        take(closed_db, start, limits[:length])
        take(open_db, start, attacks[:length])
        for i in range(length):
            result[i] = exp2(np.float32(0.1660964047) * (limits[i] + (attacks[i] - limits[i]) * levels[i]))
    state[0], state[1] = opened, hold
