"""Four sines that modulate each other's phase, 32 notes side by side: FM keys, basses, and additive organs.

Phase modulation after Chowning, "The synthesis of complex audio spectra by means of frequency modulation",
JAES 21(7), 1973, with feedback on the fourth operator as in the DX7 (the mean of its last two samples). Any
operator may modulate any earlier one. Nothing here limits bandwidth: by Carson's rule an index of ``i`` on a
modulator at ``f`` reaches ``(i + 1) f`` beyond the carrier, so instruments lower the index of high notes.

Envelopes, tremolo and index are computed every 16 frames and joined by straight lines; pitch moves every 64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, sin_turns
from songwright.dsp.envelope import adsr
from songwright.dsp.jit import kernel

#: Columns of a voice's ``shape`` (float32). Times in frames, rates in turns a frame; ``stretch``
#: multiplies the decay times of the envelopes.
SHAPE = (
    "pitch", "from_pitch", "stretch", "left", "right", "lfo_turn", "lfo_rate", "vibrato_semitones",
    "tremolo", "glide",
)  # fmt: skip


@kernel
def play_operators(
    span: NDArray[np.int64],
    shape: NDArray[np.float32],
    ratio: NDArray[np.float32],
    depth: NDArray[np.float32],
    carry: NDArray[np.float32],
    envelope: NDArray[np.float32],
    patching: NDArray[np.float32],
    index: NDArray[np.float32],
    frame_s: float,
    out: NDArray[np.float32],
) -> None:
    """Add voices to ``out``.

    Args:
        span: start, gate and whole length of each voice in frames, shape (voices, 3), the longest first.
        shape: see :data:`SHAPE`, shape (voices, 10). Tremolo (0..1) swings the sides against each other,
        a quarter turn apart.
        ratio: frequency of each operator over the note's, shape (voices, 4).
        depth: level of each operator as a modulator, in turns of phase, shape (voices, 4).
        carry: level of each operator in the sound, shape (voices, 4).
        envelope: attack, decay, sustain, release of each operator, shape (4, 4).
        patching: how much of operator ``j`` modulates ``i``, shape (4, 4),
        read above the diagonal and at (3, 3).
        index: factor on all modulation, one value or one a frame of ``out``.
        frame_s: seconds a frame.
        out: stereo, shape (2, frames).
    """
    tile = 64
    one = np.float32(1.0)
    zero = np.float32(0.0)
    half = np.float32(0.5)
    tick = np.float32(0.0625)
    last = out.shape[1] - 1
    index_step = 0 if index.shape[0] == 1 else 1
    m01, m02, m03 = patching[0, 1], patching[0, 2], patching[0, 3]
    m12, m13, m23, m33 = patching[1, 2], patching[1, 3], patching[2, 3], patching[3, 3]
    level = np.zeros((5, 4, 32), np.float32)
    deep = np.zeros((5, 32), np.float32)
    loud = np.zeros((5, 2, 32), np.float32)
    turn = np.zeros((4, 32), np.float32)
    step = np.zeros((4, 32), np.float32)
    push = np.zeros((4, 32), np.float32)
    gain = np.zeros((4, 32), np.float32)
    times = np.zeros((4, 32), np.float32)
    hertz = np.zeros(32, np.float32)
    held = np.ones(32, np.float32)
    cell = np.ones((10, 32), np.float32)
    memory = np.zeros((2, 32), np.float32)
    rows = np.zeros((tile, 32), np.float32)
    for group in range(0, span.shape[0], 32):
        lanes = min(32, span.shape[0] - group)
        turn[:] = zero
        memory[:] = zero
        level[:] = zero
        gain[:] = zero
        for lane in range(lanes):
            held[lane] = np.float32(span[group + lane, 1])
            for column in range(10):
                cell[column, lane] = shape[group + lane, column]
            for op in range(4):
                times[op, lane] = ratio[group + lane, op]
                push[op, lane] = depth[group + lane, op]
                gain[op, lane] = carry[group + lane, op]
        for begin in range(0, span[group, 2], tile):
            while span[group + lanes - 1, 2] <= begin:
                lanes -= 1
            width = 16 if lanes <= 16 else 32  # a page often holds fewer notes than lanes
            for lane in range(lanes):
                spot = span[group + lane, 0] + begin
                for point in range(5):
                    deep[point, lane] = index[min(spot + 16 * point, last) * index_step]
            middle = np.float32(begin + 32)
            for lane in range(width):
                lfo = cell[5, lane] + cell[6, lane] * middle
                slide = (cell[1, lane] - cell[0, lane]) * exp2(max(np.float32(-60.0), -middle / cell[9, lane]))
                semitones = cell[0, lane] + slide + cell[7, lane] * sin_turns(lfo) - np.float32(69.0)
                hertz[lane] = np.float32(440.0) * exp2(semitones * np.float32(0.083333336)) * np.float32(frame_s)
            for op in range(4):
                for lane in range(width):
                    step[op, lane] = min(np.float32(0.49), hertz[lane] * times[op, lane])
            for point in range(5):
                t = np.float32(begin + 16 * point)
                for lane in range(width):
                    swing = cell[8, lane] * sin_turns(cell[5, lane] + cell[6, lane] * t + np.float32(0.25))
                    loud[point, 0, lane] = cell[3, lane] * (one + swing)
                    loud[point, 1, lane] = cell[4, lane] * (one - swing)
                for op in range(4):
                    attack, decay, sustain, release = (
                        envelope[op, 0],
                        envelope[op, 1],
                        envelope[op, 2],
                        envelope[op, 3],
                    )
                    height = level[point, op]
                    for lane in range(width):
                        height[lane] = adsr(t, held[lane], attack, decay * cell[2, lane], sustain, release)
            for block in range(4):
                for i in range(16):
                    x = np.float32(i) * tick
                    row = rows[block * 16 + i]
                    for lane in range(width):
                        d = deep[block, lane] + x * (deep[block + 1, lane] - deep[block, lane])
                        e0 = level[block, 0, lane] + x * (level[block + 1, 0, lane] - level[block, 0, lane])
                        e1 = level[block, 1, lane] + x * (level[block + 1, 1, lane] - level[block, 1, lane])
                        e2 = level[block, 2, lane] + x * (level[block + 1, 2, lane] - level[block, 2, lane])
                        e3 = level[block, 3, lane] + x * (level[block + 1, 3, lane] - level[block, 3, lane])
                        back = half * d * m33 * (memory[0, lane] + memory[1, lane])
                        y3 = e3 * sin_turns(turn[3, lane] + back)
                        memory[1, lane] = memory[0, lane]
                        memory[0, lane] = y3 * push[3, lane]
                        b3 = d * push[3, lane] * y3
                        y2 = e2 * sin_turns(turn[2, lane] + m23 * b3)
                        b2 = d * push[2, lane] * y2
                        y1 = e1 * sin_turns(turn[1, lane] + m12 * b2 + m13 * b3)
                        b1 = d * push[1, lane] * y1
                        y0 = e0 * sin_turns(turn[0, lane] + m01 * b1 + m02 * b2 + m03 * b3)
                        row[lane] = gain[0, lane] * y0 + gain[1, lane] * y1 + gain[2, lane] * y2 + gain[3, lane] * y3
                        p = turn[0, lane] + step[0, lane]
                        turn[0, lane] = p - np.floor(p)
                        p = turn[1, lane] + step[1, lane]
                        turn[1, lane] = p - np.floor(p)
                        p = turn[2, lane] + step[2, lane]
                        turn[2, lane] = p - np.floor(p)
                        p = turn[3, lane] + step[3, lane]
                        turn[3, lane] = p - np.floor(p)
            for lane in range(lanes):
                start = span[group + lane, 0] + begin
                count = min(tile, min(span[group + lane, 2] - begin, out.shape[1] - start))
                if count <= 0:
                    continue
                left = out[0, start : start + count]
                right = out[1, start : start + count]
                for i in range(count):
                    block = i // 16
                    x = np.float32(i % 16) * tick
                    y = rows[i, lane]
                    l0 = loud[block, 0, lane]
                    r0 = loud[block, 1, lane]
                    left[i] += y * (l0 + x * (loud[block + 1, 0, lane] - l0))
                    right[i] += y * (r0 + x * (loud[block + 1, 1, lane] - r0))
