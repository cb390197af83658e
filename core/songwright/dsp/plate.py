"""A plate: Jon Dattorro's figure-of-eight reverberator.

"Effect design, part 1: reverberator and other filters" (JAES 45(9), 1997), figure 1 and table 1, at any sample
rate: four allpasses thicken the input, which then runs for ever through two loops that feed each other, each
with a modulated allpass, a delay, a one-pole damper, an allpass and a delay. The outputs are sums of taps
along the loops. Each loop's delays, feedback and dampers decide the decay.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel

#: Lengths in frames at the paper's rate: input allpasses, then allpass, delay, allpass, delay of each loop.
_PAPER_RATE = 29_761.0
_LENGTHS = (142, 107, 379, 277, 672, 4453, 1800, 3720, 908, 4217, 2656, 3163)
#: Output taps of the left side (added 3, 3, taken 3), then the right: (which line, frames).
_TAPS = (
    ((9, 266), (9, 2974), (10, -1913), (11, 1996), (5, -1990), (6, -187), (7, -1066)),
    ((5, 353), (5, 3627), (6, -1228), (7, 2673), (9, -2111), (10, -335), (11, -121)),
)
_LOOP_FRAMES = sum(_LENGTHS[4:])
_EXCURSION_FRAMES = 16.0


def line_lengths(sample_rate: int) -> NDArray[np.int64]:
    """The twelve lines' lengths in frames."""
    return np.round(np.asarray(_LENGTHS) * (sample_rate / _PAPER_RATE)).astype(np.int64)


def output_taps(sample_rate: int) -> NDArray[np.int64]:
    """The fourteen taps as rows of line, frames, sign; shape ``(2, 7, 3)``."""
    scale = sample_rate / _PAPER_RATE
    rows = [[(line, round(abs(at) * scale), 1 if at > 0 else -1) for line, at in side] for side in _TAPS]
    return np.array(rows, np.int64)


def loop_gain(decay_s: float) -> float:
    """The gain of each of the four feedback points at which low frequencies fall by 60 dB in ``decay_s``.

    A round trip passes all four and takes the sum of the lengths (an allpass's mean group delay is its
    length). The allpasses ring by themselves for most of a second, so shorter decays than that are not had.
    """
    round_trip_s = _LOOP_FRAMES / _PAPER_RATE
    return float(10.0 ** (-3.0 * round_trip_s / (4.0 * decay_s)))


def ring_length(sample_rate: int) -> int:
    """Frames of each ring: a power of two above the longest line and the modulation."""
    return 1 << math.ceil(math.log2(float(line_lengths(sample_rate).max()) + 2 * _EXCURSION_FRAMES + 8.0))


@kernel
def vibrate(
    audio: NDArray[np.float32],
    position: int,
    lengths: NDArray[np.int64],
    taps: NDArray[np.int64],
    gain: float,
    damping: float,
    excursion_frames: float,
    modulation_step: float,
    rings: NDArray[np.float32],
    state: NDArray[np.float32],
) -> None:
    """Replace ``audio``, shape ``(2, frames)``, by the plate's sound.

    Args:
        audio: in and out; what comes in is summed to mono, as on a plate.
        position: frames of the song before this block.
        lengths: from :func:`line_lengths`.
        taps: from :func:`output_taps`.
        gain: from :func:`loop_gain`.
        damping: 0..1, pole of the loops' low-passes.
        excursion_frames: how far the modulated allpasses travel.
        modulation_step: turns of the modulation in a frame.
        rings: zeros of shape ``(12, ring_length)`` at first.
        state: the dampers, shape ``(2,)``.
    """
    mask = rings.shape[1] - 1
    decay, pole = np.float32(gain), np.float32(damping)
    half, one = np.float32(0.5), np.float32(1.0)
    level = np.float32(0.6)
    segment = 32
    phase, slope = np.zeros(2), np.zeros(2)
    for i in range(audio.shape[1]):
        now = position + i
        into = now % segment
        if i == 0 or into == 0:
            # The modulation runs along straight lines between points on a fixed grid.
            for loop in range(2):
                turn = (now - into) * modulation_step + 0.25 * loop
                phase[loop] = math.sin(6.283185307179586 * turn)
                slope[loop] = (math.sin(6.283185307179586 * (turn + segment * modulation_step)) - phase[loop]) / segment
        x = half * (audio[0, i] + audio[1, i])
        for line in range(4):
            diffusion = np.float32(0.75) if line < 2 else np.float32(0.625)
            past = rings[line, (now - lengths[line]) & mask]
            fed = x - diffusion * past
            rings[line, now & mask] = fed
            x = past + diffusion * fed
        last_a = rings[7, (now - lengths[7]) & mask]
        last_b = rings[11, (now - lengths[11]) & mask]
        for loop in range(2):
            line = 4 + 4 * loop
            y = x + decay * (last_b if loop == 0 else last_a)
            place = lengths[line] + excursion_frames * (phase[loop] + slope[loop] * into)
            whole = np.int64(place)
            share = np.float32(place - whole)
            near, far = rings[line, (now - whole) & mask], rings[line, (now - whole - 1) & mask]
            past = near + share * (far - near)
            fed = y + np.float32(0.7) * past
            rings[line, now & mask] = fed
            y = past - np.float32(0.7) * fed
            past = rings[line + 1, (now - lengths[line + 1]) & mask]
            rings[line + 1, now & mask] = y
            state[loop] = past * (one - pole) + state[loop] * pole
            y = state[loop] * decay
            past = rings[line + 2, (now - lengths[line + 2]) & mask]
            fed = y - half * past
            rings[line + 2, now & mask] = fed
            rings[line + 3, now & mask] = past + half * fed
        for side in range(2):
            total = np.float32(0.0)
            for tap in range(7):
                total += rings[taps[side, tap, 0], (now - taps[side, tap, 1]) & mask] * np.float32(taps[side, tap, 2])
            audio[side, i] = level * total
