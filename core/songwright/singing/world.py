"""A recording as WORLD sees it: pitch, spectral envelope and aperiodicity, every 5 ms.

WORLD (Morise, Yokomori & Ozawa 2016) takes a voice apart so that it can be put together at another
pitch and pace. The envelope is kept as 40 mel-cepstral coefficients, the aperiodicity in bands: little
to store, and what is read back from a cache is to the bit what was just computed, for both go
through the same 32-bit coding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Pitch, Speech
from songwright.singing.join import active_level
from songwright.singing.phoneme import is_vowel
from songwright.singing.tracker import track

STEP_MS = 5.0
STEP_S = STEP_MS / 1000.0
BANDS = 40
LEAST_RATE = 12_000  # Hz: below, WORLD has no band of aperiodicity, and fails
LEAST_TRANSFORM = 128  # of decoding: WORLD writes all bands into half a transform's memory, and does not ask for room
FLOOR_HZ = 71.0  # of the pitch; fixes WORLD's transform length
VOICED_HZ = 60.0  # a provider's pitch below this means unvoiced
LOWEST_HZ = 60.0  # that is looked for in a recording: men's voices fall so low at the end of a line
INNER = 0.2  # share of a vowel at either end that may be unvoiced

LEVEL = 0.2  # RMS of what is spoken: sung at velocity 0.8, a part is then at about -18 dBFS

SILENCE_DB = -56.0  # below the loudest sample: what counts as silence before and after
MARGIN = 6  # frames kept beside the sound

#: Changes when stored analyses no longer fit: part of their cache keys.
VERSION = "7"


@dataclass(frozen=True)
class Analysis:
    """A recording taken apart. Frame ``i`` stands at ``i * STEP_S`` seconds."""

    f0_hz: NDArray[np.float32]  # (frames,), 0 where unvoiced
    envelope: NDArray[np.float32]  # (frames, BANDS), coded
    aperiodicity: NDArray[np.float32]  # (frames, bands), coded
    sample_rate: int

    def transform(self, lowest_hz: float = FLOOR_HZ) -> int:
        """WORLD's transform length for a voice that does not go below ``lowest_hz``: the higher, the shorter.

        Synthesis takes about as long as its transforms are: a soprano is put together in half a bass's time.
        """
        import pyworld

        return max(LEAST_TRANSFORM, int(pyworld.get_cheaptrick_fft_size(self.sample_rate, max(lowest_hz, FLOOR_HZ))))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What to store."""
        return {
            "f0_hz": self.f0_hz,
            "envelope": self.envelope,
            "aperiodicity": self.aperiodicity,
            "sample_rate": np.array(self.sample_rate),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Analysis:
        """What was stored."""
        return cls(
            np.asarray(arrays["f0_hz"], np.float32),
            np.asarray(arrays["envelope"], np.float32),
            np.asarray(arrays["aperiodicity"], np.float32),
            int(arrays["sample_rate"]),
        )


def analyse(speech: Speech) -> Analysis:
    """Take a recording apart, at a level that is the same for all voices.

    Its own pitch is used when it has one: tracking is the slowest stage. A recording of a telephone's rate is
    taken apart at :data:`LEAST_RATE`.
    """
    import pyworld

    speech = _at_least_rate(speech)
    rate = speech.sample_rate
    level = active_level(speech.audio, rate)
    audio = np.ascontiguousarray(speech.audio, np.float64) * (LEVEL / level if level else 1.0)
    frames = int(len(audio) / rate / STEP_S) + 1
    times_s = np.asarray(np.arange(frames) * STEP_S, np.float64)
    f0_hz = _on_grid(speech.pitch, times_s) if speech.pitch is not None else _tracked(audio, speech, frames)
    transform = pyworld.get_cheaptrick_fft_size(rate, FLOOR_HZ)
    heard = _heard(audio, rate, frames)
    grid = (audio, np.ascontiguousarray(f0_hz[heard]), np.ascontiguousarray(times_s[heard]), rate)
    envelope = pyworld.code_spectral_envelope(pyworld.cheaptrick(*grid, f0_floor=FLOOR_HZ), rate, BANDS)
    # WORLD's own test of voicing would overrule the tracker, which knows where vowels are.
    threshold = 0.85 if speech.pitch is not None else 0.0
    aperiodicity = _aperiodicity(*grid, transform, threshold)
    silence = ((heard.start, frames - heard.stop), (0, 0))
    return Analysis(
        f0_hz.astype(np.float32),
        np.pad(envelope, silence, "edge").astype(np.float32),
        np.pad(aperiodicity, silence, "edge").astype(np.float32),
        rate,
    )


def _at_least_rate(speech: Speech) -> Speech:
    if speech.sample_rate >= LEAST_RATE:
        return speech
    import soxr

    audio = soxr.resample(speech.audio, speech.sample_rate, LEAST_RATE, quality="HQ")
    return replace(speech, audio=np.asarray(audio, np.float32), sample_rate=LEAST_RATE)


def _aperiodicity(
    audio: NDArray[np.float64],
    f0_hz: NDArray[np.float64],
    times_s: NDArray[np.float64],
    sample_rate: int,
    transform: int,
    threshold: float,
) -> NDArray[np.float64]:
    """Coded aperiodicity of all frames. It changes slowly and costs most of all: every second frame is measured.

    A frame between two is their mean, or, where the voice sets in or stops, the one that is voiced as it is.
    """
    import pyworld

    even = (np.ascontiguousarray(f0_hz[::2]), np.ascontiguousarray(times_s[::2]))
    bands = pyworld.d4c(audio, *even, sample_rate, fft_size=transform, threshold=threshold)
    measured = pyworld.code_aperiodicity(bands, sample_rate)
    whole = np.repeat(measured, 2, axis=0)[: len(f0_hz)]
    voiced = f0_hz > 0
    between = np.arange(1, len(f0_hz) - 1, 2)
    left, right = measured[between // 2], measured[between // 2 + 1]
    steady = voiced[between - 1] == voiced[between + 1]
    nearer = np.where((voiced[between] == voiced[between + 1])[:, None], right, left)
    whole[between] = np.where(steady[:, None], 0.5 * (left + right), nearer)
    return np.asarray(whole)


def _heard(audio: NDArray[np.float64], sample_rate: int, frames: int) -> slice:
    """The frames between the first sound and the last: what lies outside is not worth taking apart."""
    loud = np.flatnonzero(np.abs(audio) > 10.0 ** (SILENCE_DB / 20.0) * np.max(np.abs(audio), initial=0.0))
    if not len(loud):
        return slice(0, frames)
    first, last = (int(at / sample_rate / STEP_S) for at in (loud[0], loud[-1]))
    return slice(max(first - MARGIN, 0), min(last + MARGIN, frames))


def _tracked(audio: NDArray[np.float64], speech: Speech, frames: int) -> NDArray[np.float64]:
    """The pitch of a recording; inside its vowels there always is one, between neighbours where none is found."""
    vowel = np.zeros(frames, bool)
    for span in speech.phonemes:
        if is_vowel(span.phoneme):
            edge_s = INNER * (span.end_s - span.start_s)
            vowel[round((span.start_s + edge_s) / STEP_S) : round((span.end_s - edge_s) / STEP_S)] = True
    f0_hz = track(audio, speech.sample_rate, STEP_S, LOWEST_HZ, vowel)
    sounding = np.flatnonzero(f0_hz > 0)
    if not len(sounding):
        return f0_hz
    filled = np.interp(np.arange(frames), sounding, f0_hz[sounding])
    return np.where((f0_hz > 0) | vowel, np.maximum(filled, FLOOR_HZ + 1.0), 0.0)


def _on_grid(pitch: Pitch, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """A provider's pitch at our frames; voicing of the nearest of its frames."""
    position = (times_s - pitch.offset_s) / pitch.step_s
    sounding = np.flatnonzero(pitch.hz > VOICED_HZ)
    if not len(sounding):
        return np.zeros(len(times_s))
    nearest = np.clip(np.round(position).astype(int), 0, len(pitch.hz) - 1)
    hz = np.maximum(np.interp(position, sounding, pitch.hz[sounding]), FLOOR_HZ + 1.0)
    return np.where(pitch.hz[nearest] > VOICED_HZ, hz, 0.0)


def envelope_at(analysis: Analysis, position: NDArray[np.float64], transform: int) -> NDArray[np.float64]:
    """The power envelope at fractional frames, shape ``(len(position), bins)``; logarithms are interpolated."""
    import pyworld

    coded = np.ascontiguousarray(_at(analysis.envelope, position), np.float64)
    return np.asarray(pyworld.decode_spectral_envelope(coded, analysis.sample_rate, transform))


def aperiodicity_at(analysis: Analysis, position: NDArray[np.float64], transform: int) -> NDArray[np.float64]:
    """The aperiodicity at fractional frames, shape ``(len(position), bins)``, 0 (tone) to 1 (noise)."""
    import pyworld

    coded = np.ascontiguousarray(_at(analysis.aperiodicity, position), np.float64)
    return np.asarray(pyworld.decode_aperiodicity(coded, analysis.sample_rate, transform))


def _at(values: NDArray[np.float32], position: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(position, 0.0, len(values) - 1.0)
    low = np.minimum(clipped.astype(np.int64), max(len(values) - 2, 0))
    high = np.minimum(low + 1, len(values) - 1)
    weight = (clipped - low)[:, None]
    return np.asarray(values[low] * (1.0 - weight) + values[high] * weight, np.float64)


def synthesise(
    f0_hz: NDArray[np.float64],
    envelope: NDArray[np.float64],
    aperiodicity: NDArray[np.float64],
    sample_rate: int,
) -> NDArray[np.float64]:
    """Put a voice together from its frames."""
    import pyworld

    return np.asarray(
        pyworld.synthesize(
            np.ascontiguousarray(f0_hz, np.float64),
            np.ascontiguousarray(envelope, np.float64),
            np.ascontiguousarray(aperiodicity, np.float64),
            sample_rate,
            STEP_MS,
        )
    )
