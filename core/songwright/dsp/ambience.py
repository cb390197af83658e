"""A small room about a dry sound: early reflections as a sparse pair of echo patterns."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@functools.cache
def room(sample_rate: int, seconds: float, taps: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Echo delays in frames (taps, 2) and gains (taps, 2) of a drum room; unit energy a side.

    Delays are spread at random within equal cells of growing width, with random signs (velvet noise:
    Järveläinen & Karjalainen, AES 30th Conf., 2007), gains fall by 30 dB to ``seconds``; the first echo comes
    after 4 ms.
    """
    rng = np.random.default_rng(0x5EED)
    place = (np.arange(taps)[:, None] + rng.random((taps, 2))) / taps
    delay_s = 0.004 + (seconds - 0.004) * place**1.4
    gain = 10.0 ** (-1.5 * place) * rng.choice([-1.0, 1.0], (taps, 2))
    gain /= np.sqrt(np.sum(gain**2, axis=0))
    return np.round(delay_s * sample_rate).astype(np.int64), gain.astype(np.float32)


@kernel
def reflect(
    dry: NDArray[np.float32],
    delay: NDArray[np.int64],
    gain: NDArray[np.float32],
    dark: float,
    amount: float,
    out: NDArray[np.float32],
) -> None:
    """Add ``amount`` of the echoes of ``dry`` (2, frames) to ``out`` (2, frames).

    Walls swallow treble and every echo pattern hears both sides: the send is the mid signal through a one-pole low-pass
    (``dark``: its coefficient, 0 none .. below 1), less its slow average, so no rumble piles up.
    """
    frames = dry.shape[1]
    while frames > 0 and dry[0, frames - 1] == 0.0 and dry[1, frames - 1] == 0.0:
        frames -= 1  # a page ends in seconds of silence
    longest = delay[0, 0]
    for tap in range(delay.shape[0]):
        longest = max(longest, max(delay[tap, 0], delay[tap, 1]))
    frames = min(dry.shape[1], frames + longest + 4096)
    send = np.empty(frames, np.float32)
    state = np.float32(0.0)
    slow = np.float32(0.0)
    half = np.float32(0.5)
    keep = np.float32(dark)
    drift = np.float32(0.01)
    for i in range(frames):
        x = half * (dry[0, i] + dry[1, i])
        state = x + keep * (state - x)
        slow += drift * (state - slow)
        send[i] = state - slow
    for begin in range(0, frames, 2048):  # blocks that stay in the nearest cache while all echoes are laid
        for tap in range(delay.shape[0]):
            for side in range(2):
                late = delay[tap, side]
                stop = min(frames, begin + 2048)
                at = max(begin, late)
                if at >= stop:
                    continue
                level = np.float32(amount) * gain[tap, side]
                target = out[side, at:stop]
                source = send[at - late : stop - late]
                for i in range(stop - at):
                    target[i] += level * source[i]
