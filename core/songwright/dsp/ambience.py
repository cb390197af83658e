"""A small room about a dry sound: early reflections as a sparse pair of echo patterns."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@functools.cache
def room(sample_rate: int, seconds: float, taps: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Echo delays in frames (taps, 2) and gains (taps, 2) of a drum room; unit energy a side; taps a multiple of 4.

    Delays are spread at random within equal cells of growing width, with random signs (velvet noise:
    Järveläinen & Karjalainen, AES 30th Conf., 2007), gains fall by 45 dB to ``seconds``; the first echo comes
    after 4 ms.
    """
    rng = np.random.default_rng(0x5EED)
    place = (np.arange(taps)[:, None] + rng.random((taps, 2))) / taps
    delay_s = 0.004 + (seconds - 0.004) * place**1.4
    gain = 10.0 ** (-2.25 * place) * rng.choice([-1.0, 1.0], (taps, 2))
    gain /= np.sqrt(np.sum(gain**2, axis=0))
    return np.round(delay_s * sample_rate).astype(np.int64), gain.astype(np.float32)


@kernel
def reflect(
    before: NDArray[np.float32],
    delay: NDArray[np.int64],
    gain: NDArray[np.float32],
    dark: float,
    amount: float,
    out: NDArray[np.float32],
) -> None:
    """Add to ``out`` (2, frames) ``amount`` of the echoes of what was added to it since its sides' sum was ``before``.

    Walls swallow treble and every echo pattern hears both sides: the send is the mid signal through a one-pole low-pass
    (``dark``: its coefficient, 0 none .. below 1), less its slow average, so no rumble piles up.
    """
    frames = before.shape[0]
    while frames > 0 and out[0, frames - 1] + out[1, frames - 1] == before[frames - 1]:
        frames -= 1  # a page ends in seconds of silence
    longest = delay[0, 0]
    for tap in range(delay.shape[0]):
        longest = max(longest, max(delay[tap, 0], delay[tap, 1]))
    frames = min(before.shape[0], frames + longest + 4096)
    send = np.zeros(longest + frames + 1, np.float32)  # begins with silence, so that every echo has a past
    state = np.float32(0.0)
    slow = np.float32(0.0)
    half = np.float32(0.5 * (1.0 - dark))
    keep = np.float32(dark)
    wet = np.float32(amount)
    drift = np.float32(0.01)
    stay = np.float32(0.99)
    for i in range(0, frames, 2):  # two at a time: each waits for the one before the last
        last = min(i + 1, frames - 1)
        x = half * (out[0, i] + out[1, i] - before[i])
        y = half * (out[0, last] + out[1, last] - before[last])
        midway = keep * state + x
        state = keep * keep * state + (keep * x + y)
        send[longest + i] = midway - (stay * slow + drift * midway)
        slow = stay * stay * slow + drift * (stay * midway + state)
        send[longest + i + 1] = state - slow
    for begin in range(0, frames, 2048):  # blocks that stay in the nearest cache while all echoes are laid
        count = min(2048, frames - begin)
        for side in range(2):
            target = out[side, begin : begin + count]
            for tap in range(0, delay.shape[0], 4):
                at = longest + begin
                a = send[at - delay[tap, side] :]
                b = send[at - delay[tap + 1, side] :]
                c = send[at - delay[tap + 2, side] :]
                d = send[at - delay[tap + 3, side] :]
                of_a, of_b = wet * gain[tap, side], wet * gain[tap + 1, side]
                of_c, of_d = wet * gain[tap + 2, side], wet * gain[tap + 3, side]
                for i in range(count):
                    target[i] += (of_a * a[i] + of_b * b[i]) + (of_c * c[i] + of_d * d[i])
