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


@kernel
def burst_noise(
    start: NDArray[np.int64],
    seed: NDArray[np.uint32],
    gate: NDArray[np.int64],
    burst: NDArray[np.float32],
    sample_rate: float,
    out: NDArray[np.float32],
) -> None:
    """Add bursts of filtered white noise to ``out`` (2, frames): snare wires, hats, beaters, shakers.

    White noise (a linear congruential generator from ``seed``, uniform) goes through a trapezoidal
    state-variable filter, then through a two-stage exponential decay. After ``gate`` frames the burst is
    choked with a time constant of 15 ms. ``burst``: see :data:`BURST`.
    """
    one = np.float32(1.0)
    two = np.float32(2.0)
    scale = np.float32(4.656613e-10)
    for hit in range(start.shape[0]):
        attack, fast, slow, share = burst[hit, 0], burst[hit, 1], burst[hit, 2], burst[hit, 3]
        corner, q, low, band, high = burst[hit, 4], burst[hit, 5], burst[hit, 6], burst[hit, 7], burst[hit, 8]
        gain_l, gain_r, width = burst[hit, 9], burst[hit, 10], burst[hit, 11]
        g = np.float32(np.tan(np.pi * min(0.45, corner / sample_rate)))
        k = one / q
        a1 = one / (one + g * (g + k))
        a2 = g * a1
        fall_fast = np.float32(np.exp(-1.0 / (fast * sample_rate)))
        fall_slow = np.float32(np.exp(-1.0 / (slow * sample_rate)))
        choke = np.float32(np.exp(-1.0 / (0.015 * sample_rate)))
        rise = np.float32(1.0 / max(1.0, attack * sample_rate))
        longest = max(fast, slow if share > np.float32(0.0) else fast)
        frames = int(attack * sample_rate + longest * 11.5 * sample_rate)
        frames = min(frames, gate[hit] + int(0.18 * sample_rate))
        frames = min(frames, out.shape[1] - start[hit])
        left = out[0, start[hit] : start[hit] + frames]
        right = out[1, start[hit] : start[hit] + frames]
        word = seed[hit] | np.uint32(1)
        both = one - width
        swell = np.float32(0.0)
        held = one
        level_fast = one - share
        level_slow = share
        l1 = l2 = r1 = r2 = np.float32(0.0)
        for i in range(frames):
            word = np.uint32(word * np.uint32(1664525) + np.uint32(1013904223))
            common = np.float32(np.int32(word)) * scale
            word = np.uint32(word * np.uint32(1664525) + np.uint32(1013904223))
            side = np.float32(np.int32(word)) * scale * width
            x = common * both + side
            v3 = x - l2
            v1 = a1 * l1 + a2 * v3
            v2 = l2 + g * v1
            l1 = two * v1 - l1
            l2 = two * v2 - l2
            left_value = low * v2 + band * k * v1 + high * (x - k * v1 - v2)
            x = common * both - side
            v3 = x - r2
            v1 = a1 * r1 + a2 * v3
            v2 = r2 + g * v1
            r1 = two * v1 - r1
            r2 = two * v2 - r2
            right_value = low * v2 + band * k * v1 + high * (x - k * v1 - v2)
            swell = min(one, swell + rise)
            level = swell * held * (level_fast + level_slow)
            if swell >= one:
                level_fast *= fall_fast
                level_slow *= fall_slow
            if i >= gate[hit]:
                held *= choke
            left[i] += gain_l * level * left_value
            right[i] += gain_r * level * right_value
