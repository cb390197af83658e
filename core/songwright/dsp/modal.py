"""Struck things as sums of ringing modes: bars, bells, membranes, cymbals, piano strings.

A mode is a damped sine. Its samples over 64 frames are one turning vector times a fixed table, so
each mode costs two multiply-adds a frame and one complex product a block, exact to double precision for
as long as it rings (the phasor form of Mathews & Smith, "Methods for synthesizing very high Q parametrically
well behaved two pole filters", SMAC 2003). A mode is dropped when it has fallen below the threshold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


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
    silence = 2.0e-5
    cosine = np.empty(64, np.float32)
    sine = np.empty(64, np.float32)
    for note in range(span.shape[0]):
        start = span[note, 0]
        for mode in range(first[note], first[note + 1]):
            omega = frequency[mode]
            left_level = level[mode, 0]
            right_level = level[mode, 1]
            loudest = max(abs(left_level), abs(right_level))
            if omega >= 3.1 or loudest < silence:
                continue
            # The vector (x, y) turns by omega and shrinks; the sound is y.
            x = np.cos(phase[mode])
            y = np.sin(phase[mode])
            at = start
            size = 1.0
            for part in range(2):
                rate = decay[mode] if part == 0 else decay[mode] + damping[note]
                stop = start + span[note, 1] if part == 0 else out.shape[1]
                heard = int(np.log(max(1.0, size * loudest / silence)) / rate) + 1
                stop = min(stop, min(out.shape[1], at + heard))
                if stop <= at:
                    continue
                shrink = np.exp(-rate)
                turn_x = np.cos(omega) * shrink
                turn_y = np.sin(omega) * shrink
                table_x = 1.0
                table_y = 0.0
                for k in range(64):
                    cosine[k] = table_x
                    sine[k] = table_y
                    table_x, table_y = table_x * turn_x - table_y * turn_y, table_x * turn_y + table_y * turn_x
                began = at
                while at < stop:
                    count = min(64, stop - at)
                    left = out[0, at : at + count]
                    right = out[1, at : at + count]
                    a = np.float32(x)
                    b = np.float32(y)
                    for k in range(count):
                        value = a * sine[k] + b * cosine[k]
                        left[k] += left_level * value
                        right[k] += right_level * value
                    if count == 64:
                        x, y = x * table_x - y * table_y, x * table_y + y * table_x
                    else:
                        x, y = x * cosine[count] - y * sine[count], x * sine[count] + y * cosine[count]
                    at += count
                size *= np.exp(-rate * (at - began))
