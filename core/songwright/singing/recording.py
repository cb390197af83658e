"""A recording of somebody's voice, from any sound file: read, made mono, trimmed, cut to its best half minute."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.profiles.profile import RATE, ProfileError
from songwright.singing.join import trimmed

LONGEST_S = 30.0  # of what is kept
MOST_S = 900.0  # of the file
EDGE_S = 0.1  # of silence kept at the ends
_RUMBLE_HZ = 50.0
_HOP_S = 0.02


@dataclass(frozen=True)
class Recording:
    """A voice, ready to be measured. ``audio`` is mono float32 at :data:`~songwright.profiles.profile.RATE`."""

    audio: NDArray[np.float32]
    peak: float  # of the file's samples, as they were
    clipped: float  # share of the file's samples that stand at its peak
    file_rate: int
    file_seconds: float
    channels: int
    sha256: str  # of the file
    name: str  # of the file

    @property
    def seconds(self) -> float:
        """How much of it is kept."""
        return len(self.audio) / RATE


def read_recording(path: Path) -> Recording:
    """Read a sound file (wav, flac, ogg, mp3, whatever libsndfile knows).

    Raises:
        ProfileError: it cannot be read, is no sound file, is empty, or far too long.
    """
    import soundfile

    try:
        data = path.read_bytes()
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.frames > MOST_S * file.samplerate:
                minutes = file.frames / file.samplerate / 60.0
                advice = "cut out half a minute of clear speech or song"
                raise ProfileError(f"{path.name} lasts {minutes:.0f} min, and {MOST_S / 60:.0f} are the most; {advice}")
            audio, rate = file.read(dtype="float32", always_2d=True), int(file.samplerate)
    except OSError as error:
        raise ProfileError(f"the recording {str(path)!r} cannot be read: {error.strerror or error}") from error
    except (soundfile.LibsndfileError, RuntimeError) as error:
        kinds = "wav, flac, ogg and mp3 can be read"
        raise ProfileError(f"the recording {str(path)!r} is no sound file, or a broken one ({kinds})") from error
    if not len(audio) or not np.isfinite(audio).all() or not audio.any():
        raise ProfileError(f"the recording {str(path)!r} holds no sound")
    mono = _mono(audio)
    peak = float(np.abs(mono).max())
    return Recording(
        audio=_best(trimmed(_at_rate(_without_rumble(mono, rate), rate), RATE, EDGE_S, EDGE_S)),
        peak=peak,
        clipped=float(np.mean(np.abs(mono) >= 0.99 * peak)),
        file_rate=rate,
        file_seconds=len(mono) / rate,
        channels=audio.shape[1],
        sha256=hashlib.sha256(data).hexdigest(),
        name=path.name,
    )


def _mono(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the channels; the loudest one where they cancel each other out or others are empty."""
    power = np.mean(audio.astype(np.float64) ** 2, axis=0)
    mean = audio.mean(axis=1, dtype=np.float64)
    if np.mean(mean**2) >= 0.5 * power.max():
        return np.asarray(mean, np.float32)
    return np.ascontiguousarray(audio[:, int(power.argmax())])


def _without_rumble(audio: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """No offset and no rumble below the voice (a Butterworth high-pass, run both ways)."""
    from scipy.signal import butter, sosfiltfilt

    sos = butter(2, _RUMBLE_HZ, "high", fs=rate, output="sos")
    padding = min(len(audio) - 1, int(0.1 * rate))
    return np.asarray(sosfiltfilt(sos, audio.astype(np.float64), padlen=padding), np.float32)


def _at_rate(audio: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    if rate == RATE:
        return audio
    import soxr

    return np.asarray(soxr.resample(audio, rate, RATE, quality="HQ"), np.float32)


def _best(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The half minute with the most voice in it, as it stands; shorter recordings whole."""
    most = int(LONGEST_S * RATE)
    if len(audio) <= most:
        return audio
    hop = int(_HOP_S * RATE)
    power = np.mean(audio[: len(audio) // hop * hop].astype(np.float64).reshape(-1, hop) ** 2, axis=1)
    loud = np.minimum(power, np.percentile(power, 90.0))  # a shout does not outweigh speech
    sums = np.concatenate(([0.0], np.cumsum(loud)))
    window = most // hop
    start = int(np.argmax(sums[window:] - sums[:-window])) * hop
    return audio[start : start + most]
