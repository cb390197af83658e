"""A feedback delay network: sixteen delay lines that feed each other through a Hadamard matrix.

Jean-Marc Jot and Antoine Chaigne, "Digital delay networks for designing artificial reverberators" (AES 90,
1991): the matrix loses nothing, so the filter in each line alone decides how long each frequency rings.
It is a first-order shelf whose gains at both ends and halfway between are those that the wanted
decay times ask of a line of that length. Allpasses before the network (Schroeder 1962) thicken the onset; four
lines are read at slowly moving places, so that no mode rings alone.

All lines are longer than :data:`TILE` frames, so a tile of the song is worked line by line, over time,
in loops that the compiler turns into vector code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import sin_turns
from songwright.dsp.jit import kernel, part
from songwright.dsp.onepole import BEFORE, filter_ahead, unrolled
from songwright.dsp.ring import diffuse, empty_rings, repeat, ring_frames, stretch

LINES = 16
TILE = 256
#: Lengths of the lines at size 1, in ms: spread evenly in logarithm, no two in a simple ratio.
_LINE_MS = (
    23.17, 43.91, 31.31, 62.13, 25.73, 54.53, 37.39, 76.91,
    28.37, 47.17, 34.19, 66.71, 40.33, 58.31, 50.93, 71.37,
)  # fmt: skip
_ALLPASS_MS = ((7.41, 5.97, 12.73, 9.73), (7.19, 6.13, 12.29, 9.31))
_MODULATED = 4  # every fourth line moves
_MODULATION_HZ, _MODULATION_MS = 0.63, 0.2


@dataclass(frozen=True)
class Network:
    """What :func:`reverberate` works with. Arrays with 16 rows have one a line."""

    delays: NDArray[np.int64]  # (16,) frames
    shelves: NDArray[np.float32]  # (16, 10), of :mod:`songwright.dsp.onepole`
    allpass_delays: NDArray[np.int64]  # (2, 4) frames
    rings: NDArray[np.float32]  # (16, frames), of :mod:`songwright.dsp.ring`
    allpass_rings: NDArray[np.float32]  # (8, frames)
    before: NDArray[np.float32]  # (16, 8): the last outputs of each shelf
    input_gain: float
    modulation_frames: float
    modulation_step: float  # turns of the slow oscillator a frame

    def reset(self) -> None:
        """Return to silence."""
        for array in (self.rings, self.allpass_rings, self.before):
            array[:] = 0.0


def line_delays(size: float, sample_rate: int) -> NDArray[np.int64]:
    """Lengths of the lines in frames: odd, and long enough for a tile."""
    frames = np.asarray(_LINE_MS) * size * sample_rate / 1000.0
    return np.maximum(np.round((frames - 1.0) / 2.0).astype(np.int64) * 2 + 1, TILE + 16)


def network(
    sample_rate: int, decay_s: float, high_decay_s: float, crossover_hz: float, size: float, modulation: float
) -> Network:
    """Design the network.

    Args:
        sample_rate: in Hz.
        decay_s: time in which low and middle frequencies fall by 60 dB.
        high_decay_s: the same far above the crossover.
        crossover_hz: where the decay rate (dB a second) is halfway between both.
        size: 1 is a hall; scales the lines.
        modulation: 0..1, depth of the moving lines.
    """
    delays = line_delays(size, sample_rate)
    low = 10.0 ** (-3.0 * delays / (sample_rate * decay_s))
    high = 10.0 ** (-3.0 * delays / (sample_rate * high_decay_s))
    root = np.sqrt(high / low)
    corner = math.tan(math.pi * min(crossover_hz / sample_rate, 0.49))
    scale = 1.0 / root + corner
    pole = (1.0 / root - corner) / scale
    allpass_delays = np.round(np.asarray(_ALLPASS_MS) * sample_rate / 1000.0).astype(np.int64)
    allpass_delays = np.maximum(allpass_delays, TILE)
    depth_frames = modulation * _MODULATION_MS * sample_rate / 1000.0
    return Network(
        delays=delays,
        shelves=unrolled(low * (root + corner) / scale, low * (corner - root) / scale, pole),
        allpass_delays=allpass_delays,
        rings=empty_rings(LINES, delays.max() + depth_frames + 16.0),
        allpass_rings=empty_rings(8, allpass_delays.max()),
        before=np.zeros((LINES, BEFORE), np.float32),
        # Noise that comes in at some level has about the same level in the reverberation.
        input_gain=math.sqrt(1.0 - float(np.mean(low**2))),
        modulation_frames=depth_frames,
        modulation_step=_MODULATION_HZ / sample_rate,
    )


@kernel
def reverberate(
    audio: NDArray[np.float32],
    position: int,
    delays: NDArray[np.int64],
    shelves: NDArray[np.float32],
    allpass_delays: NDArray[np.int64],
    rings: NDArray[np.float32],
    allpass_rings: NDArray[np.float32],
    before: NDArray[np.float32],
    input_gain: float,
    modulation_frames: float,
    modulation_step: float,
) -> None:
    """Replace ``audio``, shape ``(2, frames)``, by its reverberation. The rest is :class:`Network`."""
    tile = 256
    rows = np.empty((16, 8 + tile), np.float32)
    source = np.empty((2, tile), np.float32)
    moved = np.empty(8 + tile, np.float32)
    gain, quarter = np.float32(0.3535533906 * input_gain), np.float32(0.25)
    start = 0
    while start < audio.shape[1]:
        now = position + start
        into = now % tile  # tiles lie on a fixed grid, however the song is cut into blocks
        length = min(tile - into, audio.shape[1] - start)
        at, allpass_at = now % ring_frames(rings[0]), now % ring_frames(allpass_rings[0])
        for channel in range(2):
            fresh = source[channel, :length]
            for i in range(length):
                fresh[i] = gain * audio[channel, start + i]
            for stage in range(4):
                diffuse(fresh, allpass_rings[4 * channel + stage], allpass_at, allpass_delays[channel, stage], 0.62)
        for line in range(16):
            y = rows[line]
            for i in range(8):
                y[i] = before[line, i]
            if line % 4 == 3:
                turn = (now - into) * modulation_step + line * 0.0625
                first = modulation_frames * sin_turns(np.float32(turn % 1.0))
                last = modulation_frames * sin_turns(np.float32((turn + tile * modulation_step) % 1.0))
                _wander(rings[line], at, into, delays[line] + first, (last - first) / tile, moved[: 8 + length])
                filter_ahead(moved, shelves[line], y, length)
            else:
                filter_ahead(stretch(rings[line], at - delays[line] - 8, 8 + length), shelves[line], y, length)
            for i in range(8):
                before[line, i] = y[length + i]
        for first_line in range(4):
            _mix(rows, first_line, 4, length)
        for first_line in range(0, 16, 4):
            _mix(rows, first_line, 1, length)
        for channel in range(2):
            out, y = audio[channel, start : start + length], rows[10 + channel, 8:]
            for i in range(length):
                out[i] = y[i]
        for line in range(16):
            ring, fresh, y = rings[line, at : at + length], source[line % 2], rows[line, 8:]
            for i in range(length):
                ring[i] = quarter * y[i] + fresh[i]
            repeat(rings[line], at, length)
        start += length


@part
def _wander(
    ring: NDArray[np.float32], at: int, into: int, first: float, slope: float, out: NDArray[np.float32]
) -> None:
    """Read a line from eight frames before place ``at`` on, at a delay that moves along a straight line.

    The delay is ``first`` at the tile's start, which lies ``into`` frames before ``at``, and ``slope`` more each frame.
    Third-order Lagrange interpolation between four frames.
    """
    whole = int(first)
    u = stretch(ring, at - whole - 10, out.shape[0] + 3)
    start, step = np.float32(first - whole), np.float32(slope)
    one, two = np.float32(1.0), np.float32(2.0)
    half, sixth = np.float32(0.5), np.float32(0.16666667)
    for i in range(out.shape[0]):
        t = start + step * np.float32(np.int32(into + i - 8))
        behind, ahead, after = t - one, t - two, t + one
        outer, inner = t * behind * sixth, after * ahead * half
        out[i] = outer * (u[i] * after - u[i + 3] * ahead) + inner * (u[i + 2] * behind - u[i + 1] * t)


@part
def _mix(rows: NDArray[np.float32], first: int, step: int, length: int) -> None:
    """Two stages of the Hadamard matrix, on four of the lines."""
    j, k, m, n = rows[first], rows[first + step], rows[first + 2 * step], rows[first + 3 * step]
    for i in range(8, 8 + length):
        a, b, c, d = j[i] + k[i], j[i] - k[i], m[i] + n[i], m[i] - n[i]
        j[i], k[i], m[i], n[i] = a + c, b + d, a - c, b - d
