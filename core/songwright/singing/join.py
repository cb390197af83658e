"""Pieces of speech to one recording: in order, equally loud, without clicks or holes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FADE_S = 0.004  # at each edge of a piece
#: Silence kept at a join, at most, on either side: after a sentence, after a clause, between words.
KEPT_SENTENCE_S, KEPT_CLAUSE_S, KEPT_WORD_S = 0.3, 0.12, 0.02
MOST_GAIN_DB = 9.0
_FRAME_S = 0.01
_ACTIVE_DB = -30.0  # below a piece's loudest frame: what counts as speech
_SILENT_DB = -50.0  # what counts as silence
_PEAK = 0.98


def join(pieces: Sequence[NDArray[np.float32]], texts: Sequence[str], sample_rate: int) -> NDArray[np.float32]:
    """One recording of all pieces.

    Args:
        pieces: mono audio, in order.
        texts: what each piece says: its last sign decides how much silence may follow.
        sample_rate: frames a second of all pieces.
    """
    levels = [active_level(piece, sample_rate) for piece in pieces]
    heard = [level for level in levels if level > 0.0]
    usual = float(np.median(heard)) if heard else 0.0
    joined = []
    for k, (piece, level) in enumerate(zip(pieces, levels, strict=True)):
        before = _kept_s(texts[k - 1]) if k else None
        after = _kept_s(texts[k]) if k + 1 < len(pieces) else None
        most = 10.0 ** (MOST_GAIN_DB / 20.0)
        gain = np.clip(usual / level, 1.0 / most, most) if level and len(heard) > 1 else 1.0
        joined.append(_faded(trimmed(piece, sample_rate, before, after), sample_rate) * np.float32(gain))
    whole = np.concatenate(joined) if joined else np.zeros(0, np.float32)
    peak = float(np.max(np.abs(whole), initial=0.0))
    return whole if peak <= _PEAK else whole * np.float32(_PEAK / peak)


def active_level(audio: NDArray[np.float32], sample_rate: int) -> float:
    """RMS of what is spoken, pauses left out; 0 for silence."""
    power = _power(audio, sample_rate)
    top = float(np.max(power, initial=0.0))
    if top <= 0.0:
        return 0.0
    return float(np.sqrt(np.mean(power[power > top * 10.0 ** (_ACTIVE_DB / 10.0)])))


def trimmed(
    audio: NDArray[np.float32], sample_rate: int, before_s: float | None, after_s: float | None
) -> NDArray[np.float32]:
    """The piece with at most so much silence at its edges; None leaves an edge as it is."""
    power = _power(audio, sample_rate)
    hop = max(int(_FRAME_S * sample_rate), 1)
    loud = np.flatnonzero(power > np.max(power, initial=0.0) * 10.0 ** (_SILENT_DB / 10.0))
    if not len(loud):
        return audio
    start = 0 if before_s is None else max(int(loud[0]) * hop - int(before_s * sample_rate), 0)
    end = len(audio) if after_s is None else min((int(loud[-1]) + 1) * hop + int(after_s * sample_rate), len(audio))
    return audio[start:end]


def _kept_s(text: str) -> float:
    ending = text.rstrip("\"”’')] ")[-1:]
    return KEPT_SENTENCE_S if ending in ".!?…" else KEPT_CLAUSE_S if ending in ",;:—–" else KEPT_WORD_S


def _power(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Mean square of each 10 ms."""
    hop = max(int(_FRAME_S * sample_rate), 1)
    whole = len(audio) // hop * hop
    return np.asarray(np.mean(np.asarray(audio[:whole], np.float64).reshape(-1, hop) ** 2, axis=1))


def _faded(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    count = min(int(FADE_S * sample_rate), len(audio) // 2)
    if not count:
        return audio
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
    faded = audio.copy()
    faded[:count] *= ramp
    faded[-count:] *= ramp[::-1]
    return faded
