"""Programme loudness and loudness range (ITU-R BS.1770-4, EBU R 128, EBU Tech 3341 and 3342).

The K weighting is given by the standard for 48 kHz only; for other rates its two biquads are designed
anew from the analogue values behind that table (corner, gain and Q as in libebur128), so that a
sine reads the same loudness at any rate. Energy is gathered in steps of 20 ms; blocks of 400 ms
(momentary, for the gates) and 3 s (short-term, for the range), 100 ms apart, are sums of steps.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.energy import peak
from songwright.dsp.jit import kernel

ABSOLUTE_GATE_LUFS = -70.0
_OFFSET = -0.691  # makes a 997 Hz sine at full scale in one channel read -3.01 LUFS
_STEP_S = 0.02
_HOP_STEPS, _BLOCK_STEPS, _SHORT_TERM_STEPS = 5, 20, 150
_CHUNKS = 600  # readings of blocks that are kept before they are put together
#: How fast a limiter is thought to let go: the release of the one that comes with Songwright.
_RELEASE_S = 0.12


class LoudnessMeter:
    """Loudness of a stereo stream, fed in blocks of any size.

    Memory grows by 800 bytes a second. Readings can be taken at any time and do not disturb it.
    """

    def __init__(self, sample_rate: int) -> None:
        self._step_frames = round(sample_rate * _STEP_S)
        self._zeros, self._poles = k_weighting(sample_rate)
        self._state = np.zeros((2, 8))
        self._unfinished = np.zeros((2, 1))  # energy and peak of the step that is not full yet
        self._filled = 0
        self._steps: list[NDArray[np.float64]] = []  # energy and peak of each step, shape (2, steps)

    def add(self, audio: NDArray[np.float32]) -> None:
        """Take in the next block, shape ``(2, frames)``."""
        total = self._filled + audio.shape[1]
        steps = np.empty((2, total // self._step_frames))
        length, state = self._step_frames, self._state
        gather_energy(audio, self._zeros, self._poles, length, self._filled, state, self._unfinished, steps)
        self._filled = total % self._step_frames
        if steps.size:
            self._steps.append(steps)
        if len(self._steps) > _CHUNKS:
            self._steps = [np.concatenate(self._steps, axis=1)]

    @property
    def peak(self) -> float:
        """The greatest magnitude of a sample."""
        return max(float(self._unfinished[1, 0]), *(float(steps[1].max()) for steps in self._steps), 0.0)

    def integrated(self) -> float:
        """Gated loudness of all that was heard, in LUFS; ``-inf`` below the absolute gate or 400 ms."""
        return _gated(self._windows(self._heard[0], _BLOCK_STEPS))

    def limited(self, gain_db: float, ceiling_db: float) -> float:
        """About what :meth:`integrated` would be after a gain and a limiter.

        Each step's peak, that of its samples, is taken to turn the gain down as far as it must; what was turned down
        fades with the limiter's release. On five songs within 0.07 LU at -14 and -11 LUFS, 0.12 at -9.
        """
        energy, peaks = self._heard
        gain, ceiling = 10.0 ** (gain_db / 20.0), 10.0 ** (ceiling_db / 20.0)
        turned_down = 1.0 - np.minimum(1.0, ceiling / np.maximum(gain * peaks, 1e-9))
        fading = np.arange(peaks.size) * (_STEP_S / _RELEASE_S)
        log = np.log(np.maximum(turned_down, 1e-12))
        gains = 1.0 - np.exp(np.maximum.accumulate(log + fading) - fading)
        rising = 0.5 * (gains + np.concatenate((gains[:1], gains[:-1])))  # it falls before a step and rises within
        return _gated(self._windows(energy * (gain * np.minimum(gains, rising)) ** 2, _BLOCK_STEPS))

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
        windows = np.lib.stride_tricks.sliding_window_view(energy, steps)[::_HOP_STEPS].sum(axis=1)
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


def k_weighting(sample_rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The K weighting, two biquads in series: a high shelf, and a high-pass.

    Returns the numerator of both together, five factors, and their denominators, rows ``a1 a2``.
    """
    tangent, q = math.tan(math.pi * 1681.974450955533 / sample_rate), 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    middle = high**0.4996667741545416
    scale = 1.0 + tangent / q + tangent * tangent
    shelf = [
        (high + middle * tangent / q + tangent * tangent) / scale,
        2.0 * (tangent * tangent - high) / scale,
        (high - middle * tangent / q + tangent * tangent) / scale,
    ]
    poles = _poles(tangent, q)
    tangent, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    # The standard's table leaves the numerator of the high-pass at 1, -2, 1 for every rate.
    return np.convolve(shelf, [1.0, -2.0, 1.0]), np.array([poles, _poles(tangent, q)])


