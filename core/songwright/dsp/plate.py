"""A plate: Jon Dattorro's figure-of-eight reverberator.

"Effect design, part 1: reverberator and other filters" (JAES 45(9), 1997), figure 1 and table 1, at any sample
rate: four allpasses thicken the input, which then runs for ever through two loops that feed each other, each
with a modulated allpass, a delay, a one-pole damper, an allpass and a delay. The outputs are sums of taps
along the loops. Each loop's delays, feedback and dampers decide the decay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import sin_turns
from songwright.dsp.jit import kernel, part
from songwright.dsp.onepole import BEFORE, filter_ahead
from songwright.dsp.ring import diffuse, empty_rings, repeat, ring_frames, stretch

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


def plate_rings(sample_rate: int) -> NDArray[np.float32]:
    """The twelve lines, silent."""
    return empty_rings(12, float(line_lengths(sample_rate).max()) + 2.0 * _EXCURSION_FRAMES + BEFORE)


@kernel
def vibrate(
    audio: NDArray[np.float32],
    position: int,
    lengths: NDArray[np.int64],
    taps: NDArray[np.int64],
    gain: float,
    damping: NDArray[np.float32],
    excursion_frames: float,
    modulation_step: float,
    rings: NDArray[np.float32],
    damped: NDArray[np.float32],
) -> None:
    """Replace ``audio``, shape ``(2, frames)``, by the plate's sound.

    A tile is worked line by line: none is shorter than a tile, nor is a tap nearer.

    Args:
        audio: in and out; what comes in is summed to mono, as on a plate.
        position: frames of the song before this block.
        lengths: from :func:`line_lengths`.
        taps: from :func:`output_taps`.
        gain: from :func:`loop_gain`.
        damping: the loops' low-pass, of :mod:`songwright.dsp.onepole`.
        excursion_frames: how far the modulated allpasses travel.
        modulation_step: turns of the modulation in a frame.
        rings: from :func:`plate_rings`.
        damped: zeros of shape ``(2, 8 + 128)`` at first: what comes out of the low-passes.
    """
    tile = 128
    nearest = lengths.min()
    source, fed, back = np.empty(tile, np.float32), np.empty(tile, np.float32), np.empty((2, tile), np.float32)
    decay, half, level = np.float32(gain), np.float32(0.5), np.float32(0.6)
    start = 0
    while start < audio.shape[1]:
        now = position + start
        into = now % tile  # tiles lie on a fixed grid, however the song is cut into blocks
        length = min(min(tile - into, audio.shape[1] - start), nearest)
        at = now % ring_frames(rings[0])
        x, y = source[:length], fed[:length]
        left, right = audio[0, start : start + length], audio[1, start : start + length]
        for i in range(length):
            x[i] = half * (left[i] + right[i])
        for line in range(4):
            diffuse(x, rings[line], at, lengths[line], 0.75 if line < 2 else 0.625)
        for loop in range(2):
            other = stretch(rings[11 - 4 * loop], at - lengths[11 - 4 * loop], length)
            for i in range(length):
                back[loop, i] = x[i] + decay * other[i]
        for loop in range(2):
            line = 4 + 4 * loop
            turn = (now - into) * modulation_step + 0.25 * loop
            first = excursion_frames * sin_turns(np.float32(turn % 1.0))
            last = excursion_frames * sin_turns(np.float32((turn + tile * modulation_step) % 1.0))
            _wander(back[loop, :length], rings[line], at, into, lengths[line] + first, (last - first) / tile, y)
            passed, delayed = rings[line + 1, at : at + length], damped[loop]
            for i in range(length):
                passed[i] = y[i]
            repeat(rings[line + 1], at, length)
            filter_ahead(stretch(rings[line + 1], at - lengths[line + 1] - 8, 8 + length), damping, delayed, length)
            for i in range(length):
                y[i] = decay * delayed[8 + i]
            for i in range(8):
                delayed[i] = delayed[length + i]
            diffuse(y, rings[line + 2], at, lengths[line + 2], 0.5)
            passed = rings[line + 3, at : at + length]
            for i in range(length):
                passed[i] = y[i]
            repeat(rings[line + 3], at, length)
        for side in range(2):
            out = audio[side, start : start + length]
            for i in range(length):
                out[i] = np.float32(0.0)
            for tap in range(7):
                share = level * np.float32(taps[side, tap, 2])
                past = stretch(rings[taps[side, tap, 0]], at - taps[side, tap, 1], length)
                for i in range(length):
                    out[i] += share * past[i]
        start += length


@part
def _wander(
    audio: NDArray[np.float32],
    ring: NDArray[np.float32],
    at: int,
    into: int,
    first: float,
    slope: float,
    out: NDArray[np.float32],
) -> None:
    """Send ``audio`` through an allpass whose delay moves along a straight line, by less than a frame in a tile.

    The delay is ``first`` at the tile's start, which lies ``into`` frames before place ``at``, and ``slope`` more each
    frame; between frames the sound is interpolated linearly.
    """
    whole = int(min(first, first + 127.0 * slope))
    past, fresh = stretch(ring, at - whole - 2, out.shape[0] + 2), ring[at : at + out.shape[0]]
    begin, step, one, gain = np.float32(first - whole), np.float32(slope), np.float32(1.0), np.float32(0.7)
    for i in range(out.shape[0]):
        share = begin + step * np.float32(np.int32(into + i))
        furthest, middle, nearest = past[i], past[i + 1], past[i + 2]
        beyond = share >= one
        near, far = (middle if beyond else nearest), (furthest if beyond else middle)
        late = near + (share - one if beyond else share) * (far - near)
        fed = audio[i] + gain * late
        fresh[i] = fed
        out[i] = late - gain * fed
    repeat(ring, at, out.shape[0])
