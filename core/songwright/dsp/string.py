"""A plucked string: a loop of delay and loss that a shaped pluck sets going.

Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", CMJ 7(2), 1983, as extended by
Jaffe & Smith (same issue): exact tuning by fractional delay, decay set at two frequencies,
pluck position as a comb,
softness as the pluck's width. The loop filter is all FIR (a symmetric three-tap loss and a Lagrange interpolator of
order five in one eight-tap filter), so a whole period can be computed at once, in vectors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel

TAPS = 8


def loop(
    hz: NDArray[np.float64], low_s: NDArray[np.float64], high_s: NDArray[np.float64], sample_rate: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The loop of strings tuned to ``hz``: whole delay (n,) in frames and filter taps (n, 8).

    ``low_s`` and ``high_s`` are the times in which the fundamental and 5 kHz fall by 60 dB. The loss filter's three
    taps are symmetric (a delay of exactly one frame), so tuning does not depend on it. Where a low string's
    treble would need more loss than three taps can give, it gets the most they can.
    """
    period = sample_rate / hz
    whole = np.floor(period - 3.0).astype(np.int64)
    part = period - 1.0 - whole  # 2..3: the middle of six points
    gain_low = 10.0 ** (-3.0 * period / (low_s * sample_rate))
    gain_high = 10.0 ** (-3.0 * period / (np.minimum(low_s, high_s) * sample_rate))
    bend_low = 1.0 - np.cos(2.0 * np.pi * hz / sample_rate)
    bend_high = 1.0 - np.cos(2.0 * np.pi * np.maximum(5000.0, 1.5 * hz) / sample_rate)
    share = (gain_low - gain_high) / np.maximum(1e-9, gain_low * bend_high - gain_high * bend_low)
    share = np.clip(share, 0.0, 0.5)
    peak = gain_low / (1.0 - share * bend_low)
    peak = np.minimum(peak, 0.99999)
    loss = np.stack([0.5 * share, 1.0 - share, 0.5 * share], axis=1) * peak[:, None]
    point = np.arange(6)
    lagrange = np.ones((hz.shape[0], 6))
    for n in range(6):
        for k in range(6):
            if k != n:
                lagrange[:, n] *= (part - point[k]) / (n - k)
    taps = np.zeros((hz.shape[0], TAPS))
    for k in range(3):
        taps[:, k : k + 6] += loss[:, k : k + 1] * lagrange
    return whole, taps.astype(np.float32)


@kernel
def filter_string(
    wave: NDArray[np.float32],
    lead: int,
    delay: int,
    open_taps: NDArray[np.float32],
    damped_taps: NDArray[np.float32],
    gate: int,
) -> None:
    """Run the loop over ``wave`` in place, from frame ``lead``, a period at a time.

    ``wave`` holds what excites the string. From ``gate`` (frames after ``lead``) the damped filter takes over within
    512 frames: a hand is laid on, and no step is heard.
    """
    fade = 512
    frames = wave.shape[0] - lead
    done = 0
    while done < frames:
        stop = min(frames, done + delay)
        if done < gate < stop:
            stop = gate
        if gate <= done < gate + fade < stop:
            stop = gate + fade
        taps = open_taps if done < gate + fade else damped_taps
        t0, t1, t2, t3 = taps[0], taps[1], taps[2], taps[3]
        t4, t5, t6, t7 = taps[4], taps[5], taps[6], taps[7]
        here = wave[lead + done : lead + stop]
        past = wave[lead + done - delay - 7 : lead + stop - delay]
        if gate <= done < gate + fade:
            for i in range(stop - done):
                mix = np.float32(done + i - gate) / np.float32(fade)
                for k in range(8):
                    here[i] += (taps[k] + mix * (damped_taps[k] - taps[k])) * past[i + 7 - k]
        else:
            for i in range(stop - done):
                here[i] += ((t7 * past[i] + t6 * past[i + 1]) + (t5 * past[i + 2] + t4 * past[i + 3])) + (
                    (t3 * past[i + 4] + t2 * past[i + 5]) + (t1 * past[i + 6] + t0 * past[i + 7])
                )
        done = stop


@kernel
def pluck(
    span: NDArray[np.int64],
    whole: NDArray[np.int64],
    open_taps: NDArray[np.float32],
    damped_taps: NDArray[np.float32],
    shape: NDArray[np.float32],
    seed: NDArray[np.uint32],
    out: NDArray[np.float32],
) -> None:
    """Add plucked strings to ``out`` (2, frames).

    Args:
        span: start, gate and whole length in frames, shape (strings, 3); after the gate the string is damped.
        whole: whole delay of each loop in frames, at least 12.
        open_taps: loop filter while the string sounds freely, shape (strings, 8).
        damped_taps: loop filter after the gate.
        shape: one row a string: width of the pluck in frames, share of noise in it (0..1), pluck position and
            listening position (0..0.5 of the string, in frames of delay), level left, level right.
        seed: of the pluck's noise.
        out: stereo, shape (2, frames).
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    scale = np.float32(4.656613e-10)
    turn = np.float32(6.2831853)
    for string in range(span.shape[0]):
        start = span[string, 0]
        gate = span[string, 1]
        frames = min(span[string, 2], out.shape[1] - start)
        delay = whole[string]
        width = max(2, int(shape[string, 0]))
        rough = shape[string, 1]
        position = max(1, int(shape[string, 2]))
        listen = int(shape[string, 3])
        lead = delay + 8 + listen
        wave = np.zeros(lead + frames + width + position, np.float32)
        # The pluck: a hump, roughened, and its reflection from the near end, upside down. No DC can enter.
        word = seed[string] | np.uint32(1)
        smooth = zero
        for i in range(width):
            word = np.uint32(word * np.uint32(1664525) + np.uint32(1013904223))
            smooth += np.float32(0.6) * (np.float32(np.int32(word)) * scale - smooth)
            hump = one - np.float32(np.cos(turn * (np.float32(i) + np.float32(0.5)) / np.float32(width)))
            push = hump * (one - rough + rough * np.float32(2.5) * smooth) * np.float32(0.5)
            wave[lead + i] += push
            wave[lead + i + position] -= push
        filter_string(wave[: lead + frames], lead, delay, open_taps[string], damped_taps[string], gate)
        left_level = shape[string, 4]
        right_level = shape[string, 5]
        left = out[0, start : start + frames]
        right = out[1, start : start + frames]
        heard = wave[lead : lead + frames]
        other = wave[lead - listen : lead - listen + frames]
        both = one if listen > 0 else zero
        for i in range(frames):
            value = heard[i] - both * other[i]
            left[i] += left_level * value
            right[i] += right_level * value
