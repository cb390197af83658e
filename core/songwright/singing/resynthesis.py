"""A placed phrase to sound: the recording's frames, led to their places, at the melody's pitch.

Consonants run nearly at their own pace. A vowel keeps its beginning and its end and waits in the
middle; a diphthong waits early and moves on at the end, as singers do ("niiiiight", not "naaiiit").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.style import Style
from songwright.interfaces.voice import PhonemeSpan
from songwright.singing.breath import breathe
from songwright.singing.curve import pitch_curve
from songwright.singing.phoneme import is_diphthong, is_voiceless
from songwright.singing.placement import Placed, Segment
from songwright.singing.world import STEP_S, Analysis, aperiodicity_at, envelope_at, synthesise

LEAD_S, TAIL_S = 0.05, 0.08  # sound kept before the first and after the last segment
_EDGE_S = 0.06  # of a vowel's ends that keep their pace
_DIPHTHONG_WAITS = (0.25, 0.4)  # where, in shares of its length, a diphthong waits
_SOFT_VELOCITY = 0.2  # notes this soft are at the bottom of the dynamics


def resynthesise(
    placed: Placed,
    spans: Sequence[PhonemeSpan],
    analysis: Analysis,
    style: Style,
    rng: np.random.Generator,
    *,
    own_pitch: bool = False,
) -> tuple[NDArray[np.float32], float]:
    """Sing one phrase.

    Args:
        placed: where its sounds go.
        spans: the phonemes of the recording.
        analysis: the recording.
        style: the singer's manner.
        rng: chance of the pitch's drift.
        own_pitch: keep the pitch of the recording (rap, speech) instead of the notes'.

    Returns:
        Mono audio at the recording's sample rate and the second of the song at which it starts.
    """
    segments = placed.segments
    breath_s = placed.breath_s if style.breaths_percent else 0.0
    start_s = segments[0].start_s - LEAD_S - breath_s
    frames = int(np.ceil((segments[-1].end_s + TAIL_S - start_s) / STEP_S)) + 1
    times_s = np.asarray(start_s + np.arange(frames) * STEP_S, np.float64)
    position = _warp(segments, spans, times_s) / STEP_S
    notes = [note for syllable in placed.phrase.syllables for note in syllable.notes]
    if own_pitch:
        pitch_hz = _spoken_pitch(analysis, position, style)
    else:
        pitch_hz = 440.0 * np.exp2((pitch_curve(notes, times_s, style, rng) - 69.0) / 12.0)
    voiced, toned = _voicing(segments, spans, analysis, times_s, position)
    transform = analysis.transform(float(np.min(pitch_hz)))
    envelope = envelope_at(analysis, position, transform)
    aperiodicity = aperiodicity_at(analysis, toned, transform)
    if style.formant_semitones:
        envelope = _shift_formants(envelope, style.formant_semitones)
    if style.breathiness_percent:
        aperiodicity = aperiodicity ** (1.0 - 0.8 * style.breathiness_percent / 100.0)
    gain_db = _level_db(placed, envelope, times_s, style)
    envelope *= (10.0 ** (gain_db / 10.0) * _gate(segments, times_s) ** 2)[:, None]
    if breath_s:
        breathe(envelope, voiced, round(breath_s / STEP_S), style.breaths_percent, analysis.sample_rate)
    audio = synthesise(np.where(voiced, pitch_hz, 0.0), envelope + 1e-16, aperiodicity, analysis.sample_rate)
    return audio.astype(np.float32), start_s


def _spoken_pitch(analysis: Analysis, position: NDArray[np.float64], style: Style) -> NDArray[np.float64]:
    """The recording's own pitch, carried on through what is unvoiced."""
    voiced = np.flatnonzero(analysis.f0_hz > 0)
    if not len(voiced):
        return np.full(len(position), 150.0)
    shift = 2.0 ** (style.detune_cents / 1200.0)
    return np.asarray(shift * np.interp(position, voiced, analysis.f0_hz[voiced]))


