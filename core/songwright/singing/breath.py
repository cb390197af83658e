"""The breath before a phrase: the singer's own mouth, with air in the place of the voice.

Air drawn in is noise through the throat: it has the formants of a neutral vowel and none of the voice's fall towards
high frequencies. It swells for two thirds of its time and stops quickly, because singers breathe in until they begin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOUDEST_DB = -16.0  # of a breath at 100 %, against the phrase's voiced sounds
_SAMPLED = 4  # one in so many frames tells what the mouth is like
_SWELL = 0.68  # share of its time in which it rises
_BRIGHTER_HZ, _BRIGHTEST_HZ = 500.0, 6000.0  # between these air is 6 dB an octave brighter than the voice


def breathe(
    envelope: NDArray[np.float64], voiced: NDArray[np.bool_], frames: int, percent: float, sample_rate: int
) -> None:
    """Write a breath into the first ``frames`` frames of a phrase's power envelope.

    Args:
        envelope: power of each frame and bin, shape ``(frames, bins)``; changed in place.
        voiced: which frames have a pitch; the breath's have none.
        frames: how long the breath is.
        percent: how loud, 0 to 100.
        sample_rate: of the voice; the bins reach to half of it.
    """
    sung = envelope[voiced][::_SAMPLED]
    if not len(sung) or frames < 2:
        return
    voiced[:frames] = False
    mouth = np.exp(np.mean(np.log(sung + 1e-16), axis=0))
    hz = np.linspace(0.0, 0.5 * sample_rate, envelope.shape[1])
    air = mouth * (np.clip(hz, _BRIGHTER_HZ, _BRIGHTEST_HZ) / _BRIGHTER_HZ) ** 2 * (hz / (hz + 250.0)) ** 4
    level = 10.0 ** (LOUDEST_DB / 10.0) * (percent / 100.0) ** 2
    air *= level * np.median(np.mean(sung, axis=1)) / np.mean(air)
    t = (np.arange(frames) + 0.5) / frames
    swell = np.where(t < _SWELL, np.sin(0.5 * np.pi * t / _SWELL), np.cos(0.5 * np.pi * (t - _SWELL) / (1.0 - _SWELL)))
    envelope[:frames] = air[None, :] * (swell**4)[:, None]
