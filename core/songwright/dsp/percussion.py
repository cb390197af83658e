"""Two layers of a drum hit: a sine that falls in pitch, and a burst of filtered noise; and a sound struck again.

The third layer, modes, is in :mod:`modal`. What is a function of time is computed along time, what has feedback
across hits: either way the compiler fills vectors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, saturate, sin_turns
from songwright.dsp.jit import kernel, part

#: Columns of a drop: Hz at the end of the fall, Hz at its start, time constant of the fall (s), attack (s),
#: time constant of the decay (s), drive (0: none), level left, level right.
DROP = ("low_hz", "high_hz", "fall_s", "attack_s", "decay_s", "drive", "left", "right")

#: Columns of a burst: attack (s), time constants of the fast and slow decay (s), share of the slow one (0..1),
#: filter's frequency (Hz), its Q, gains of its low, band and high outputs, level left and right, and the share
#: (-1..1) of a second noise in it: bursts of one seed with opposite shares are the two sides of a wide sound.
BURST = (
    "attack_s", "fast_s", "slow_s", "slow_share", "filter_hz", "q", "low", "band", "high", "left", "right",
    "apart",
)  # fmt: skip


@kernel
def drop_sines(
    start: NDArray[np.int64], drop: NDArray[np.float32], sample_rate: float, out: NDArray[np.float32]
) -> None:
    """Add falling sines to ``out`` (2, frames): the body of a kick, a tom, an 808.

    The frequency falls exponentially from ``high`` to ``low`` hertz; its integral, the phase,
    is known in closed form. Exponentials over 64 frames are one number times a fixed table.
    Each ends when it has fallen by 100 dB. ``start`` is in frames; ``drop``: see :data:`DROP`.
    """
    zero = np.float32(0.0)
    one = np.float32(1.0)
    octave = np.float32(1.442695 / sample_rate)
    bend = np.empty(64, np.float32)
    fade = np.empty(64, np.float32)
    tone = np.empty(64, np.float32)
    for hit in range(start.shape[0]):
        low, high, fall, attack = drop[hit, 0], drop[hit, 1], drop[hit, 2], drop[hit, 3]
        decay, drive = drop[hit, 4], drop[hit, 5]
        trim = one / (one + np.float32(0.5) * drive)
        step = np.float32(low / sample_rate)
        climb = np.float32(1.0 / (attack * sample_rate))
        for k in range(64):
            bend[k] = one - exp2(-octave * np.float32(k) / fall)
            fade[k] = exp2(-octave * np.float32(k) / decay)
        fallen = np.exp(-64.0 / (fall * sample_rate))
        faded = np.exp(-64.0 / (decay * sample_rate))
        turn = 0.0
        to_come = np.float64((high - low) * fall)  # turns beyond those of the low frequency
        level = np.exp(min(80.0, attack / decay))  # from above its most, which it passes when the attack is over
        frames = min(int((attack + decay * np.float32(11.5)) * sample_rate), out.shape[1] - start[hit])
        for now in range(0, frames, 64):
            a = np.float32(turn)
            b = np.float32(to_come)
            c = np.float32(level)
            for k in range(64):
                rise = min(one, np.float32(now + k) * climb)
                wave = sin_turns(a + step * np.float32(k) + b * bend[k])
                tone[k] = rise * min(one, c * fade[k]) * wave
            if drive > zero:
                for k in range(64):
                    tone[k] = saturate((one + drive) * tone[k]) * trim
            turn += 64.0 * low / sample_rate + to_come * (1.0 - fallen)
            turn -= np.floor(turn)
            to_come *= fallen
            level *= faded
            at = start[hit] + now
            count = min(64, frames - now)
            for side in range(2):
                gain = drop[hit, 6 + side]
                target = out[side, at : at + count]
                for k in range(count):
                    target[k] += gain * tone[k]


@kernel
def repeat(
    start: NDArray[np.int64],
    gate: NDArray[np.int64],
    gain: NDArray[np.float32],
    damping: float,
    sound: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Add a ``sound`` (2, frames) to ``out`` (2, frames) at each ``start``, times its ``gain``.

    Each fades by ``damping`` (nepers a frame) after ``gate`` frames.
    """
    octave = np.float32(-1.442695 * damping)
    for hit in range(start.shape[0]):
        level = gain[hit]
        frames = min(sound.shape[1], out.shape[1] - start[hit])
        held = min(frames, gate[hit])
        if damping > 0.0:
            frames = min(frames, held + int(11.5 / damping))
        for side in range(2):
            source = sound[side, :held]
            target = out[side, start[hit] : start[hit] + held]
            for i in range(held):
                target[i] += level * source[i]
            source = sound[side, held:frames]
            target = out[side, start[hit] + held : start[hit] + frames]
            for i in range(frames - held):
                target[i] += level * source[i] * exp2(octave * np.float32(i))


