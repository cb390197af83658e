"""Pieces of speech to one recording: in order, equally loud, without clicks or holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FADE_S = 0.004  # at each edge of a piece
#: Silence kept at a join, at most, on either side: after a sentence, after a clause, between words.
KEPT_SENTENCE_S, KEPT_CLAUSE_S, KEPT_WORD_S = 0.3, 0.12, 0.02
MOST_GAIN_DB = 9.0
_FRAME_S = 0.01
_HOP_S, _BLOCK = 0.1, 4  # of the standard's blocks: how far apart, and how many steps long
_ACTIVE_DB = -30.0  # below a piece's loudest frame: what counts as speech
_SILENT_DB = -50.0  # what counts as silence
_PEAK = 0.98


@dataclass(frozen=True)
class Cut:
    """What is taken of one piece: frames ``start`` to ``end``, times ``gain``."""

    start: int
    end: int
    gain: float


def cuts(pieces: Sequence[NDArray[np.float32]], texts: Sequence[str], sample_rate: int) -> list[Cut]:
    """What of each piece is kept, and how loud, so that all together sound like one recording.

    Args:
        pieces: mono audio, in order.
        texts: what each piece says: its last sign decides how much silence may follow.
        sample_rate: frames a second of all pieces.
    """
    levels = [loudness(trimmed(piece, sample_rate, 0.0, 0.0), sample_rate) for piece in pieces]
    heard = [level for level in levels if level > 0.0]
    usual = float(np.median(heard)) if heard else 0.0
    most = 10.0 ** (MOST_GAIN_DB / 20.0)
    found = []
    for k, (piece, level) in enumerate(zip(pieces, levels, strict=True)):
        before = _kept_s(texts[k - 1]) if k else None
        after = _kept_s(texts[k]) if k + 1 < len(pieces) else None
        gain = float(np.clip(usual / level, 1.0 / most, most)) if level and len(heard) > 1 else 1.0
        found.append(Cut(*_edges(piece, sample_rate, before, after), gain))
    return found


def join(pieces: Sequence[NDArray[np.float32]], texts: Sequence[str], sample_rate: int) -> NDArray[np.float32]:
    """One recording of all pieces. Beside them it takes as much memory as the recording itself.

    Args:
        pieces: mono audio, in order.
        texts: what each piece says: its last sign decides how much silence may follow.
        sample_rate: frames a second of all pieces.
    """
    kept = cuts(pieces, texts, sample_rate)
    whole = np.empty(sum(cut.end - cut.start for cut in kept), np.float32)
    at = 0
    for piece, cut in zip(pieces, kept, strict=True):
        part = whole[at : at + cut.end - cut.start]
        np.multiply(piece[cut.start : cut.end], np.float32(cut.gain), out=part)
        _fade(part, sample_rate)
        at += len(part)
    peak = float(max(np.max(whole, initial=0.0), -np.min(whole, initial=0.0)))
    if peak > _PEAK:
        whole *= np.float32(_PEAK / peak)
    return whole


def loudness(audio: NDArray[np.float32], sample_rate: int) -> float:
    """How loud it is to a listener, as a linear level; 0 for silence.

    After ITU-R BS.1770-4: power weighted by frequency, in blocks of 400 ms each 100 ms, those left out that lie 10 dB
    below the mean of the others. The weights are laid on the spectra of 100 ms, not filtered: within 0.1 dB of it.
    """
    hop = min(max(int(_HOP_S * sample_rate), 1), max(len(audio), 1))
    frames = np.asarray(audio[: len(audio) // hop * hop], np.float32).reshape(-1, hop)
    if not len(frames):
        return 0.0
    spectrum = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    weight = 2.0 * _ear(np.asarray(np.fft.rfftfreq(hop, 1.0 / sample_rate), np.float64)) / hop**2
    power = np.concatenate([[0.0], np.cumsum(spectrum @ weight)])
    block = min(_BLOCK, len(frames))
    blocks = (power[block:] - power[:-block]) / block
    gate = 0.1 * float(np.mean(blocks[blocks > 0.001 * np.max(blocks)])) if np.max(blocks) > 0.0 else 0.0
    return float(np.sqrt(np.mean(blocks[blocks >= gate])))


def _ear(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """K-weighting: the power gain of the standard's two filters (a shelf, a high pass), which it gives at 48 kHz."""
    z = np.exp(-2j * np.pi * hz / 48_000.0)
    shelf = np.polyval((1.19839281085285, -2.69169618940638, 1.53512485958697), z)
    shelf = shelf / np.polyval((0.73248077421585, -1.69065929318241, 1.0), z)
    high = np.polyval((1.0, -2.0, 1.0), z) / np.polyval((0.99007225036621, -1.99004745483398, 1.0), z)
    return np.asarray(np.abs(shelf * high) ** 2)


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
    return audio[slice(*_edges(audio, sample_rate, before_s, after_s))]


def _edges(
    audio: NDArray[np.float32], sample_rate: int, before_s: float | None, after_s: float | None
) -> tuple[int, int]:
    """First frame and end of the piece with at most so much silence at its edges; None leaves an edge as it is."""
    power = _power(audio, sample_rate)
    hop = max(int(_FRAME_S * sample_rate), 1)
    loud = np.flatnonzero(power > np.max(power, initial=0.0) * 10.0 ** (_SILENT_DB / 10.0))
    if not len(loud):
        return 0, len(audio)
    start = 0 if before_s is None else max(int(loud[0]) * hop - int(before_s * sample_rate), 0)
    end = len(audio) if after_s is None else min((int(loud[-1]) + 1) * hop + int(after_s * sample_rate), len(audio))
    return start, end


def _kept_s(text: str) -> float:
    ending = text.rstrip("\"”’')] ")[-1:]
    return KEPT_SENTENCE_S if ending in ".!?…" else KEPT_CLAUSE_S if ending in ",;:—–" else KEPT_WORD_S


def _power(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Mean square of each 10 ms."""
    hop = max(int(_FRAME_S * sample_rate), 1)
    whole = len(audio) // hop * hop
    return np.asarray(np.mean(np.asarray(audio[:whole], np.float64).reshape(-1, hop) ** 2, axis=1))


def _fade(audio: NDArray[np.float32], sample_rate: int) -> None:
    """Fade a piece in and out, in place."""
    count = min(int(FADE_S * sample_rate), len(audio) // 2)
    if count:
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
        audio[:count] *= ramp
        audio[-count:] *= ramp[::-1]
