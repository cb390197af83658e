"""Boundaries of sounds, moved to where the recording itself shows them.

A provider's times, or those of an alignment, are good to some hundredths of a second. Where a
voiceless consonant meets a vowel the recording is plain: the vowel is where the voice is. And a
recording's last sound ends where the recording falls silent, not where its token does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import PhonemeSpan
from songwright.singing.phoneme import is_voiceless, is_vowel
from songwright.singing.world import STEP_S

REACH_S = 0.12  # how far a boundary may move
SHORTEST_S = 0.025  # what a sound keeps
VOICE_DB = -12.0  # below the strongest near by, under 1 kHz
NEAR = 30  # frames on either side
SILENCE_DB = -38.0  # below the loudest frame


def refine(
    spans: Sequence[PhonemeSpan], f0_hz: NDArray[np.float32], audio: NDArray[np.float32], sample_rate: int
) -> tuple[PhonemeSpan, ...]:
    """The same sounds with better times.

    Args:
        spans: in order.
        f0_hz: pitch each :data:`STEP_S`, 0 where unvoiced.
        audio: the recording, mono.
        sample_rate: its frames a second.
    """
    refined = list(_within_sound(spans, audio, sample_rate))
    voiced = _sounding(f0_hz, audio, sample_rate)
    for i in range(len(refined) - 1):
        first, second = refined[i], refined[i + 1]
        if second.start_s - first.end_s > REACH_S:
            continue
        rises = is_voiceless(first.phoneme) and is_vowel(second.phoneme)
        falls = is_vowel(first.phoneme) and is_voiceless(second.phoneme) and second.word == first.word
        if not (rises or falls):
            continue
        at_s = _change(voiced, second.start_s if rises else first.end_s, rising=rises)
        if at_s is None:
            continue
        at_s = min(max(at_s, first.start_s + SHORTEST_S), second.end_s - SHORTEST_S)
        if first.start_s < at_s < second.end_s:
            refined[i], refined[i + 1] = replace(first, end_s=at_s), replace(second, start_s=at_s)
    return tuple(refined)


def _sounding(f0_hz: NDArray[np.float32], audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.bool_]:
    """Where the voice sounds: there is a pitch, and below 1 kHz about as much power as near by.

    The pitch alone is not enough: some voices' curves run on through a voiceless sound between vowels.
    """
    hop, width = int(STEP_S * sample_rate), max(int(sample_rate / 1000.0), 1)
    low = np.convolve(np.asarray(audio, np.float64), np.ones(width) / width, "same") ** 2
    power = np.convolve(low, np.ones(2 * hop) / (2 * hop), "same")[::hop]
    power = np.pad(power, (0, max(len(f0_hz) - len(power), 0)), "edge")[: len(f0_hz)]
    around = np.lib.stride_tricks.sliding_window_view(np.pad(power, NEAR, "edge"), 2 * NEAR + 1).max(axis=1)
    return np.asarray((f0_hz > 0) & (power > around * 10.0 ** (VOICE_DB / 10.0)))


def _change(voiced: NDArray[np.bool_], near_s: float, *, rising: bool) -> float | None:
    """The nearest moment within reach at which the voice sets in (or stops)."""
    steps = np.diff(voiced.astype(np.int8)) == (1 if rising else -1)
    moments = (np.flatnonzero(steps) + 0.5) * STEP_S
    moments = moments[np.abs(moments - near_s) <= REACH_S]
    return float(moments[np.argmin(np.abs(moments - near_s))]) if len(moments) else None


def _within_sound(spans: Sequence[PhonemeSpan], audio: NDArray[np.float32], sample_rate: int) -> Sequence[PhonemeSpan]:
    """Sounds before a pause end where it begins to be silent; none starts before or ends after the sound."""
    hop = max(int(STEP_S * sample_rate), 1)
    frames = len(audio) // hop
    if not frames or not spans:
        return spans
    level = np.sqrt(np.mean(np.asarray(audio[: frames * hop], np.float64).reshape(frames, hop) ** 2, axis=1))
    loud = np.flatnonzero(level > np.max(level) * 10.0 ** (SILENCE_DB / 20.0))
    trimmed = []
    for i, span in enumerate(spans):
        pause = i + 1 == len(spans) or spans[i + 1].start_s - span.end_s > STEP_S
        inside = loud[(loud * STEP_S >= span.start_s) & (loud * STEP_S < span.end_s)]
        if pause and len(inside) and not is_voiceless(span.phoneme):
            end_s = float(inside[-1] + 1) * STEP_S
            span = replace(span, end_s=max(min(span.end_s, end_s), span.start_s + SHORTEST_S))
        trimmed.append(span)
    return trimmed
