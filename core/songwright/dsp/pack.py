"""A pack: eight notes side by side, filtered, clipped and made louder and softer in one vector.

A pack's samples, settings and states lie in one flat strip of memory at fixed places: from that the compiler knows
that nothing overlaps, and that eight lanes are one register. In stereo a pack has a strip for each side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import saturate
from songwright.dsp.jit import kernel

# Places in a strip. Samples lie at 0: 64 frames of eight lanes.
# Of the tile's five control points, eight lanes each: coefficients of both pairs of poles, and loudness.
A, B, C, A2, B2, C2, LOUD = range(512, 792, 40)
# Of its last four: what the curves are made of.
AFTER, GATE, GAIN, LIFT, CORNER_HZ, PEAK, WARP, DAMPING = range(800, 1056, 32)
# Of each lane: its row of ``shape``, the growth of its phase a frame, states of the filters, mean of the clipped wave.
PITCH, FROM_PITCH, VIBRATO, DRIFT, DRIFT_HZ, STEP, S1, S2, T1, T2, MEAN = range(1056, 1144, 8)
STRIP = 1152


@kernel
def tune(w: NDArray[np.float32], poles: int) -> None:
    """Coefficients of the low-pass at a tile's control points from its warp, tan(pi fc / fs), and damping, 1/Q.

    The last point of the tile before becomes the first; then come the four of ``WARP`` and ``DAMPING``.
    """
    one = np.float32(1.0)
    two = np.float32(2.0)
    wide = np.float32(1.847759)
    for place in range(512, 752, 40):
        for lane in range(8):
            w[place + lane] = w[place + 32 + lane]
    for j in range(32):
        g = w[WARP + j]
        a = two / (one + g * (g + w[DAMPING + j]))
        w[A + 8 + j] = a - one
        w[B + 8 + j] = g * a
        w[C + 8 + j] = g * g * a
    if poles == 4:
        for j in range(32):
            g = w[WARP + j]
            a = two / (one + g * (g + wide))
            w[A2 + 8 + j] = a - one
            w[B2 + 8 + j] = g * a
            w[C2 + 8 + j] = g * g * a


@kernel
def pair(x: Any, s1: Any, s2: Any, a: Any, b: Any, c: Any) -> Any:
    """One frame of two poles: what is heard, and the states after it."""
    u = x - s2
    after = (s2 + b * s1) + c * u
    return np.float32(0.5) * (s2 + after), a * s1 + b * u, after


@kernel
def lowpass(work: NDArray[np.float32], strips: int, poles: int) -> None:
    """Two-pole low-pass of a tile, in place, or two of them in Butterworth's pairing.

    The trapezoidal state-variable filter (Zavalishin, "The Art of VA Filter Design", ch. 4; Simper,
    "Solving the continuous SVF equations", 2013) as a matrix that takes one frame's states to the next's. Between
    control points the matrix runs straight. For no warp and damping does it make the states longer,
    so neither does any mean of two: stable for any motion of either. One loop for both pairs would be shorter, but the
    places in the strip would no longer be constants: it takes more than twice the time.
    """
    tick = np.float32(0.0625)
    for i in range(0, 64, 4):  # four frames in registers, then the next strip: its work fills the pipeline's gaps
        point = i // 16 * 8
        for strip in range(strips):
            w = work[strip]
            for lane in range(8):
                a, b, c = w[A + point + lane], w[B + point + lane], w[C + point + lane]
                to_a, to_b, to_c = w[A + point + 8 + lane], w[B + point + 8 + lane], w[C + point + 8 + lane]
                s1, s2 = w[S1 + lane], w[S2 + lane]
                for k in range(4):
                    at, x = 8 * (i + k) + lane, np.float32(i % 16 + k) * tick
                    w[at], s1, s2 = pair(w[at], s1, s2, a + x * (to_a - a), b + x * (to_b - b), c + x * (to_c - c))
                w[S1 + lane], w[S2 + lane] = s1, s2
        for strip in range(strips if poles == 4 else 0):
            w = work[strip]
            for lane in range(8):
                a, b, c = w[A2 + point + lane], w[B2 + point + lane], w[C2 + point + lane]
                to_a, to_b, to_c = w[A2 + point + 8 + lane], w[B2 + point + 8 + lane], w[C2 + point + 8 + lane]
                s1, s2 = w[T1 + lane], w[T2 + lane]
                for k in range(4):
                    at, x = 8 * (i + k) + lane, np.float32(i % 16 + k) * tick
                    w[at], s1, s2 = pair(w[at], s1, s2, a + x * (to_a - a), b + x * (to_b - b), c + x * (to_c - c))
                w[T1 + lane], w[T2 + lane] = s1, s2


@kernel
def clip(work: NDArray[np.float32], strips: int, drive: Any, slow: Any) -> None:
    """Saturate a tile. A lopsided wave comes out of the clipper with an offset: its slow mean is taken off."""
    for i in range(0, 64, 4):
        for strip in range(strips):
            w = work[strip]
            for lane in range(8):
                mean = w[MEAN + lane]
                for k in range(4):
                    y = saturate(drive * w[8 * (i + k) + lane])
                    mean += slow * (y - mean)
                    w[8 * (i + k) + lane] = y - mean
                w[MEAN + lane] = mean


@kernel
def amplify(work: NDArray[np.float32], strips: int) -> None:
    """Let a tile follow its loudness."""
    tick = np.float32(0.0625)
    for strip in range(strips):
        w = work[strip]
        for point in range(4):
            for lane in range(8):
                gain = w[LOUD + 8 * point + lane]
                rise = (w[LOUD + 8 * point + 8 + lane] - gain) * tick
                for i in range(16):
                    w[128 * point + 8 * i + lane] *= gain + rise * np.float32(i)