def _poles(tangent: float, q: float) -> list[float]:
    """The denominator of a biquad, without its leading one."""
    scale = 1.0 + tangent / q + tangent * tangent
    return [2.0 * (tangent * tangent - 1.0) / scale, (1.0 - tangent / q + tangent * tangent) / scale]


@kernel
def gather_energy(
    audio: NDArray[np.float32],
    zeros: NDArray[np.float64],
    poles: NDArray[np.float64],
    step_frames: int,
    filled: int,
    state: NDArray[np.float64],
    carry: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the K-weighted energy of both channels of each whole step, and its sample peak, to the rows of ``out``.

    ``filled`` frames of the current step came in earlier blocks and left their energy and peak in ``carry``. A
    channel's row of ``state`` holds its last four samples, and two of what comes out of each pair of poles.

    In direct form all zeros come first, a tile at once, and the poles wait for one product and one difference
    a frame: in transposed form, where they wait for two more sums, it takes a quarter longer.
    """
    tile = 256
    n0, n1, n2, n3, n4 = zeros[0], zeros[1], zeros[2], zeros[3], zeros[4]
    a1, a2, b1, b2 = poles[0, 0], poles[0, 1], poles[1, 0], poles[1, 1]
    wave, driven = np.empty((2, tile + 4)), np.empty((2, tile))
    for channel in range(2):
        for j in range(4):  # between slices Numba compiles a message about their shapes: seconds
            wave[channel, j] = state[channel, j]
    p1, p2, y1, y2 = state[0, 4], state[0, 5], state[0, 6], state[0, 7]
    q1, q2, z1, z2 = state[1, 4], state[1, 5], state[1, 6], state[1, 7]
    total, highest = carry[0, 0], np.float32(carry[1, 0])
    step, i = 0, 0
    while i < audio.shape[1]:
        length = min(tile, audio.shape[1] - i, step_frames - filled)
        for channel in range(2):
            here, x, w = audio[channel, i : i + length], wave[channel], driven[channel]
            highest = max(highest, peak(here))
            for j in range(length):
                x[j + 4] = here[j]
            for j in range(length):
                w[j] = (n0 * x[j + 4] + n1 * x[j + 3]) + (n2 * x[j + 2] + n3 * x[j + 1]) + n4 * x[j]
            for j in range(4):
                x[j] = x[length + j]
        left, right = driven[0], driven[1]
        for j in range(length):
            p, q = (left[j] - a2 * p2) - a1 * p1, (right[j] - a2 * q2) - a1 * q1
            y, z = (p - b2 * y2) - b1 * y1, (q - b2 * z2) - b1 * z1
            p2, p1, q2, q1 = p1, p, q1, q
            y2, y1, z2, z1 = y1, y, z1, z
            total += y * y + z * z
        i += length
        filled += length
        if filled == step_frames:
            out[0, step], out[1, step] = total, highest
            step += 1
            filled = 0
            total, highest = 0.0, np.float32(0.0)
    carry[0, 0], carry[1, 0] = total, highest
    for channel in range(2):
        for j in range(4):
            state[channel, j] = wave[channel, j]
    state[0, 4], state[0, 5], state[0, 6], state[0, 7] = p1, p2, y1, y2
    state[1, 4], state[1, 5], state[1, 6], state[1, 7] = q1, q2, z1, z2
