"""Struck things as sums of ringing modes: bars, bells, membranes, cymbals, piano strings.

A mode is a damped sine. Its samples over 64 frames are one turning vector times a fixed table, so
each mode costs two multiply-adds a frame and side and one complex product a block, as exact after minutes as
at its start (the phasor form of Mathews & Smith, "Methods for synthesizing very high Q parametrically
well behaved two pole filters", SMAC 2003). A mode is dropped when it has fallen below the threshold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2
from songwright.dsp.jit import kernel

#: A mode ends when it has fallen to this level (-94 dB).
SILENCE = 2.0e-5


def heard_frames(decay: NDArray[np.float64], level: NDArray[np.float32]) -> int:
    """How long modes ring that nobody damps: ``decay`` in nepers a frame, ``level`` of shape (modes, 2)."""
    loudest = np.max(np.abs(level), axis=1)
    return int(np.max(np.log(np.maximum(1.0, loudest / SILENCE)) / decay)) + 1


@kernel
def ring(
    span: NDArray[np.int64],
    damping: NDArray[np.float64],
    first: NDArray[np.int64],
    frequency: NDArray[np.float64],
    decay: NDArray[np.float64],
    phase: NDArray[np.float64],
    level: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Add struck notes to ``out``.

    Args:
        span: start and gate of each note in frames, shape (notes, 2).
        damping: decay rate that is added when the gate ends, in nepers a frame, shape (notes,).
        first: index of each note's first mode and, at the end, the number of modes: shape (notes + 1,).
        frequency: of each mode, in radians a frame. Modes at or above pi are left out.
        decay: of each mode, in nepers a frame, above zero.
        phase: of each mode's sine at its start, in radians.
        level: of each mode, left and right, shape (modes, 2).
        out: stereo, shape (2, frames).
    """
    octave = np.float32(-1.442695)
    most = np.int64(0)
    for note in range(span.shape[0]):
        most = max(most, first[note + 1] - first[note])
    cosine = np.empty((most, 64), np.float32)
    sine = np.empty((most, 64), np.float32)
    # The vector (x, y) of each mode shrinks and turns; (turn_x, turn_y) takes it on by 64 frames. The sound is y.
    x, y, turn_x, turn_y = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    heard = np.empty(most, np.int64)
    gain = np.empty((most, 2), np.float32)
    left = np.empty(64, np.float32)
    right = np.empty(64, np.float32)
    fade = np.empty(128, np.float32)  # before the gate and after
    for note in range(span.shape[0]):
        gate = span[note, 1]
        for k in range(64):
            fade[k] = 1.0
            fade[64 + k] = exp2(max(np.float32(-126.0), octave * np.float32(damping[note] * k)))
        modes = 0
        sum_level = SILENCE
        longest = np.int64(0)
        for mode in range(first[note], first[note + 1]):
            loudest = max(abs(level[mode, 0]), abs(level[mode, 1]))
            if frequency[mode] >= 3.1 or loudest < SILENCE:
                continue
            gain[modes, 0] = level[mode, 0]
            gain[modes, 1] = level[mode, 1]
            heard[modes] = int(np.log(loudest / SILENCE) / decay[mode]) + 1
            longest = max(longest, heard[modes])
            sum_level += loudest
            x[modes] = np.cos(phase[mode])
            y[modes] = np.sin(phase[mode])
            size = np.exp(-decay[mode])
            step_x = np.cos(frequency[mode]) * size
            step_y = np.sin(frequency[mode]) * size
            cosine[modes, 0] = 1.0
            sine[modes, 0] = 0.0
            known = 1
            while known < 64:  # as many again, turned by as far as is known
                a = np.float32(step_x)
                b = np.float32(step_y)
                for k in range(known):
                    cosine[modes, known + k] = a * cosine[modes, k] - b * sine[modes, k]
                    sine[modes, known + k] = a * sine[modes, k] + b * cosine[modes, k]
                step_x, step_y = step_x * step_x - step_y * step_y, 2.0 * step_x * step_y
                known *= 2
            turn_x[modes] = step_x
            turn_y[modes] = step_y
            modes += 1
        if damping[note] > 0.0:
            longest = min(longest, gate + int(np.log(sum_level / SILENCE) / damping[note]) + 1)
        frames = min(int(longest), out.shape[1] - int(span[note, 0]))
        for now in range(0, frames, 64):
            for k in range(64):
                left[k] = 0.0
                right[k] = 0.0
            for mode in range(modes):
                if heard[mode] > now:
                    x0 = x[mode]
                    y0 = y[mode]
                    x[mode] = x0 * turn_x[mode] - y0 * turn_y[mode]
                    y[mode] = x0 * turn_y[mode] + y0 * turn_x[mode]
                    a = np.float32(x0)
                    b = np.float32(y0)
                    gain_l = gain[mode, 0]
                    gain_r = gain[mode, 1]
                    for k in range(64):
                        value = a * sine[mode, k] + b * cosine[mode, k]
                        left[k] += gain_l * value
                        right[k] += gain_r * value
            late = now - gate
            if late > -64:
                size = np.float32(np.exp(-damping[note] * max(0, late)))
                fall = fade[64 + min(0, late) :]
                for k in range(64):
                    left[k] *= size * fall[k]
                    right[k] *= size * fall[k]
            at = span[note, 0] + now
            count = min(64, frames - now)
            for side in range(2):
                target = out[side, at : at + count]
                source = left if side == 0 else right
                for k in range(count):
                    target[k] += source[k]
