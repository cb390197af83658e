"""A resonant body: what stands between a string and the air."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def resonate(
    dry: NDArray[np.float32],
    modes: NDArray[np.float32],
    direct: float,
    amount: float,
    treble_hz: float,
    sample_rate: float,
    out: NDArray[np.float32],
) -> None:
    """Add ``dry`` as a body radiates it to ``out``.

    ``direct`` times the string itself plus ``amount`` times a band-pass for each mode (trapezoidal
    state-variable filters, unit gain at their peaks, fed by both
    sides together), all through a one-pole low-pass. Linear: what is added
    apart may be sent apart.

    Args:
        dry: stereo, shape (2, frames).
        modes: Hz, Q and gain of each mode, shape (modes, 3).
        direct: gain of the string beside the body.
        amount: gain of all modes.
        treble_hz: corner of the low-pass.
        sample_rate: in Hz.
        out: stereo, shape (2, frames).
    """
    count = modes.shape[0]
    two = np.float32(2.0)
    straight = np.float32(direct)
    keep = np.float32(1.0 - np.exp(-2.0 * np.pi * min(0.45 * sample_rate, treble_hz) / sample_rate))
    warp = np.empty(count, np.float32)
    first = np.empty(count, np.float32)
    gain = np.empty(count, np.float32)
    for mode in range(count):
        g = np.tan(np.pi * min(0.45, modes[mode, 0] / sample_rate))
        k = 1.0 / modes[mode, 1]
        warp[mode] = g
        first[mode] = 1.0 / (1.0 + g * (g + k))
        gain[mode] = k * modes[mode, 2] * amount
    s1 = np.zeros(count, np.float32)
    s2 = np.zeros(count, np.float32)
    smooth_l = np.float32(0.0)
    smooth_r = np.float32(0.0)
    half = np.float32(0.5)
    frames = dry.shape[1]
    while frames > 0 and dry[0, frames - 1] == 0.0 and dry[1, frames - 1] == 0.0:
        frames -= 1  # a page ends in silence
    for i in range(min(dry.shape[1], frames + int(0.3 * sample_rate))):
        left = dry[0, i]
        right = dry[1, i]
        x = half * (left + right)
        y = np.float32(0.0)
        for mode in range(count):
            v3 = x - s2[mode]
            v1 = first[mode] * (s1[mode] + warp[mode] * v3)
            v2 = s2[mode] + warp[mode] * v1
            s1[mode] = two * v1 - s1[mode]
            s2[mode] = two * v2 - s2[mode]
            y += gain[mode] * v1
        smooth_l += keep * (straight * left + y - smooth_l)
        smooth_r += keep * (straight * right + y - smooth_r)
        out[0, i] += smooth_l
        out[1, i] += smooth_r