def _warp(
    segments: Sequence[Segment], spans: Sequence[PhonemeSpan], times_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Seconds of the recording for each time of the song."""
    sung: list[float] = []
    spoken: list[float] = []
    for segment in segments:
        source = np.array([segment.source_start_s, segment.source_end_s])
        target = np.array([segment.start_s, segment.end_s])
        if segment.role == "nucleus" and target[1] - target[0] > source[1] - source[0]:
            source, target = _stretched(source, target, is_diphthong(spans[segment.span].phoneme))
        spoken += source.tolist()
        sung += target.tolist()
    order = np.maximum.accumulate(np.array(sung) + np.arange(len(sung)) * 1e-7)
    before = spoken[0] + np.minimum(times_s - order[0], 0.0)
    after = np.maximum(times_s - order[-1], 0.0)
    return np.asarray(np.interp(times_s, order, spoken) + (before - spoken[0]) + after)


def _stretched(
    source: NDArray[np.float64], target: NDArray[np.float64], diphthong: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Knots of a vowel that waits: its ends keep their pace."""
    spoken_s, sung_s = source[1] - source[0], target[1] - target[0]
    if diphthong:
        wait = source[0] + np.array(_DIPHTHONG_WAITS) * spoken_s
        head_s, tail_s = wait[0] - source[0], source[1] - wait[1]
        tail_s = min(1.3 * tail_s, 0.5 * sung_s)
    else:
        head_s = tail_s = min(_EDGE_S, 0.3 * spoken_s)
        wait = np.array([source[0] + head_s, source[1] - tail_s])
    return (
        np.array([source[0], wait[0], wait[1], source[1]]),
        np.array([target[0], target[0] + head_s, target[1] - tail_s, target[1]]),
    )


def _voicing(
    segments: Sequence[Segment],
    spans: Sequence[PhonemeSpan],
    analysis: Analysis,
    times_s: NDArray[np.float64],
    position: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which frames are voiced, and where in the recording their aperiodicity is read.

    A vowel is voiced throughout: where the recording creaks or whispers, the nearest voiced frame's
    aperiodicity stands in.
    """
    source = np.clip(np.round(position).astype(int), 0, len(analysis.f0_hz) - 1)
    voiced = analysis.f0_hz[source] > 0
    toned = position.copy()
    for segment in segments:
        if segment.role != "nucleus" or is_voiceless(spans[segment.span].phoneme):
            continue
        inside = slice(*np.searchsorted(times_s, (segment.start_s, segment.end_s)))
        low, high = (round(s / STEP_S) for s in (segment.source_start_s, segment.source_end_s))
        sound = np.flatnonzero(analysis.f0_hz[low : high + 1] > 0) + low
        if not len(sound):
            continue
        nearest = sound[np.abs(source[inside, None] - sound[None, :]).argmin(axis=1)]
        toned[inside] = np.where(voiced[inside], toned[inside], nearest)
        voiced[inside] = True
    return voiced, toned


def _shift_formants(envelope: NDArray[np.float64], semitones: float) -> NDArray[np.float64]:
    """Stretch the envelope along frequency."""
    bins = envelope.shape[1]
    at = np.minimum(np.arange(bins) / 2.0 ** (semitones / 12.0), bins - 1.0)
    low = np.minimum(at.astype(int), bins - 2)
    weight = at - low
    logs = np.log(envelope + 1e-16)
    return np.asarray(np.exp(logs[:, low] * (1.0 - weight) + logs[:, low + 1] * weight))


def _level_db(
    placed: Placed, envelope: NDArray[np.float64], times_s: NDArray[np.float64], style: Style
) -> NDArray[np.float64]:
    """Gain of each frame: vowels evened out, then shaped by the notes' velocities."""
    power_db = 10.0 * np.log10(np.mean(envelope, axis=1) + 1e-16)
    nuclei = [segment for segment in placed.segments if segment.role == "nucleus"]
    middle, wanted = [], []
    inside = [slice(*np.searchsorted(times_s, (n.start_s, max(n.end_s, n.start_s + STEP_S)))) for n in nuclei]
    levels = [float(np.mean(power_db[part])) if part.stop > part.start else 0.0 for part in inside]
    usual = float(np.median(levels))
    velocity = {syllable.start_s: syllable.velocity for syllable in placed.phrase.syllables}
    for nucleus, level in zip(nuclei, levels, strict=True):
        even = (usual - level) * style.evenness_percent / 100.0
        force = (velocity.get(nucleus.start_s, 0.8) - 1.0) / (1.0 - _SOFT_VELOCITY)
        middle.append(0.5 * (nucleus.start_s + nucleus.end_s))
        wanted.append(np.clip(even, -9.0, 9.0) + style.dynamics_db * max(force, -1.0))
    return np.asarray(np.interp(times_s, middle, wanted))


def _gate(segments: Sequence[Segment], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 while something is sung, 0 in rests, with soft edges of 15 ms."""
    gate = np.zeros(len(times_s))
    for segment in segments:
        gate[slice(*np.searchsorted(times_s, (segment.start_s - STEP_S, segment.end_s + 2 * STEP_S)))] = 1.0
    window = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    return np.asarray(np.convolve(gate, window / window.sum(), "same"))
