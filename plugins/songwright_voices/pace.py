"""Slower or faster speech at the same pitch, for voices that know one pace only.

Waveform-similarity overlap-add (Verhelst & Roelands 1993): windows of the recording are laid on one another at
another distance, each taken from where it continues the sound before it best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WINDOW_S = 0.030  # two periods of a low voice
_SEARCH_S = 0.010  # either way: a period of 100 Hz lies within


def at_pace(audio: NDArray[np.float32], sample_rate: int, speed: float) -> NDArray[np.float32]:
    """The recording at another pace.

    Args:
        audio: mono, shape ``(frames,)``.
        sample_rate: frames a second.
        speed: 1.0 returns ``audio`` itself, 0.5 is twice as long.

    Returns:
        Mono audio of ``round(len(audio) / speed)`` frames.
    """
    if speed <= 0.0:
        raise ValueError(f"speed {speed} is not above 0")
    length = round(len(audio) / speed)
    half = int(0.5 * _WINDOW_S * sample_rate)
    if speed == 1.0 or not len(audio):
        return audio
    search = int(_SEARCH_S * sample_rate)
    window = np.hanning(2 * half + 1)[:-1]
    source = np.pad(np.asarray(audio, np.float64), (half + search, 3 * half + 2 * search))
    out = np.zeros(length + 4 * half)
    weight = np.zeros_like(out)
    natural = search  # where in the source the sound before would go on
    for at in range(0, length + half, half):
        wished = search + min(round(at * speed), len(audio))
        best = _best(source, wished, natural, 2 * half, search)
        out[at : at + 2 * half] += window * source[best : best + 2 * half]
        weight[at : at + 2 * half] += window
        natural = best + half
    stretched = out / np.maximum(weight, 1e-3)
    return np.asarray(stretched[half : half + length], np.float32)


def _best(source: NDArray[np.float64], wished: int, natural: int, size: int, search: int) -> int:
    """The start within ``search`` of ``wished`` whose sound is most like that at ``natural``."""
    natural = min(natural, len(source) - size)
    first = max(min(wished - search, len(source) - size - 2 * search), 0)
    region = source[first : first + size + 2 * search]
    likeness = np.correlate(region, source[natural : natural + size], "valid")
    energy = np.cumsum(np.concatenate([[0.0], region**2]))
    norm = np.sqrt(np.maximum(energy[size:] - energy[:-size], 1e-12))
    return first + int(np.argmax(likeness / norm))
