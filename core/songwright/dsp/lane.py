"""The subtractive voice: sawtooths, a sine, noise → low-pass → saturation → amplifier, 32 notes side by side.

Offline, notes need not sound together to share a vector: a track's notes are sorted by length and set in lanes
(structure of arrays),
each lane with its own start. Oscillators run along time inside a lane (:mod:`oscillator`);
everything with feedback runs across the lanes, where the compiler finds vectors of independent work. Sums are
taken in lane order, so the same notes give the same bytes.

Control values (envelopes, cutoff) are computed every 16 frames and joined by straight lines, pitch every
64; note starts are exact to the frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, saturate, sin_turns
from songwright.dsp.envelope import adsr
from songwright.dsp.jit import kernel
from songwright.dsp.oscillator import saw_span

LANES = 32
#: Columns of a voice's ``shape`` (float32): what differs from note to note.
SHAPE = ("pitch", "from_pitch", "gain", "brightness_octaves", "vibrato_turn", "drift_turn", "drift_hz")
#: Entries of ``tone`` (float32): what all notes of a call share. Times in frames, rates in turns a frame.
TONE = (
    "frame_s", "mod_octaves", "key_follow", "vibrato_rate", "vibrato_semitones", "vibrato_delay",
    "glide", "drift_semitones", "noise", "sub", "sub_ratio", "drive",
)  # fmt: skip


@kernel
def lowpass(
    wave: NDArray[np.float32],
    warp: NDArray[np.float32],
    damping: NDArray[np.float32],
    state: NDArray[np.float32],
    lanes: int,
) -> None:
    """Two-pole low-pass of the first ``lanes`` lanes of ``wave`` (frames, 32), in place; frames a multiple of 16.

    The trapezoidal state-variable filter (Zavalishin, "The Art of VA Filter Design", ch. 4; Simper,
    "Solving the continuous SVF equations", 2013). ``warp`` = tan(pi fc / fs) and ``damping`` = 1/Q are given
    every 16 frames, shape (frames / 16 + 1,
    lanes); between them they run straight. Stable for any motion of either.
    ``state`` has shape (2, 32).
    """
    one = np.float32(1.0)
    two = np.float32(2.0)
    step = np.float32(0.0625)
    first = state[0]
    second = state[1]
    for block in range(wave.shape[0] // 16):
        g0 = warp[block]
        g1 = warp[block + 1]
        k0 = damping[block]
        k1 = damping[block + 1]
        for i in range(16):
            row = wave[block * 16 + i]
            x = np.float32(i) * step
            for lane in range(lanes):
                g = g0[lane] + x * (g1[lane] - g0[lane])
                k = k0[lane] + x * (k1[lane] - k0[lane])
                a1 = one / (one + g * (g + k))
                a2 = g * a1
                s1 = first[lane]
                s2 = second[lane]
                v3 = row[lane] - s2
                v1 = a1 * s1 + a2 * v3
                v2 = s2 + g * v1
                first[lane] = two * v1 - s1
                second[lane] = two * v2 - s2
                row[lane] = v2


@kernel
def clear(rows: NDArray[np.float32], value: Any) -> None:
    """Set all of a two-dimensional array to ``value`` (cheaper to compile than a slice's assignment)."""
    for row in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            rows[row, column] = value


@kernel
def play_lanes(
    span: NDArray[np.int64],
    shape: NDArray[np.float32],
    phase: NDArray[np.float64],
    ratio: NDArray[np.float64],
    level: NDArray[np.float32],
    amp: NDArray[np.float32],
    mod: NDArray[np.float32],
    tone: NDArray[np.float32],
    poles: int,
    cutoff: NDArray[np.float32],
    resonance: NDArray[np.float32],
    table: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Add voices to ``out``.

    Args:
        span: start, gate and whole length of each voice in frames, shape (voices, 3), sorted by length.
        shape: see :data:`SHAPE`, shape (voices, 7).
        phase: starting phases of the sawtooths, 0..1, shape (voices, saws). Changed.
        ratio: frequency of each sawtooth over the note's, shape (voices, saws).
        level: gains left and right, shape (2, saws); equal rows make a mono voice at half the cost.
        amp: attack, decay, sustain, release of the amplifier (frames, 0..1).
        mod: the same of the cutoff's envelope.
        tone: see :data:`TONE`.
        poles: 2 or 4 (12 or 24 dB an octave; four poles are two of :func:`lowpass` in Butterworth's pairing).
        cutoff: Hz, one value or one a frame of ``out``.
        resonance: 0..100 %, likewise; at 100 the filter rings but does not sing by itself.
        table: :func:`oscillator.step_table`.
        out: stereo, shape (2, frames).
    """
    tile = 64
    points = 5
    pad = 32
    frame_s, mod_octaves, key_follow = tone[0], tone[1], tone[2]
    vibrato_rate, vibrato_semitones, vibrato_delay = tone[3], tone[4], tone[5]
    glide, drift_semitones = tone[6], tone[7]
    noise, sub, sub_ratio, drive = tone[8], tone[9], tone[10], tone[11]
    one = np.float32(1.0)
    zero = np.float32(0.0)
    saws = ratio.shape[1]
    mono = True
    for saw in range(saws):
        mono = mono and level[0, saw] == level[1, saw]
    sides = 1 if mono else 2
    head, lead = np.int64(16), np.int64(32)  # typed: a literal would compile the oscillator twice
    body, whole = np.int64(48), np.int64(tile)
    trim = one / saturate(max(drive, np.float32(0.01)))
    slow = np.float32(100.0) * frame_s
    mean = np.zeros((2, 32), np.float32)
    last = out.shape[1] - 1
    cutoff_step = 0 if cutoff.shape[0] == 1 else 1
    resonance_step = 0 if resonance.shape[0] == 1 else 1
    wave = np.zeros((64, tile + 2 * pad + 16), np.float32)
    rows = np.zeros((tile, 32), np.float32)
    strip = np.zeros(tile, np.float32)
    warp = np.zeros((points, 32), np.float32)
    wide = np.zeros((points, 32), np.float32)
    flattest = np.float32(0.7653669) if poles == 4 else np.float32(1.4142135)
    cell = np.zeros((8, 32), np.float32)
    narrow = np.zeros((points, 32), np.float32)
    loud = np.zeros((points, 32), np.float32)
    increment = np.zeros(32, np.float32)
    state = np.zeros((8, 32), np.float32)
    sub_phase = np.zeros(32, np.float64)
    random = np.zeros(32, np.uint32)
    for group in range(0, span.shape[0], 32):
        lanes = min(32, span.shape[0] - group)
        width = 16 if lanes <= 16 else 32  # a page often holds fewer notes than lanes
        longest = np.int64(0)
        clear(state, zero)
        clear(mean, zero)
        clear(wave, zero)
        clear(loud, zero)
        clear(cell, one)
        clear(warp, one)
        clear(wide, np.float32(1.847759))
        for lane in range(lanes):
            longest = max(longest, span[group + lane, 2])
            sub_phase[lane] = 0.0
            for column in range(7):
                cell[column, lane] = shape[group + lane, column]
            cell[3, lane] += key_follow * (cell[0, lane] - np.float32(60.0)) * np.float32(0.083333336)
            cell[7, lane] = np.float32(span[group + lane, 1])
            random[lane] = np.uint32(np.float32(shape[group + lane, 4]) * np.float32(4.0e9)) | np.uint32(1)
        for begin in range(0, longest, tile):
            # Where envelopes, cutoff and pitch stand at this tile's control points.
            for lane in range(lanes):
                spot = span[group + lane, 0] + begin
                for point in range(points):
                    at = min(spot + 16 * point, last)
                    warp[point, lane] = cutoff[at * cutoff_step]
                    narrow[point, lane] = resonance[at * resonance_step]
            middle = np.float32(begin + 32)
            fade = min(one, max(zero, (middle - vibrato_delay) * np.float32(1.0e-4))) * vibrato_semitones
            slid = exp2(max(np.float32(-60.0), -middle / glide))
            for lane in range(width):
                wobble = fade * sin_turns(cell[4, lane] + vibrato_rate * middle)
                wander = drift_semitones * sin_turns(cell[5, lane] + cell[6, lane] * frame_s * middle)
                semitones = cell[0, lane] + (cell[1, lane] - cell[0, lane]) * slid + wobble + wander - np.float32(69.0)
                increment[lane] = np.float32(440.0) * exp2(semitones * np.float32(0.083333336)) * frame_s
            for point in range(points):
                t = np.float32(begin + 16 * point)
                hold = loud[point]
                corner = warp[point]
                damping = narrow[point]
                for lane in range(width):
                    hold[lane] = cell[2, lane] * adsr(t, cell[7, lane], amp[0], amp[1], amp[2], amp[3])
                    lift = cell[3, lane] + mod_octaves * adsr(t, cell[7, lane], mod[0], mod[1], mod[2], mod[3])
                    lift = min(np.float32(12.0), max(np.float32(-12.0), lift))
                    x = min(np.float32(0.45), max(np.float32(3.0e-4), corner[lane] * frame_s * exp2(lift)))
                    x *= np.float32(3.1415927)
                    q = x * x
                    top = x * (np.float32(945.0) - q * (np.float32(105.0) - q))
                    under = np.float32(945.0) - q * (np.float32(420.0) - np.float32(15.0) * q)
                    corner[lane] = top / under  # tan(x), Padé 5/4
                    damping[lane] = flattest * (one - np.float32(0.0096) * damping[lane])
            # Oscillators, a lane at a time; they run 16 frames ahead of the tile,
            # as far as a wrap reaches back.
            for lane in range(lanes):
                voice = group + lane
                if begin >= span[voice, 2]:
                    continue
                for saw in range(saws):
                    step = min(0.499, np.float64(increment[lane]) * ratio[voice, saw])
                    left = wave[lane]
                    right = wave[32 + lane]
                    gain_l = level[0, saw]
                    gain_r = level[1, saw]
                    p = phase[voice, saw]
                    if begin == 0:
                        p = saw_span(left, right, sides, head, lead, p, step, gain_l, gain_r, table)
                    p = saw_span(left, right, sides, body, whole, p, step, gain_l, gain_r, table)
                    phase[voice, saw] = p
                if sub > zero:
                    step = np.float64(increment[lane] * sub_ratio)
                    turn = np.float32(sub_phase[lane])
                    for side in range(sides):
                        here = wave[32 * side + lane, pad : pad + tile]
                        for i in range(tile):
                            here[i] += sub * sin_turns(turn + np.float32(step) * np.float32(i))
                    turned = sub_phase[lane] + step * tile
                    sub_phase[lane] = turned - np.floor(turned)
                if noise > zero:
                    word = random[lane]
                    for i in range(tile):
                        word = np.uint32(word * np.uint32(1664525) + np.uint32(1013904223))
                        x = noise * np.float32(np.int32(word)) * np.float32(4.656613e-10)
                        wave[lane, pad + i] += x
                        if sides == 2:
                            wave[32 + lane, pad + i] -= x
                    random[lane] = word
            for side in range(sides):
                for lane in range(lanes):
                    here = wave[32 * side + lane]
                    for i in range(tile):
                        rows[i, lane] = here[pad + i]
                    kept = here[:64]
                    ahead = here[64:128]
                    for i in range(64):
                        kept[i] = ahead[i]
                    for i in range(64):
                        ahead[i] = zero
                lowpass(rows, warp, narrow, state[4 * side : 4 * side + 2], width)
                if poles == 4:
                    lowpass(rows, warp, wide, state[4 * side + 2 : 4 * side + 4], width)
                for i in range(tile):
                    row = rows[i]
                    from_point = loud[i // 16]
                    to_point = loud[i // 16 + 1]
                    x = np.float32(i % 16) * np.float32(0.0625)
                    for lane in range(width):
                        y = row[lane]
                        if drive > zero:
                            # A lopsided wave comes out of the clipper with an offset: take off its slow mean.
                            y = saturate(drive * y) * trim
                            mean[side, lane] += slow * (y - mean[side, lane])
                            y -= mean[side, lane]
                        row[lane] = y * (from_point[lane] + x * (to_point[lane] - from_point[lane]))
                for lane in range(lanes):
                    start = span[group + lane, 0] + begin
                    count = min(tile, min(span[group + lane, 2] - begin, out.shape[1] - start))
                    if count > 0:
                        target = out[side, start : start + count]
                        for i in range(count):
                            strip[i] = rows[i, lane]
                        for i in range(count):
                            target[i] += strip[i]
                        if mono:
                            target = out[1, start : start + count]
                            for i in range(count):
                                target[i] += strip[i]
