"""The subtractive voice: sawtooths, a sine, noise → low-pass → saturation → amplifier, notes side by side.

Offline, notes need not sound together to share a vector: a track's notes are sorted by length and set in lanes
(structure of arrays), each lane with its own start, eight lanes a pack. Oscillators run along time inside a lane
(:mod:`oscillator`); everything with feedback runs across the lanes of a pack (:mod:`pack`), in vectors of
independent work. Sums are taken in lane order, so the same notes give the same bytes.

Control values (envelopes, cutoff) are computed every 16 frames and joined by straight lines, pitch every
64; note starts are exact to the frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.approximation import exp2, saturate, sin_turns
from songwright.dsp.envelope import held, let_go
from songwright.dsp.jit import kernel
from songwright.dsp.oscillator import add_saws
from songwright.dsp.pack import (
    AFTER,
    CORNER_HZ,
    DAMPING,
    DRIFT,
    DRIFT_HZ,
    FROM_PITCH,
    GAIN,
    GATE,
    LIFT,
    LOUD,
    PEAK,
    PITCH,
    STEP,
    STRIP,
    VIBRATO,
    WARP,
    amplify,
    clip,
    lowpass,
    tune,
)

#: Columns of a voice's ``shape`` (float32): what differs from note to note.
SHAPE = ("pitch", "from_pitch", "gain", "brightness_octaves", "vibrato_turn", "drift_turn", "drift_hz")
#: Entries of ``tone`` (float32): what all notes of a call share. Times in frames, rates in turns a frame.
TONE = (
    "frame_s", "mod_octaves", "key_follow", "vibrato_rate", "vibrato_semitones", "vibrato_delay",
    "glide", "drift_semitones", "noise", "sub", "sub_ratio", "drive",
)  # fmt: skip


@kernel
def control(
    work: NDArray[np.float32],
    packs: int,
    sides: int,
    begin: int,
    amp: NDArray[np.float32],
    mod: NDArray[np.float32],
    tone: NDArray[np.float32],
    poles: int,
) -> None:
    """Where envelopes, cutoff and pitch stand at the control points of the tile that begins at frame ``begin``."""
    one = np.float32(1.0)
    zero = np.float32(0.0)
    frame_s, mod_octaves, vibrato_rate, drift = tone[0], tone[1], tone[3], tone[7]
    attack, decay, sustain, release = amp[0], amp[1], amp[2], amp[3]
    mod_attack, mod_decay, mod_sustain = mod[0], mod[1], mod[2]
    flattest = np.float32(0.7653669) if poles == 4 else np.float32(1.4142135)
    middle = np.float32(begin + 32)
    fade = min(one, max(zero, (middle - tone[5]) * np.float32(1.0e-4))) * tone[4]
    slid = exp2(max(np.float32(-60.0), -middle / tone[6]))
    for pack in range(packs):
        w = work[pack * sides]
        for lane in range(8):
            w[LOUD + lane] = w[LOUD + 32 + lane]
        for j in range(32):
            t = np.float32(begin) + w[AFTER + j]
            gone = let_go(t, w[GATE + j], release)
            w[LOUD + 8 + j] = w[GAIN + j] * gone * held(t, w[GATE + j], attack, decay, sustain)
            lift = w[LIFT + j] + mod_octaves * gone * held(t, w[GATE + j], mod_attack, mod_decay, mod_sustain)
            lift = min(np.float32(12.0), max(np.float32(-12.0), lift))
            x = min(np.float32(0.45), max(np.float32(3.0e-4), w[CORNER_HZ + j] * frame_s * exp2(lift)))
            x *= np.float32(3.1415927)
            q = x * x
            top = x * (np.float32(945.0) - q * (np.float32(105.0) - q))
            under = np.float32(945.0) - q * (np.float32(420.0) - np.float32(15.0) * q)
            w[WARP + j] = top / under  # tan(x), Padé 5/4
            w[DAMPING + j] = flattest * (one - np.float32(0.0096) * w[PEAK + j])
        tune(w, poles)
        for lane in range(8):
            wobble = fade * sin_turns(w[VIBRATO + lane] + vibrato_rate * middle)
            wander = drift * sin_turns(w[DRIFT + lane] + w[DRIFT_HZ + lane] * frame_s * middle)
            slide = (w[FROM_PITCH + lane] - w[PITCH + lane]) * slid
            semitones = w[PITCH + lane] + slide + wobble + wander - np.float32(69.0)
            w[STEP + lane] = np.float32(440.0) * exp2(semitones * np.float32(0.083333336)) * frame_s
        if sides == 2:
            right = work[pack * sides + 1]
            for j in range(512, 792):
                right[j] = w[j]


@kernel
def add_sub_and_noise(
    wave: NDArray[np.float32],
    work: NDArray[np.float32],
    lanes: int,
    sides: int,
    tone: NDArray[np.float32],
    turn: NDArray[np.float64],
    word: NDArray[np.uint32],
    leap: NDArray[np.uint32],
) -> None:
    """Add a sine, and noise that is upside down on the right. ``leap`` takes a random word 0..64 words on."""
    noise, sub, sub_ratio = tone[8], tone[9], tone[10]
    for lane in range(lanes):
        pack, place = lane // 8 * sides, lane % 8
        step = np.float64(work[pack, STEP + place] * sub_ratio)
        phase, rise, seed = np.float32(turn[lane]), np.float32(step), word[lane]
        for side in range(sides):
            here = wave[8 * (pack + side) + place, 32:96]
            if sub > np.float32(0.0):
                for i in range(64):
                    here[i] += sub * sin_turns(phase + rise * np.float32(np.int32(i)))
            if noise > np.float32(0.0):
                scale = np.float32(4.656613e-10) * (noise if side == 0 else -noise)
                for i in range(64):
                    here[i] += scale * np.float32(np.int32(np.uint32(leap[0, i] * seed + leap[1, i])))
        ended = turn[lane] + step * 64
        turn[lane] = ended - np.floor(ended)
        word[lane] = np.uint32(leap[0, 64] * seed + leap[1, 64])


@kernel
def set_in_rows(waves: NDArray[np.float32], work: NDArray[np.float32], strips: int) -> None:
    """Take a tile from its lanes' waves into the strips, and move the waves a tile on."""
    zero = np.float32(0.0)
    for strip in range(strips):
        flat = waves[strip]
        w = work[strip]
        for i in range(64):
            for lane in range(8):
                w[8 * i + lane] = flat[128 * lane + 32 + i]
        for lane in range(8):
            here = flat[128 * lane : 128 * lane + 128]
            for i in range(32):
                here[32 + i] = here[96 + i]
            for i in range(64, 128):
                here[i] = zero


