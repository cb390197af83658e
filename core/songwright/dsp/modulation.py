"""Effects that a slow oscillator moves: chorus taps, all-pass chains, gain.

The oscillators' phases are counted in turns by frames from the song's start (or added up frame by frame
where their rate may move), in float64: blocks cut anywhere see the same motion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, sin_turns
from songwright.dsp.control import take
from songwright.dsp.jit import kernel, part
from songwright.dsp.ring import repeat, ring_frames, stretch

Curve = NDArray[np.float32]  # shape (frames,) when it moves, else (1,)


@kernel
def advance(
    step: NDArray[np.float64], moving: bool, position: int, turn: NDArray[np.float64], out: NDArray[np.float32]
) -> None:
    """Write an oscillator's phase in turns (0..1) at each frame.

    Args:
        step: turns a frame, below 1; the first holds if they do not move.
        moving: whether steps change anywhere in the song.
        position: frames of the song before this block.
        turn: the phase of the first frame if steps move, shape ``(1,)``; becomes that of the frame after the last.
        out: the phases.
    """
    if not moving:
        for i in range(out.shape[0]):
            turns = np.float64(position + i) * step[0]
            out[i] = np.float32(turns - np.floor(turns))
    else:
        now = turn[0]
        for i in range(out.shape[0]):
            out[i] = np.float32(now)
            now += step[i]
            if now >= 1.0:
                now -= 1.0
        turn[0] = now


class Oscillator:
    """A slow oscillator's phase, from the start of the song on."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._turn = np.zeros(1)
        self._position = 0

    def turns(self, rate_hz: Curve, moving: bool, frames: int) -> NDArray[np.float32]:
        """Phases in turns (0..1) over the next block, at a rate that is ``moving`` in the song or not."""
        out = np.empty(frames, np.float32)
        advance(rate_hz.astype(np.float64) / self._sample_rate, moving, self._position, self._turn, out)
        self._position += frames
        return out


@kernel
def chorus_taps(
    audio: NDArray[np.float32],
    turns: NDArray[np.float32],
    centre_frames: float,
    depth_frames: Curve,
    spread: float,
    ring: NDArray[np.float32],
    position: int,
    out: NDArray[np.float32],
) -> None:
    """Write two moving taps a side of ``audio`` to ``out``, both of shape ``(2, frames)``.

    Args:
        audio: what comes in.
        turns: phase of the oscillator at each frame.
        centre_frames: middle of the taps' travel.
        depth_frames: how far they travel to each side; less than the centre by 3 at least.
        spread: 0..1, how far the right side's oscillators are ahead of the left's, in half turns.
        ring: of :mod:`songwright.dsp.ring`, two rows.
        position: frames of the song before this block.
        out: the mean of both taps.
    """
    tile = 64
    depth = np.empty(tile, np.float32)
    whole, share = np.empty(tile, np.int32), np.empty(tile, np.float32)
    centre, half = np.float32(centre_frames), np.float32(0.5)
    start = 0
    while start < audio.shape[1]:
        now = position + start
        length = min(tile - now % tile, audio.shape[1] - start)
        at = now % ring_frames(ring[0])
        phases = turns[start : start + length]
        take(depth_frames, start, depth[:length])
        for channel in range(2):
            fresh, row = audio[channel, start : start + length], ring[channel]
            written, mean = row[at : at + length], out[channel, start : start + length]
            for i in range(length):
                written[i] = fresh[i]
                mean[i] = np.float32(0.0)
            repeat(row, at, length)
            for tap in range(2):
                ahead = np.float32(0.5 * tap + 0.5 * spread * channel)
                for i in range(length):
                    delay = centre + depth[i] * sin_turns(phases[i] + ahead)
                    whole[i] = np.int32(delay)
                    share[i] = delay - np.float32(whole[i])
                nearest, furthest = whole[0], whole[0]
                for i in range(length):
                    nearest, furthest = min(nearest, whole[i]), max(furthest, whole[i])
                if furthest - nearest < 2:
                    past = stretch(row, at - furthest - 2, length + 4)
                    for i in range(length):
                        p, q, r, s, t = past[i], past[i + 1], past[i + 2], past[i + 3], past[i + 4]
                        far = whole[i] == furthest
                        d, c, b, a = (p if far else q), (q if far else r), (r if far else s), (s if far else t)
                        mean[i] += half * _between(a, b, c, d, share[i])
                else:
                    for i in range(length):
                        k = at + i - whole[i] - 2
                        k += ring_frames(row) if k < 0 else 0
                        mean[i] += half * _between(row[k + 3], row[k + 2], row[k + 1], row[k], share[i])
        start += length