def burst_frames(gate: NDArray[np.int64], burst: NDArray[np.float32], sample_rate: float) -> NDArray[np.int64]:
    """How many frames each burst lasts until it is 100 dB below full level, or choked."""
    level = np.maximum(np.abs(burst[:, 9]), np.abs(burst[:, 10])) * np.abs(burst[:, 6:9]).sum(axis=1)
    fast = burst[:, 1] * np.log(np.maximum(1.0, level * (1.0 - burst[:, 3]) * 1e5))
    slow = burst[:, 2] * np.log(np.maximum(1.0, level * burst[:, 3] * 1e5))
    free = ((burst[:, 0] + np.maximum(fast, slow)) * sample_rate).astype(np.int64) + 1
    frames: NDArray[np.int64] = np.minimum(free, gate + int(0.18 * sample_rate))
    return frames


@part
def set_lane(cell: NDArray[np.float32], lane: int, row: NDArray[np.float32], sample_rate: float) -> None:
    """Make ``lane`` of ``cell`` ready for the burst of ``row``: what it needs, then what it keeps (five values)."""
    attack, fast, slow = max(1.0, row[0] * sample_rate), 1.0 / (row[1] * sample_rate), 1.0 / (row[2] * sample_rate)
    g = np.tan(np.pi * min(0.45, row[4] / sample_rate))
    k = 1.0 / row[5]
    cell[0, lane] = 4.656613e-10 * (1.0 - abs(row[11]))
    cell[1, lane] = 4.656613e-10 * row[11]
    cell[2, lane] = g
    cell[3, lane] = 1.0 / (1.0 + g * (g + k))
    cell[4, lane] = g / (1.0 + g * (g + k))
    cell[5, lane] = row[8]
    cell[6, lane] = (row[7] - row[8]) * k
    cell[7, lane] = row[6] - row[8]
    cell[8, lane] = 1.0 / attack
    cell[9, lane] = 1.0 - row[3]
    cell[10, lane] = row[3]
    cell[11, lane] = np.exp(-fast)
    cell[12, lane] = np.exp(-slow)
    cell[13, lane] = 0.0
    cell[14, lane] = 0.0
    cell[15, lane] = 0.0
    # Decays begin above their most, from which they fall when the attack is over.
    cell[16, lane] = (1.0 - row[3]) * np.exp(min(80.0, attack * fast))
    cell[17, lane] = row[3] * np.exp(min(80.0, attack * slow))


