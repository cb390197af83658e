"""Delay lines: fixed ones, echoes with feedback, and taps that move.

Fractional delays are read by third-order Lagrange interpolation between four frames (Laakso, Välimäki, Karjalainen
and Laine, "Splitting the unit delay", IEEE SPM 13(1), 1996): exact at whole frames, flat within 0.1 dB up
to 8 kHz at 44.1 kHz halfway between two. Echo times glide instead of jumping, like a tape's, so nothing clicks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel
from songwright.dsp.ring import copy_in, copy_out


class Lag:
    """A fixed delay of whole frames, for aligning a dry path with a processed one."""

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self._held = np.zeros((2, frames), np.float32)

    def reset(self) -> None:
        """Forget what is in the line."""
        self._held[:] = 0.0

    def push(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take in a block of shape ``(2, frames)``; return as many delayed ones (``audio`` itself for no delay)."""
        if not self.frames:
            return audio
        joined = np.concatenate((self._held, audio), axis=1)
        self._held = joined[:, audio.shape[1] :].copy()
        return np.ascontiguousarray(joined[:, : audio.shape[1]])


def line(longest_frames: float) -> NDArray[np.float32]:
    """A stereo ring buffer for delays up to ``longest_frames``; its length is a power of two."""
    return np.zeros((2, 1 << int(np.ceil(np.log2(longest_frames + 8.0)))), np.float32)


def echo_state() -> NDArray[np.float64]:
    """State of :func:`echo` before the first frame: delays (not known yet), two filters a side, delays aimed at."""
    return np.array([-1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])


@kernel
def echo(
    audio: NDArray[np.float32],
    delay_left: NDArray[np.float64],
    delay_right: NDArray[np.float64],
    still: bool,
    feedback: NDArray[np.float32],
    glide: float,
    low_share: float,
    high_share: float,
    cross: float,
    ring: NDArray[np.float32],
    position: int,
    state: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Write the echoes of ``audio`` to ``out``, both of shape ``(2, frames)``.

    Args:
        audio: what comes in.
        delay_left: delay of the left line in frames, at least 4, shape ``(frames,)`` or ``(1,)``.
        delay_right: the same for the right line.
        still: whether the delays never move in the song.
        feedback: linear, below 1, as a curve.
        glide: share of the way to a new delay gone in a frame, by each of two smoothers in a row.
        low_share: one-pole share of the low cut in the loop; 0 for none.
        high_share: one-pole share of the high cut in the loop; 1 for none.
        cross: 0 keeps the lines apart; 1 is ping-pong: what comes in goes to the left line in mono and
            each line feeds the other.
        ring: buffer from :func:`line`.
        position: frames of the song before this block.
        state: from :func:`echo_state`.
        out: the echoes.
    """
    mask = ring.shape[1] - 1
    left_step = 0 if delay_left.shape[0] == 1 else 1
    right_step = 0 if delay_right.shape[0] == 1 else 1
    feedback_step = 0 if feedback.shape[0] == 1 else 1
    left, right, left_aim, right_aim = state[0], state[1], state[6], state[7]
    if left < 0.0:
        left, right = np.float64(delay_left[0]), np.float64(delay_right[0])
        left_aim, right_aim = left, right
    low_left, low_right, high_left, high_right = state[2], state[3], state[4], state[5]
    straight = 1.0 - cross
    if still and min(left, right) >= 72.0:
        # Nothing moves and no echo returns within a tile: lines are read and written in stretches.
        tile = 64
        lines = np.empty((2, tile), np.float32)
        past = np.empty(tile + 3, np.float32)
        size = ring.shape[1]
        for start in range(0, audio.shape[1], tile):
            length = min(tile, audio.shape[1] - start)
            now = position + start
            for row in range(2):
                _read_stretch(ring, row, now, left if row == 0 else right, past[: length + 3], lines[row, :length])
            taps_left, taps_right = lines[0], lines[1]
            x, y = audio[0, start : start + length], audio[1, start : start + length]
            out[0, start : start + length] = taps_left[:length]
            out[1, start : start + length] = taps_right[:length]
            for i in range(length):
                amount = feedback[(start + i) * feedback_step]
                high_left += (taps_left[i] - high_left) * high_share
                high_right += (taps_right[i] - high_right) * high_share
                low_left += (high_left - low_left) * low_share
                low_right += (high_right - low_right) * low_share
                taps_left[i] = (high_left - low_left) * amount
                taps_right[i] = (high_right - low_right) * amount
            mixed, half = np.float32(cross), np.float32(0.5)
            apart = np.float32(straight)
            for i in range(length):
                back_left, back_right = taps_left[i], taps_right[i]
                taps_left[i] = (x[i] + back_left) * apart + (half * (x[i] + y[i]) + back_right) * mixed
                taps_right[i] = (y[i] + back_right) * apart + back_left * mixed
            for row in range(2):
                copy_in(lines[row, :length], ring, row, size, now)
    else:
        for i in range(audio.shape[1]):
            n = position + i
            left_aim += (delay_left[i * left_step] - left_aim) * glide
            right_aim += (delay_right[i * right_step] - right_aim) * glide
            left += (left_aim - left) * glide
            right += (right_aim - right) * glide
            a = _read(ring[0], mask, n, left)
            b = _read(ring[1], mask, n, right)
            out[0, i], out[1, i] = a, b
            amount = feedback[i * feedback_step]
            high_left += (a - high_left) * high_share
            high_right += (b - high_right) * high_share
            low_left += (high_left - low_left) * low_share
            low_right += (high_right - low_right) * low_share
            back_left, back_right = (high_left - low_left) * amount, (high_right - low_right) * amount
            x, y = audio[0, i], audio[1, i]
            middle = np.float32(0.5) * (x + y)
            ring[0, n & mask] = (x + back_left) * straight + (middle + back_right) * cross
            ring[1, n & mask] = (y + back_right) * straight + back_left * cross
    state[0], state[1], state[6], state[7] = left, right, left_aim, right_aim
    state[2], state[3], state[4], state[5] = low_left, low_right, high_left, high_right


@kernel
def _read_stretch(
    ring: NDArray[np.float32], row: int, now: int, delay: float, past: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """:func:`_read` for as many frames as ``out`` holds, by one delay; ``past`` is room for those and three more."""
    whole = int(delay)
    t = np.float32(delay - whole)
    copy_out(ring, row, ring.shape[1], now - whole - 2, past)
    one, two, half, sixth = np.float32(1.0), np.float32(2.0), np.float32(0.5), np.float32(1.0 / 6.0)
    a, b = -sixth * t * (t - one) * (t - two), half * (t + one) * (t - one) * (t - two)
    c, d = -half * (t + one) * t * (t - two), sixth * (t + one) * t * (t - one)
    for i in range(out.shape[0]):
        out[i] = (d * past[i] + c * past[i + 1]) + (b * past[i + 2] + a * past[i + 3])


@kernel
def _read(ring: NDArray[np.float32], mask: int, now: int, delay: float) -> np.float32:
    """The value ``delay`` (2 or more) frames before ``now``, between four others."""
    whole = np.int64(delay)
    t = np.float32(delay - whole)
    at = now - whole
    a, b, c, d = ring[(at + 1) & mask], ring[at & mask], ring[(at - 1) & mask], ring[(at - 2) & mask]
    one, two, third, half = np.float32(1.0), np.float32(2.0), np.float32(1.0 / 3.0), np.float32(0.5)
    past, ahead = t - one, t - two
    outer = t * past
    inner = (t + one) * ahead
    return np.float32(half * (third * outer * (d * (t + one) - a * ahead) + inner * (b * past - c * t)))
