"""Programme loudness and loudness range (ITU-R BS.1770-4, EBU R 128, EBU Tech 3341 and 3342).

The K weighting is given by the standard for 48 kHz only; for other rates its two biquads are designed
anew from the analogue values behind that table (corner, gain and Q as in libebur128), so that a
sine reads the same loudness at any rate. Energy is gathered in steps of 100 ms; blocks of 400 ms
(momentary, for the gates) and 3 s (short-term, for the range) are sums of steps.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel

ABSOLUTE_GATE_LUFS = -70.0
_OFFSET = -0.691  # makes a 997 Hz sine at full scale in one channel read -3.01 LUFS
_BLOCK_STEPS = 4
_SHORT_TERM_STEPS = 30
_CHUNK_STEPS = 600  # steps are stored a minute at a time


class LoudnessMeter:
    """Loudness of a stereo stream, fed in blocks of any size.

    Memory grows by 80 bytes a second. Readings can be taken at any time and do not disturb it.
    """

    def __init__(self, sample_rate: int) -> None:
        self._step_frames = round(sample_rate / 10)
        self._weighting = k_weighting(sample_rate)
        self._state = np.zeros((2, 4))
        self._unfinished = np.zeros((2, 1))  # energy and peak of the step that is not full yet
        self._filled = 0
        self._steps: list[NDArray[np.float64]] = []  # energy and peak of each step, shape (2, steps)

    def add(self, audio: NDArray[np.float32]) -> None:
        """Take in the next block, shape ``(2, frames)``."""
        total = self._filled + audio.shape[1]
        steps = np.empty((2, total // self._step_frames))
        gather_energy(audio, self._weighting, self._step_frames, self._filled, self._state, self._unfinished, steps)
        self._filled = total % self._step_frames
        if steps.size:
            self._steps.append(steps)
        if len(self._steps) > _CHUNK_STEPS:
            self._steps = [np.concatenate(self._steps, axis=1)]

    @property
    def peak(self) -> float:
        """The greatest magnitude of a sample."""
        return max(float(self._unfinished[1, 0]), *(float(steps[1].max()) for steps in self._steps), 0.0)

    def integrated(self) -> float:
        """Gated loudness of all that was heard, in LUFS; ``-inf`` below the absolute gate or 400 ms."""
        return _gated(self._windows(self._heard[0], _BLOCK_STEPS))

    def limited(self, gain_db: float, ceiling_db: float) -> float:
        """About what :meth:`integrated` would be after a gain and a limiter, within 0.1 LU where it works little.

        A step's gain is taken to be what its own peak or the one before it asks for, as a limiter's
        hold and release would have it. Peaks are those of the samples.
        """
        energy, peaks = self._heard
        held = np.maximum(peaks, np.concatenate((peaks[:1], peaks[:-1])))
        gain, ceiling = 10.0 ** (gain_db / 20.0), 10.0 ** (ceiling_db / 20.0)
        gains = np.minimum(gain, ceiling / np.maximum(held, 1e-9))
        return _gated(self._windows(energy * gains**2, _BLOCK_STEPS))

    def momentary_max(self) -> float:
        """The loudest 400 ms, in LUFS."""
        return _lufs(float(self._windows(self._heard[0], _BLOCK_STEPS).max(initial=0.0)))

    def short_term_max(self) -> float:
        """The loudest 3 s, in LUFS."""
        return _lufs(float(self._windows(self._heard[0], _SHORT_TERM_STEPS).max(initial=0.0)))

    def lra(self) -> float:
        """Loudness range in LU (EBU Tech 3342): 10th to 95th percentile of the gated short-term loudness."""
        windows = self._windows(self._heard[0], _SHORT_TERM_STEPS)
        windows = windows[windows > _energy(ABSOLUTE_GATE_LUFS)]
        if not windows.size:
            return 0.0
        windows = np.sort(windows[windows >= windows.mean() * 10.0**-2.0])
        low, high = (windows[round((windows.size - 1) * part)] for part in (0.10, 0.95))
        return _lufs(float(high)) - _lufs(float(low))

    @property
    def _heard(self) -> NDArray[np.float64]:
        """Energy and peak of every whole step, shape ``(2, steps)``."""
        return np.concatenate(self._steps, axis=1) if self._steps else np.empty((2, 0))

    def _windows(self, energy: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
        """Mean energy of every window of ``steps`` whole steps, 100 ms apart."""
        if energy.size < steps:
            return np.empty(0)
        windows = np.lib.stride_tricks.sliding_window_view(energy, steps).sum(axis=1)
        return np.asarray(windows / (steps * self._step_frames))


def _gated(blocks: NDArray[np.float64]) -> float:
    """Integrated loudness of blocks of 400 ms, in LUFS."""
    blocks = blocks[blocks > _energy(ABSOLUTE_GATE_LUFS)]
    if not blocks.size:
        return -math.inf
    relative_gate = blocks.mean() * 10.0**-1.0
    return _lufs(float(blocks[blocks > relative_gate].mean()))


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs - _OFFSET) / 10.0))


def _lufs(energy: float) -> float:
    return _OFFSET + 10.0 * math.log10(energy) if energy > 0.0 else -math.inf


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """The two biquads of the K weighting, rows ``b0 b1 b2 a1 a2``: a high shelf, then a high-pass."""
    tangent, q = math.tan(math.pi * 1681.974450955533 / sample_rate), 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    middle = high**0.4996667741545416
    scale = 1.0 + tangent / q + tangent * tangent
    shelf = [
        (high + middle * tangent / q + tangent * tangent) / scale,
        2.0 * (tangent * tangent - high) / scale,
        (high - middle * tangent / q + tangent * tangent) / scale,
        2.0 * (tangent * tangent - 1.0) / scale,
        (1.0 - tangent / q + tangent * tangent) / scale,
    ]
    tangent, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    scale = 1.0 + tangent / q + tangent * tangent
    # The standard's table leaves the numerator of the high-pass at 1, -2, 1 for every rate.
    high_pass = [
        1.0,
        -2.0,
        1.0,
        2.0 * (tangent * tangent - 1.0) / scale,
        (1.0 - tangent / q + tangent * tangent) / scale,
    ]
    return np.array([shelf, high_pass])


@kernel
def gather_energy(
    audio: NDArray[np.float32],
    weighting: NDArray[np.float64],
    step_frames: int,
    filled: int,
    state: NDArray[np.float64],
    carry: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the K-weighted energy of both channels of each whole step, and its sample peak, to the rows of ``out``.

    ``filled`` frames of the current step came in earlier blocks and left their energy and peak in ``carry``.
    The biquads run in transposed direct form II, both channels side by side.
    """
    b0, b1, b2, a1, a2 = weighting[0, 0], weighting[0, 1], weighting[0, 2], weighting[0, 3], weighting[0, 4]
    c0, c1, c2, d1, d2 = weighting[1, 0], weighting[1, 1], weighting[1, 2], weighting[1, 3], weighting[1, 4]
    p1, p2, p3, p4 = state[0, 0], state[0, 1], state[0, 2], state[0, 3]
    q1, q2, q3, q4 = state[1, 0], state[1, 1], state[1, 2], state[1, 3]
    # Magnitudes of floats are in the order of their bits, and integers can be compared many at once.
    bits, magnitude = audio.view(np.int32), np.int32(0x7FFFFFFF)
    highest = np.zeros(1, np.int32)
    peak = highest.view(np.float32)
    peak[0] = carry[1, 0]
    total = carry[0, 0]
    step, i, frames = 0, 0, audio.shape[1]
    while i < frames:
        until = min(frames, i + step_frames - filled)
        filled += until - i
        left, right = audio[0, i:until], audio[1, i:until]
        for channel in range(2):
            here = bits[channel, i:until]
            top = highest[0]
            for j in range(here.shape[0]):
                top = max(top, here[j] & magnitude)
            highest[0] = top
        for j in range(left.shape[0]):
            x, y = np.float64(left[j]), np.float64(right[j])
            u, v = b0 * x + p1, b0 * y + q1
            p1, q1 = (b1 * x + p2) - a1 * u, (b1 * y + q2) - a1 * v
            p2, q2 = b2 * x - a2 * u, b2 * y - a2 * v
            x, y = c0 * u + p3, c0 * v + q3
            p3, q3 = (c1 * u + p4) - d1 * x, (c1 * v + q4) - d1 * y
            p4, q4 = c2 * u - d2 * x, c2 * v - d2 * y
            total += x * x + y * y
        i = until
        if filled == step_frames:
            out[0, step], out[1, step] = total, peak[0]
            step += 1
            filled = 0
            total, highest[0] = 0.0, 0
    carry[0, 0], carry[1, 0] = total, peak[0]
    state[0, 0], state[0, 1], state[0, 2], state[0, 3] = p1, p2, p3, p4
    state[1, 0], state[1, 1], state[1, 2], state[1, 3] = q1, q2, q3, q4
