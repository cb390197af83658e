"""Two layers of a drum hit: a sine that falls in pitch, and a burst of filtered noise.

The third, modes, is in :mod:`modal`. Both are written as functions of time wherever that is possible, so the
compiler fills vectors along time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, saturate, sin_turns
from songwright.dsp.jit import kernel

#: Columns of a drop: Hz at the end of the fall, Hz at its start, time constant of the fall (s), attack (s),
#: time constant of the decay (s), drive (0: none), level left, level right.
DROP = ("low_hz", "high_hz", "fall_s", "attack_s", "decay_s", "drive", "left", "right")

#: Columns of a burst: attack (s), time constants of the fast and slow decay (s), share of the slow one (0..1),
#: filter's frequency (Hz), its Q, gains of its low, band and high outputs, level left and right, and how far
#: the two sides differ (0..1).
BURST = (
    "attack_s", "fast_s", "slow_s", "slow_share", "filter_hz", "q", "low", "band", "high", "left", "right",
    "width",
)  # fmt: skip


@kernel
def drop_sines(
    start: NDArray[np.int64], drop: NDArray[np.float32], sample_rate: float, out: NDArray[np.float32]
) -> None:
    """Add falling sines to ``out`` (2, frames): the body of a kick, a tom, an 808.

    The frequency falls exponentially from ``high`` to ``low`` hertz; its integral, the phase,
    is known in closed form.
    Each ends when it has fallen by 100 dB. ``start`` is in frames; ``drop``: see :data:`DROP`.
    """
    frame_s = np.float32(1.0 / sample_rate)
    one = np.float32(1.0)
    octave = np.float32(1.442695)
    for hit in range(start.shape[0]):
        low, high, fall, attack = drop[hit, 0], drop[hit, 1], drop[hit, 2], drop[hit, 3]
        decay, drive, gain_l, gain_r = drop[hit, 4], drop[hit, 5], drop[hit, 6], drop[hit, 7]
        frames = int((attack + decay * np.float32(11.5)) * sample_rate)
        frames = min(frames, out.shape[1] - start[hit])
        left = out[0, start[hit] : start[hit] + frames]
        right = out[1, start[hit] : start[hit] + frames]
        trim = one / (one + np.float32(0.5) * drive)
        for i in range(frames):
            t = np.float32(i) * frame_s
            bent = one - exp2(max(np.float32(-60.0), -octave * t / fall))
            turn = low * t + (high - low) * fall * bent
            rise = min(one, t / attack)
            tone = (
                rise
                * exp2(max(np.float32(-60.0), -octave * max(np.float32(0.0), t - attack) / decay))
                * sin_turns(turn)
            )
            if drive > np.float32(0.0):
                tone = saturate((one + drive) * tone) * trim
            left[i] += gain_l * tone
            right[i] += gain_r * tone


def burst_frames(gate: NDArray[np.int64], burst: NDArray[np.float32], sample_rate: float) -> NDArray[np.int64]:
    """How many frames each burst lasts until it is 100 dB below full level, or choked."""
    level = np.maximum(np.abs(burst[:, 9]), np.abs(burst[:, 10])) * np.abs(burst[:, 6:9]).sum(axis=1)
    fast = burst[:, 1] * np.log(np.maximum(1.0, level * (1.0 - burst[:, 3]) * 1e5))
    slow = burst[:, 2] * np.log(np.maximum(1.0, level * burst[:, 3] * 1e5))
    free = ((burst[:, 0] + np.maximum(fast, slow)) * sample_rate).astype(np.int64) + 1
    frames: NDArray[np.int64] = np.minimum(free, gate + int(0.18 * sample_rate))
    return frames


@kernel
def burst_noise(
    start: NDArray[np.int64],
    frames: NDArray[np.int64],
    seed: NDArray[np.uint32],
    gate: NDArray[np.int64],
    burst: NDArray[np.float32],
    sample_rate: float,
    out: NDArray[np.float32],
) -> None:
    """Add bursts of filtered white noise to ``out`` (2, frames): snare wires, hats, beaters, shakers.

    White noise (a linear congruential generator from ``seed``, uniform) goes through a trapezoidal state-variable
    filter, then through a two-stage exponential decay. After ``gate`` frames the burst is choked with a time
    constant of 15 ms. ``burst``: see :data:`BURST`; ``frames``: see :func:`burst_frames`. Bursts are computed 16
    side by side in the order given: best sorted by ``frames``.
    """
    tile = 64
    one = np.float32(1.0)
    two = np.float32(2.0)
    zero = np.float32(0.0)
    faint = np.float32(1.0e-20)  # keeps decays out of the denormals
    scale = np.float32(4.656613e-10)
    choke = np.float32(np.exp(-1.0 / (0.015 * sample_rate)))
    cell = np.zeros((16, 16), np.float32)
    state = np.zeros((8, 16), np.float32)
    ends = np.zeros(16, np.int32)
    word = np.zeros(16, np.uint32)
    left = np.zeros((tile, 16), np.float32)
    right = np.zeros((tile, 16), np.float32)
    for group in range(0, start.shape[0], 16):
        lanes = min(16, start.shape[0] - group)
        longest = np.int64(0)
        for lane in range(lanes):
            hit = group + lane
            longest = max(longest, frames[hit])
            g = np.float32(np.tan(np.pi * min(0.45, burst[hit, 4] / sample_rate)))
            k = one / burst[hit, 5]
            cell[0, lane] = g
            cell[1, lane] = k
            cell[2, lane] = one / (one + g * (g + k))
            cell[3, lane] = burst[hit, 6]
            cell[4, lane] = burst[hit, 7] * k
            cell[5, lane] = burst[hit, 8]
            cell[6, lane] = burst[hit, 9]
            cell[7, lane] = burst[hit, 10]
            cell[8, lane] = burst[hit, 11]
            cell[9, lane] = np.float32(1.0 / max(1.0, burst[hit, 0] * sample_rate))
            cell[10, lane] = np.float32(np.exp(-1.0 / (burst[hit, 1] * sample_rate)))
            cell[11, lane] = np.float32(np.exp(-1.0 / (burst[hit, 2] * sample_rate)))
            for row in range(5):
                state[row, lane] = zero
            state[5, lane] = one - burst[hit, 3]
            state[6, lane] = burst[hit, 3]
            state[7, lane] = one
            ends[lane] = np.int32(min(gate[hit], np.int64(1 << 30)))
            word[lane] = seed[hit] | np.uint32(1)
        for begin in range(0, longest, tile):
            for i in range(tile):
                now = np.int32(begin + i)
                for lane in range(16):
                    g = cell[0, lane]
                    k = cell[1, lane]
                    a1 = cell[2, lane]
                    width = cell[8, lane]
                    word[lane] = np.uint32(word[lane] * np.uint32(1664525) + np.uint32(1013904223))
                    common = np.float32(np.int32(word[lane])) * scale * (one - width)
                    word[lane] = np.uint32(word[lane] * np.uint32(1664525) + np.uint32(1013904223))
                    apart = np.float32(np.int32(word[lane])) * scale * width
                    swell = min(one, state[4, lane] + cell[9, lane])
                    state[4, lane] = swell
                    level = swell * state[7, lane] * (state[5, lane] + state[6, lane])
                    state[5, lane] = max(faint, state[5, lane] * (cell[10, lane] if swell >= one else one))
                    state[6, lane] = max(faint, state[6, lane] * (cell[11, lane] if swell >= one else one))
                    state[7, lane] = max(faint, state[7, lane] * (choke if now >= ends[lane] else one))
                    x = common + apart
                    v3 = x - state[1, lane]
                    v1 = a1 * (state[0, lane] + g * v3)
                    v2 = state[1, lane] + g * v1
                    state[0, lane] = two * v1 - state[0, lane]
                    state[1, lane] = two * v2 - state[1, lane]
                    y = cell[3, lane] * v2 + cell[4, lane] * v1 + cell[5, lane] * (x - k * v1 - v2)
                    left[i, lane] = cell[6, lane] * level * y
                    x = common - apart
                    v3 = x - state[3, lane]
                    v1 = a1 * (state[2, lane] + g * v3)
                    v2 = state[3, lane] + g * v1
                    state[2, lane] = two * v1 - state[2, lane]
                    state[3, lane] = two * v2 - state[3, lane]
                    y = cell[3, lane] * v2 + cell[4, lane] * v1 + cell[5, lane] * (x - k * v1 - v2)
                    right[i, lane] = cell[7, lane] * level * y
            for lane in range(lanes):
                at = start[group + lane] + begin
                count = min(tile, min(frames[group + lane] - begin, out.shape[1] - at))
                if count > 0:
                    target = out[0, at : at + count]
                    for i in range(count):
                        target[i] += left[i, lane]
                    target = out[1, at : at + count]
                    for i in range(count):
                        target[i] += right[i, lane]