@part
def _between(a: Any, b: Any, c: Any, d: Any, t: Any) -> Any:
    """The value (float32) ``t`` of the way from ``b`` to ``c``, by Hermite's cubic: smooth in slope (Catmull-Rom)."""
    half, two = np.float32(0.5), np.float32(2.0)
    slope = half * (c - a)
    bend = slope + half * (d - b) + two * (b - c)
    return b + t * (slope + t * ((c - b) - slope - bend + t * bend))


@kernel
def phase_shift(
    audio: NDArray[np.float32],
    warp: NDArray[np.float32],
    feedback: Curve,
    stages: int,
    state: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Write ``audio`` through a chain of first-order all-passes with feedback to ``out``.

    Trapezoidal all-passes (Zavalishin, ch. 3.9) whose feedback loop is solved, not delayed by a frame. What enters
    each of them is a multiple of what enters the first plus a rest that the states alone decide: so only the rests
    have to wait for each other.

    Args:
        audio: shape ``(2, frames)``.
        warp: ``g / (1 + g)`` with ``g = tan(pi f / fs)`` of each channel, shape ``(2, frames)``.
        feedback: -0.95..0.95.
        stages: how many all-passes, at most 12.
        state: the integrators, shape ``(12, 2)``.
        out: the shifted sound.
    """
    step = 0 if feedback.shape[0] == 1 else 1
    for i in range(audio.shape[1]):
        back = np.float64(feedback[i * step])
        share_a, share_b = np.float64(warp[0, i]), np.float64(warp[1, i])
        direct_a, direct_b = 2.0 * share_a - 1.0, 2.0 * share_b - 1.0
        gain_a, gain_b, rest_a, rest_b = 1.0, 1.0, 0.0, 0.0
        for stage in range(stages - 1, -1, -1):
            rest_a, rest_b = rest_a + gain_a * state[stage, 0], rest_b + gain_b * state[stage, 1]
            gain_a, gain_b = gain_a * direct_a, gain_b * direct_b
        rest_a, rest_b = rest_a * (1.0 - direct_a), rest_b * (1.0 - direct_b)
        solved_a, solved_b = 1.0 / (1.0 - back * gain_a), 1.0 / (1.0 - back * gain_b)
        x, y = (audio[0, i] + back * rest_a) * solved_a, (audio[1, i] + back * rest_b) * solved_b
        out[0, i], out[1, i] = gain_a * x + rest_a, gain_b * y + rest_b
        rest_a, rest_b = 0.0, 0.0
        for stage in range(stages):
            low_a, low_b = state[stage, 0], state[stage, 1]
            state[stage, 0] = low_a + 2.0 * share_a * (x + (rest_a - low_a))
            state[stage, 1] = low_b + 2.0 * share_b * (y + (rest_b - low_b))
            x, y = x * direct_a, y * direct_b
            rest_a = direct_a * rest_a + (1.0 - direct_a) * low_a
            rest_b = direct_b * rest_b + (1.0 - direct_b) * low_b


@kernel
def warp_shares(
    turns: NDArray[np.float32],
    centre: Curve,
    octaves: Curve,
    spread: float,
    out: NDArray[np.float32],
) -> None:
    """Write ``g / (1 + g)`` of both sides for :func:`phase_shift`.

    Args:
        turns: phase of the oscillator at each frame.
        centre: middle of the corners' travel over the sample rate; corners are limited to 0.45.
        octaves: how far they travel to each side.
        spread: turns that the right side is ahead.
        out: shape ``(2, frames)``.
    """
    tile = 256
    middle, width = np.empty(tile, np.float32), np.empty(tile, np.float32)
    half, quarter, highest = np.float32(0.5), np.float32(0.25), np.float32(0.45)
    for start in range(0, out.shape[1], tile):
        phases = turns[start : start + tile]
        length = phases.shape[0]
        take(centre, start, middle[:length])
        take(octaves, start, width[:length])
        for channel in range(2):
            ahead, shares = np.float32(spread * channel), out[channel, start : start + length]
            for i in range(length):
                corner = half * min(highest, middle[i] * exp2(width[i] * sin_turns(phases[i] + ahead)))
                sine, cosine = sin_turns(corner), sin_turns(quarter - corner)
                shares[i] = sine / (sine + cosine)
