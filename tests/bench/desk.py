"""A mix with a voice in it, measured: does the voice stand out, is the sibilance tame, does mono survive?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float64]  # shape (2, frames)
_HOP_S = 0.05
_SINGING_DB = -30.0  # below the voice's loudest moment: there it sings


def ledger(stems: Mapping[str, Audio], mix: Audio, lead: Audio, backing: Audio | None, rate: int) -> dict[str, float]:
    """What a mixing engineer would look at, in dB.

    Args:
        stems: all stems that add up to the mix before its master.
        mix: the finished mix.
        lead: the lead vocal's stem.
        backing: the backing vocals' stem.
        rate: frames a second.
    """
    everything = np.sum(list(stems.values()), axis=0)
    voices = lead if backing is None else lead + backing
    presence = [_power(_band(one, rate, 1000.0, 4000.0)) for one in (voices, everything - voices)]
    own, theirs = (_moments(one, rate) for one in presence)
    sings = _moments(_power(lead), rate) > np.max(_moments(_power(lead), rate)) * 10 ** (_SINGING_DB / 10)
    figures = {"voice_over_band_1_4_khz": _db(own[sings].mean() / theirs[sings].mean())}
    hiss, tone = _power(_band(lead, rate, 5000.0, 9000.0)), _power(_band(lead, rate, 200.0, 4000.0))
    figures["sibilance_5_9_khz"] = _db(
        np.quantile(_moments(hiss, rate)[sings], 0.98) / _moments(tone, rate)[sings].mean()
    )
    if backing is not None:
        both = sings & (_moments(_power(backing), rate) > 1e-9)
        levels = [_moments(_power(one), rate)[both].mean() for one in (lead, backing)]
        figures["lead_over_backing"] = _db(levels[0] / levels[1]) if both.any() else 0.0
    figures["mono_loss"] = _db(np.mean((mix.sum(axis=0) / np.sqrt(2)) ** 2) / np.mean(np.sum(mix**2, axis=0)))
    figures["slope_db_per_octave"] = _slope(mix, rate)
    loud = np.sort(_moments(_power(lead), rate)[sings])
    figures["lead_range_p10_p95"] = _db(loud[int(0.95 * len(loud))] / loud[int(0.1 * len(loud))])
    return {name: round(value, 2) for name, value in figures.items()}


def _power(audio: Audio) -> Audio:
    return np.asarray(np.sum(audio**2, axis=0))


def _moments(power: Audio, rate: int) -> Audio:
    hop = int(_HOP_S * rate)
    return np.asarray(power[: len(power) // hop * hop].reshape(-1, hop).mean(axis=1) + 1e-15)


def _band(audio: Audio, rate: int, low_hz: float, high_hz: float) -> Audio:
    spectrum = np.fft.rfft(audio, axis=1)
    hz = np.fft.rfftfreq(audio.shape[1], 1.0 / rate)
    spectrum[:, (hz < low_hz) | (hz > high_hz)] = 0.0
    return np.asarray(np.fft.irfft(spectrum, audio.shape[1], axis=1))


def _slope(audio: Audio, rate: int) -> float:
    """Straight line through the octave bands from 125 Hz to 8 kHz, of power in an octave."""
    spectrum = np.abs(np.fft.rfft(audio.sum(axis=0))) ** 2
    hz = np.fft.rfftfreq(audio.shape[1], 1.0 / rate)
    centres = 125.0 * 2.0 ** np.arange(7)
    powers = [spectrum[(hz >= c / np.sqrt(2)) & (hz < c * np.sqrt(2))].sum() / c for c in centres]  # a density
    return float(np.polyfit(np.arange(7), 10 * np.log10(powers), 1)[0])


def _db(ratio: float) -> float:
    return float(10 * np.log10(ratio))