@part
def fill_lanes(cell: NDArray[np.float32], word: NDArray[np.uint32], lanes: int, noise: NDArray[np.float32]) -> None:
    """The next frames of the first ``lanes`` bursts, shape (frames, 32)."""
    common, apart, warp, keep, pull = cell[0], cell[1], cell[2], cell[3], cell[4]
    dry, band, low, climb = cell[5], cell[6], cell[7], cell[8]
    fast_most, slow_most, fast_ratio, slow_ratio = cell[9], cell[10], cell[11], cell[12]
    first, second, rise, fast, slow = cell[13], cell[14], cell[15], cell[16], cell[17]
    for i in range(noise.shape[0]):
        for lane in range((lanes + 15) // 16 * 16):
            one = word[lane] * np.uint32(1664525) + np.uint32(1013904223)
            two = one * np.uint32(1664525) + np.uint32(1013904223)
            word[lane] = two
            x = common[lane] * np.float32(np.int32(one)) + apart[lane] * np.float32(np.int32(two))
            v1 = keep[lane] * first[lane] + pull[lane] * (x - second[lane])
            v2 = second[lane] + warp[lane] * v1
            first[lane] = v1 + v1 - first[lane]
            second[lane] = v2 + v2 - second[lane]
            rise[lane] += climb[lane]
            fast[lane] *= fast_ratio[lane]
            slow[lane] *= slow_ratio[lane]
            level = min(fast_most[lane], fast[lane]) + min(slow_most[lane], slow[lane])
            level *= min(np.float32(1.0), rise[lane])
            noise[i, lane] = level * (dry[lane] * x + band[lane] * v1 + low[lane] * v2)


@kernel
def burst_noise(
    start: NDArray[np.int64],
    frames: NDArray[np.int64],
    seed: NDArray[np.uint32],
    gate: NDArray[np.int64],
    burst: NDArray[np.float32],
    sample_rate: float,
    out: NDArray[np.float32],
) -> None:
    """Add bursts of filtered white noise to ``out`` (2, frames): snare wires, hats, beaters, shakers.

    White noise (a linear congruential generator from ``seed``, uniform) goes through a trapezoidal state-variable
    filter, then through a two-stage exponential decay. After ``gate`` frames the burst is choked with a time
    constant of 15 ms. ``burst``: see :data:`BURST`; ``frames``: see :func:`burst_frames`.

    Up to 32 bursts are computed side by side, 128 frames at a time; where one ends, the next in the order given
    takes its lane: best the longest first.
    """
    tile = 128
    choke = np.float32(-1.442695 / (0.015 * sample_rate))
    hit = np.zeros(32, np.int64)
    age = np.zeros(32, np.int64)
    word = np.zeros(32, np.uint32)
    cell = np.zeros((18, 32), np.float32)
    noise = np.zeros((tile, 32), np.float32)
    twins = noise.view(np.float64)  # two lanes at a time: half the steps across memory
    twin = np.zeros(tile, np.float64)
    both = twin.view(np.float32)
    waves = np.zeros((2, tile), np.float32)
    used = 0
    coming = 0
    while used > 0 or coming < start.shape[0]:
        while used < 32 and coming < start.shape[0]:
            set_lane(cell, used, burst[coming], sample_rate)
            word[used] = seed[coming] | np.uint32(1)
            hit[used] = coming
            age[used] = 0
            used += 1
            coming += 1
        fill_lanes(cell, word, used, noise)
        for lane in range(used):
            if lane % 2 == 0:
                for i in range(tile):
                    twin[i] = twins[i, lane // 2]
                for i in range(tile):
                    waves[0, i] = both[2 * i]
                    waves[1, i] = both[2 * i + 1]
            wave = waves[lane % 2]
            at = start[hit[lane]] + age[lane]
            count = max(0, min(tile, min(frames[hit[lane]] - age[lane], out.shape[1] - at)))
            late = age[lane] - gate[hit[lane]]
            if late + count > 0:
                for i in range(count):
                    wave[i] *= exp2(choke * np.float32(max(0, late + i)))
            for side in range(2):
                gain = burst[hit[lane], 9 + side]
                if gain != 0.0:
                    target = out[side, at : at + count]
                    for i in range(count):
                        target[i] += gain * wave[i]
        lane = 0
        while lane < used:
            age[lane] += tile
            if age[lane] < frames[hit[lane]]:
                lane += 1
                continue
            used -= 1  # the last takes the place of one that has ended
            hit[lane] = hit[used]
            age[lane] = age[used]
            word[lane] = word[used]
            for value in range(cell.shape[0]):
                cell[value, lane] = cell[value, used]
