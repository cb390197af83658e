"""Delay lines: fixed ones, echoes with feedback, and taps that move.

Fractional delays are read by third-order Lagrange interpolation between four frames (Laakso, Välimäki, Karjalainen
and Laine, "Splitting the unit delay", IEEE SPM 13(1), 1996): exact at whole frames, flat within 0.1 dB up
to 8 kHz at 44.1 kHz halfway between two. Echo times glide instead of jumping, like a tape's, so nothing clicks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.control import take
from songwright.dsp.jit import kernel, part
from songwright.dsp.onepole import BEFORE, filter_ahead
from songwright.dsp.ring import repeat, ring_frames, stretch


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


def echo_places() -> NDArray[np.float64]:
    """Where :func:`echo` reads before the first frame: nobody knows. Shape ``(2, 2)``."""
    return np.full((2, 2), -1.0)


def echo_stages() -> NDArray[np.float32]:
    """A tile of what runs through :func:`echo`'s loop, after eight frames from before; silent.

    Shape ``(2, 3, frames)``: for each line what comes out of it, what the high cut leaves, and the lows of that.
    """
    return np.zeros((2, 3, BEFORE + 256), np.float32)


@kernel
def echo(
    audio: NDArray[np.float32],
    time_s: NDArray[np.float32],
    longer: NDArray[np.float32],
    feedback: NDArray[np.float32],
    share: NDArray[np.float32],
    sample_rate: float,
    glide: float,
    cuts: NDArray[np.float32],
    cross: float,
    ring: NDArray[np.float32],
    position: int,
    places: NDArray[np.float64],
    stages: NDArray[np.float32],
) -> None:
    """Replace a share of ``audio``, of shape ``(2, frames)``, by its echoes.

    Args:
        audio: in and out.
        time_s: delay of the left line, as a curve; below 4 frames it counts as those.
        longer: delay of the right line over that of the left, as a curve.
        feedback: linear, below 1, as a curve.
        share: of the echoes, 0..1, as a curve.
        sample_rate: in Hz.
        glide: share of the way to a new delay gone in a frame, by each of two smoothers in a row.
        cuts: two low-passes of :mod:`songwright.dsp.onepole`: the high cut, and what the low cut takes away.
        cross: 0 keeps the lines apart; 1 is ping-pong: what comes in goes to the left line in mono and
            each line feeds the other.
        ring: of :mod:`songwright.dsp.ring`, two rows.
        position: frames of the song before this block.
        places: from :func:`echo_places`; the smoothers.
        stages: from :func:`echo_stages`.
    """
    delays, back = np.empty((2, 256), np.float64), np.empty((2, 256), np.float32)
    amount = np.empty(256, np.float32)
    crossed, straight = np.float32(cross), np.float32(1.0 - cross)
    half, one = np.float32(0.5), np.float32(1.0)
    start = 0
    while start < audio.shape[1]:
        now = position + start
        length = min(256 - now % 256, audio.shape[1] - start)
        shortest = _aim(time_s, longer, start, sample_rate, places, delays[:, :length])
        length = min(length, int(shortest) - 2)  # no echo returns within a tile
        take(feedback, start, amount[:length])
        at = now % ring_frames(ring[0])
        for row in range(2):
            line, kept, low = stages[row, 0], stages[row, 1], stages[row, 2]
            if _glide(delays[row, :length], places[row], glide):
                _read_standing(ring[row], at, places[row, 1], line[8 : 8 + length])
            else:
                _read_moving(ring[row], at, delays[row], line[8 : 8 + length])
            filter_ahead(line, cuts[0], kept, length)
            filter_ahead(kept, cuts[1], low, length)
            for i in range(length):
                back[row, i] = (kept[8 + i] - low[8 + i]) * amount[i]
        x, y = audio[0, start : start + length], audio[1, start : start + length]
        left, right = ring[0, at : at + length], ring[1, at : at + length]
        for i in range(length):
            left[i] = (x[i] + back[0, i]) * straight + (half * (x[i] + y[i]) + back[1, i]) * crossed
        for i in range(length):
            right[i] = (y[i] + back[1, i]) * straight + back[0, i] * crossed
        take(share, start, amount[:length])
        for row in range(2):
            repeat(ring[row], at, length)
            dry, line = audio[row, start : start + length], stages[row, 0]
            for i in range(length):
                dry[i] = dry[i] * (one - amount[i]) + line[8 + i] * amount[i]
            for stage in range(3):
                for i in range(8):
                    stages[row, stage, i] = stages[row, stage, length + i]
        start += length


@part
def _aim(
    time_s: NDArray[np.float32],
    longer: NDArray[np.float32],
    start: int,
    sample_rate: float,
    places: NDArray[np.float64],
    out: NDArray[np.float64],
) -> np.float64:
    """Write the delays wanted of both lines to ``out``, in frames; return the shortest on the way to them."""
    frames = out.shape[1]
    take(time_s, start, out[0])
    take(longer, start, out[1])
    for i in range(frames):
        left = out[0, i] * sample_rate
        out[0, i], out[1, i] = max(4.0, left), max(4.0, left * out[1, i])
    shortest: np.float64 = out[0, 0]
    for row in range(2):
        if places[row, 0] < 0.0:
            places[row] = out[row, 0]
        shortest = min(shortest, min(places[row, 0], places[row, 1]))
        for i in range(frames if time_s.shape[0] + longer.shape[0] > 2 else 1):
            shortest = min(shortest, out[row, i])
    return shortest


@part
def _glide(delays: NDArray[np.float64], place: NDArray[np.float64], share: float) -> bool:
    """Smooth ``delays`` in place, from ``place`` on; return whether they stand still, at ``place[1]``."""
    same = True
    for i in range(delays.shape[0]):
        same &= delays[i] == delays[0]
    aim = place[0] + (delays[0] - place[0]) * share
    if same and aim == place[0] and place[1] + (aim - place[1]) * share == place[1]:
        return True
    aim, at = place[0], place[1]
    for i in range(delays.shape[0]):
        aim += (delays[i] - aim) * share
        at += (aim - at) * share
        delays[i] = at
    place[0], place[1] = aim, at
    return False


@part
def _read_standing(ring: NDArray[np.float32], at: int, delay: float, out: NDArray[np.float32]) -> None:
    """Read a line by one delay."""
    whole = int(delay)
    a, b, c, d = _weights(np.float32(delay - whole))
    past = stretch(ring, at - whole - 2, out.shape[0] + 3)
    for i in range(out.shape[0]):
        out[i] = (d * past[i] + c * past[i + 1]) + (b * past[i + 2] + a * past[i + 3])


@part
def _read_moving(ring: NDArray[np.float32], at: int, delays: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    """Read a line by a delay for each frame: the very numbers of :func:`_read_standing` where it stands."""
    size = ring_frames(ring)
    for i in range(out.shape[0]):
        whole = int(delays[i])
        a, b, c, d = _weights(np.float32(delays[i] - whole))
        behind = at + i - whole - 2
        behind += size if behind < 0 else 0
        out[i] = (d * ring[behind] + c * ring[behind + 1]) + (b * ring[behind + 2] + a * ring[behind + 3])


@part
def _weights(t: Any) -> Any:
    """Lagrange's weights of four frames (float32), the latest first, for a place ``t`` behind the second."""
    one, two, half, sixth = np.float32(1.0), np.float32(2.0), np.float32(0.5), np.float32(1.0 / 6.0)
    behind, ahead, after = t - one, t - two, t + one
    inner, outer = half * after * ahead, sixth * t * behind
    return -outer * ahead, inner * behind, -inner * t, outer * after