@kernel
def deliver(
    work: NDArray[np.float32],
    span: NDArray[np.int64],
    lanes: int,
    sides: int,
    begin: int,
    sheet: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Add a tile to ``out``, each lane at its own place in time."""
    left = out[0]
    right = out[1]
    for strip in range((lanes + 7) // 8 * sides):
        w = work[strip]
        for i in range(64):
            for lane in range(8):
                sheet[64 * lane + i] = w[8 * i + lane]
        first = strip // sides * 8
        for lane in range(min(8, lanes - first)):
            start = span[first + lane, 0] + begin
            count = np.uint64(max(0, min(64, out.shape[1] - start)))
            here, there = np.uint64(64 * lane), np.uint64(start)  # unsigned: no test for an index from the end
            target = left if strip % sides == 0 else right
            for i in range(count):
                target[there + i] += sheet[here + i]
            if sides == 1:
                for i in range(count):
                    right[there + i] += sheet[here + i]


@kernel
def enter(
    work: NDArray[np.float32],
    span: NDArray[np.int64],
    shape: NDArray[np.float32],
    lanes: int,
    sides: int,
    key_follow: Any,
    trim: Any,
    corner: Any,
    peak: Any,
) -> None:
    """Set voices in lanes."""
    for strip in range(work.shape[0]):
        w = work[strip]
        for j in range(w.shape[0]):
            w[j] = np.float32(0.0)
        for j in range(32):
            w[AFTER + j] = np.float32(16 * (j // 8 + 1))
            w[CORNER_HZ + j] = corner
            w[PEAK + j] = peak
    for lane in range(lanes):
        w = work[lane // 8 * sides]
        place = lane % 8
        w[PITCH + place] = shape[lane, 0]
        w[FROM_PITCH + place] = shape[lane, 1]
        w[VIBRATO + place] = shape[lane, 4]
        w[DRIFT + place] = shape[lane, 5]
        w[DRIFT_HZ + place] = shape[lane, 6]
        octaves = (shape[lane, 0] - np.float32(60.0)) * np.float32(0.083333336)
        for point in range(0, 32, 8):
            w[GATE + point + place] = np.float32(span[lane, 1])
            w[GAIN + point + place] = shape[lane, 2] * trim
            w[LIFT + point + place] = shape[lane, 3] + key_follow * octaves


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
        span: start, gate and whole length of each voice in frames, shape (voices, 3), the longest first.
        shape: see :data:`SHAPE`, shape (voices, 7).
        phase: starting phases of the sawtooths, 0..1, shape (voices, saws).
        ratio: frequency of each sawtooth over the note's, shape (voices, saws).
        level: gains left and right, shape (2, saws); equal rows make a mono voice at half the cost.
        amp: attack, decay, sustain, release of the amplifier (frames, 0..1).
        mod: attack, decay, sustain of the cutoff's envelope; it is let go with the amplifier's.
        tone: see :data:`TONE`.
        poles: 2 or 4 (12 or 24 dB an octave).
        cutoff: Hz, one value or one a frame of ``out``.
        resonance: 0..100 %, likewise; at 100 the filter rings but does not sing by itself.
        table: :func:`oscillator.step_table`.
        out: stereo, shape (2, frames).
    """
    zero = np.float32(0.0)
    saws = ratio.shape[1]
    sides = 1
    for saw in range(saws):
        if level[0, saw] != level[1, saw]:
            sides = 2
    drive = tone[11]
    trim = np.float32(1.0) / saturate(drive) if drive > zero else np.float32(1.0)
    last = out.shape[1] - 1
    cutoff_step = 0 if cutoff.shape[0] == 1 else 1
    resonance_step = 0 if resonance.shape[0] == 1 else 1
    work = np.zeros((8, STRIP), np.float32)
    waves = np.zeros((8, 8 * 128), np.float32)  # a lane's tile begins at frame 32; oscillators are 16 frames ahead,
    wave = waves.reshape(64, 128)  # as far as a wrap reaches back
    sheet = np.zeros(8 * 64, np.float32)
    turn = np.zeros((32, saws), np.int64)
    step = np.zeros((32, saws), np.int64)
    sub_turn = np.zeros(32, np.float64)
    word = np.zeros(32, np.uint32)
    leap = np.zeros((2, 65), np.uint32)
    leap[0, 0] = 1
    for i in range(64):
        leap[0, i + 1] = np.uint32(leap[0, i] * np.uint32(1664525))
        leap[1, i + 1] = np.uint32(leap[1, i] * np.uint32(1664525) + np.uint32(1013904223))
    for group in range(0, span.shape[0], 32):
        lanes = min(32, span.shape[0] - group)
        spans = span[group : group + lanes]
        shapes = shape[group : group + lanes]
        enter(work, spans, shapes, lanes, sides, tone[2], trim, cutoff[0], resonance[0])
        for row in range(64):
            for i in range(128):
                wave[row, i] = zero
        for lane in range(lanes):
            sub_turn[lane] = 0.0
            word[lane] = np.uint32(shapes[lane, 4] * np.float32(4.0e9)) | np.uint32(1)
            for saw in range(saws):
                turn[lane, saw] = np.int64(phase[group + lane, saw] * 4294967296.0)
        for begin in range(-64, spans[0, 2], 64):  # the tile before the first sets where curves begin
            while spans[lanes - 1, 2] <= begin:
                lanes -= 1
            packs = (lanes + 7) // 8
            if cutoff_step + resonance_step > 0:
                for lane in range(lanes):
                    w = work[lane // 8 * sides]
                    for point in range(4):
                        at = max(0, min(spans[lane, 0] + begin + 16 * (point + 1), last))
                        w[CORNER_HZ + 8 * point + lane % 8] = cutoff[at * cutoff_step]
                        w[PEAK + 8 * point + lane % 8] = resonance[at * resonance_step]
            control(work, packs, sides, begin, amp, mod, tone, poles)
            for lane in range(lanes):
                hertz = np.float64(work[lane // 8 * sides, STEP + lane % 8])
                for saw in range(saws):
                    step[lane, saw] = np.int64(min(0.499, hertz * ratio[group + lane, saw]) * 4294967296.0)
            if begin < 0:
                add_saws(wave, lanes, sides, np.int64(16), np.int64(32), turn, step, level, table)
                continue
            add_saws(wave, lanes, sides, np.int64(48), np.int64(64), turn, step, level, table)
            if tone[8] > zero or tone[9] > zero:
                add_sub_and_noise(wave, work, lanes, sides, tone, sub_turn, word, leap)
            set_in_rows(waves, work, packs * sides)
            lowpass(work, packs * sides, poles)
            if drive > zero:
                clip(work, packs * sides, drive, np.float32(100.0) * tone[0])
            amplify(work, packs * sides)
            deliver(work, spans, lanes, sides, begin, sheet, out)
