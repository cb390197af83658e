"""A feedback delay network: sixteen delay lines that feed each other through a Hadamard matrix.

Jean-Marc Jot and Antoine Chaigne, "Digital delay networks for designing artificial reverberators" (AES 90,
1991): the matrix loses nothing, so the filter in each line alone decides how long each frequency rings.
It is a first-order shelf whose gains at both ends and halfway between are those that the wanted
decay times ask of a line of that length. Allpasses before the network (Schroeder 1962) thicken the onset; four
lines are read at slowly moving places, so that no mode rings alone.

All lines are longer than :data:`TILE` frames, so a tile of the song is worked line by line, over time,
in loops that the compiler turns into vector code. The shelf's recursion is unrolled eight steps for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel
from songwright.dsp.ring import copy_in, copy_out

LINES = 16
TILE = 128
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
    shelves: NDArray[np.float32]  # (16, 6): b0, b1, and the pole to the powers 1, 2, 4, 8
    allpass_delays: NDArray[np.int64]  # (2, 4) frames
    lengths: NDArray[np.int64]  # (16,) frames in each ring: those of its delay, more where the place moves
    rings: NDArray[np.float32]  # (16, frames)
    allpass_rings: NDArray[np.float32]  # (8, frames)
    before: NDArray[np.float32]  # (16, 16): the last eight inputs and outputs of each shelf
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
    shelves = np.stack(
        [low * (root + corner) / scale, low * (corner - root) / scale, pole, pole**2, pole**4, pole**8], axis=1
    )
    allpass_delays = np.round(np.asarray(_ALLPASS_MS) * sample_rate / 1000.0).astype(np.int64)
    allpass_delays = np.maximum(allpass_delays, TILE)
    depth_frames = modulation * _MODULATION_MS * sample_rate / 1000.0
    moves = np.arange(LINES) % _MODULATED == _MODULATED - 1
    lengths = np.where(moves, delays + math.ceil(depth_frames) + TILE + 8, delays)
    return Network(
        delays=delays,
        shelves=shelves.astype(np.float32),
        allpass_delays=allpass_delays,
        lengths=lengths,
        rings=np.zeros((LINES, _row_length(lengths)), np.float32),
        allpass_rings=np.zeros((8, _row_length(allpass_delays)), np.float32),
        before=np.zeros((LINES, 16), np.float32),
        # Noise that comes in at some level has about the same level in the reverberation.
        input_gain=math.sqrt(1.0 - float(np.mean(low**2))),
        modulation_frames=depth_frames,
        modulation_step=_MODULATION_HZ / sample_rate,
    )


def decay_at(parts: Network, frequency_hz: float, sample_rate: int) -> float:
    """The decay time in seconds that the network is designed to have at a frequency, mean over the lines."""
    z = np.exp(-2j * np.pi * frequency_hz / sample_rate)
    b0, b1, pole = (parts.shelves[:, column].astype(np.float64) for column in range(3))
    gain_db = 20.0 * np.log10(np.abs((b0 + b1 * z) / (1.0 - pole * z)))
    return float(np.mean(-60.0 * parts.delays / (sample_rate * gain_db)))


def _row_length(lengths: NDArray[np.int64]) -> int:
    """Room for the longest ring; no power of two, for then all would fight for one place in the cache."""
    return int(lengths.max()) // 1024 * 1024 + 1024 + 80


@kernel
def reverberate(
    audio: NDArray[np.float32],
    position: int,
    delays: NDArray[np.int64],
    shelves: NDArray[np.float32],
    allpass_delays: NDArray[np.int64],
    lengths: NDArray[np.int64],
    rings: NDArray[np.float32],
    allpass_rings: NDArray[np.float32],
    before: NDArray[np.float32],
    input_gain: float,
    modulation_frames: float,
    modulation_step: float,
) -> None:
    """Replace ``audio``, shape ``(2, frames)``, by its reverberation. The rest is :class:`Network`."""
    tile = 128
    rows = np.empty((16, tile), np.float32)
    source = np.empty((2, tile), np.float32)
    x = np.empty(8 + tile + 4, np.float32)
    u = np.empty(8 + tile, np.float32)
    y = np.empty(8 + tile, np.float32)
    past = np.empty(tile, np.float32)
    gain = np.float32(0.3535533906 * input_gain)
    quarter, diffusion = np.float32(0.25), np.float32(0.62)
    start = 0
    while start < audio.shape[1]:
        now = position + start
        into = now % tile  # tiles lie on a fixed grid, however the song is cut into blocks
        length = min(tile - into, audio.shape[1] - start)
        left, right = audio[0, start : start + length], audio[1, start : start + length]
        for i in range(length):
            source[0, i] = left[i] * gain
            source[1, i] = right[i] * gain
        for channel in range(2):
            for stage in range(4):
                row = channel * 4 + stage
                size = allpass_delays[channel, stage]
                copy_out(allpass_rings, row, size, now, past[:length])
                for i in range(length):
                    fed = source[channel, i] - diffusion * past[i]
                    source[channel, i] = past[i] + diffusion * fed
                    past[i] = fed
                copy_in(past[:length], allpass_rings, row, size, now)
        for line in range(16):
            for i in range(8):
                x[i] = before[line, i]
                y[i] = before[line, 8 + i]
            if line % 4 == 3:
                # The place moves along a straight line within a tile; four points around it are weighed.
                turn = (now - into) * modulation_step + line * 0.0625
                first = delays[line] + modulation_frames * math.sin(6.283185307179586 * turn)
                turn += tile * modulation_step
                last = delays[line] + modulation_frames * math.sin(6.283185307179586 * turn)
                whole = math.floor(first)
                t0 = first - whole
                slope = np.float32((last - first) / tile)
                copy_out(rings, line, lengths[line], now - whole - 2, u[: length + 3])
                for i in range(length):
                    t = np.float32(t0) + slope * np.float32(into + i)
                    behind, ahead = t - np.float32(1.0), t - np.float32(2.0)
                    outer = t * behind * np.float32(0.16666667)
                    inner = (t + np.float32(1.0)) * ahead * np.float32(0.5)
                    x[8 + i] = outer * (u[i] * (t + np.float32(1.0)) - u[i + 3] * ahead) + inner * (
                        u[i + 2] * behind - u[i + 1] * t
                    )
            else:
                copy_out(rings, line, lengths[line], now, x[8 : 8 + length])  # as long as its delay: now is then
            # The shelf y = b0 x + b1 x' + p y', with the recursion unrolled to y[n] = w[n] + p^8 y[n - 8].
            b0, b1, p1, p2 = shelves[line, 0], shelves[line, 1], shelves[line, 2], shelves[line, 3]
            p4, p8 = shelves[line, 4], shelves[line, 5]
            for i in range(length):
                at = 8 + i
                a, b, c, d = x[at], x[at - 1], x[at - 2], x[at - 3]
                e, f, g, h, j = x[at - 4], x[at - 5], x[at - 6], x[at - 7], x[at - 8]
                near = (b0 * a + b1 * b) + p1 * (b0 * b + b1 * c)
                near += p2 * ((b0 * c + b1 * d) + p1 * (b0 * d + b1 * e))
                far = (b0 * e + b1 * f) + p1 * (b0 * f + b1 * g)
                far += p2 * ((b0 * g + b1 * h) + p1 * (b0 * h + b1 * j))
                u[i] = near + p4 * far
            for i in range(length):
                y[8 + i] = u[i] + p8 * y[i]
            for i in range(8):
                before[line, i] = x[length + i]
                before[line, 8 + i] = y[length + i]
            for i in range(length):
                rows[line, i] = y[8 + i]
        for i in range(length):
            left[i] = np.float32(0.0)
            right[i] = np.float32(0.0)
        for line in range(0, 16, 2):
            sign = np.float32(1.0) if line % 4 == (line // 8) * 2 else np.float32(-1.0)
            for i in range(length):
                a, b = rows[line, i] * sign, rows[line + 1, i] * sign
                left[i] += a + b
                right[i] += a - b
        span = 8
        while span > 0:
            for low in range(16):
                if low & span == 0:
                    for i in range(length):
                        a, b = rows[low, i], rows[low + span, i]
                        rows[low, i] = a + b
                        rows[low + span, i] = a - b
            span //= 2
        for line in range(16):
            for i in range(length):
                past[i] = quarter * rows[line, i] + source[line % 2, i]
            copy_in(past[:length], rings, line, lengths[line], now)
        start += length
