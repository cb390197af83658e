"""A recording of somebody's voice, read and looked over before a model hears it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, VoiceRefusedError

SHORTEST_S, LONGEST_S = 2.0, 30.0
_QUIETEST = 10.0 ** (-50.0 / 20.0)  # RMS of a recording that holds no voice


def read(path: Path, voice: str) -> Reference:
    """The recording as mono; what lies beyond 30 s is left out.

    Raises:
        VoiceRefusedError: it cannot be read, is too short, or is silent.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError, RuntimeError) as error:
        raise VoiceRefusedError(f"its recording {path} cannot be read: {error}", voice=voice) from error
    audio = np.ascontiguousarray(samples.mean(axis=1), np.float32)[: int(LONGEST_S * rate)]
    name = hashlib.blake2b(audio.tobytes(), digest_size=16, person=b"voice reference", salt=b"%d" % rate).hexdigest()
    return checked(Reference(audio, int(rate), id=name), voice, str(path))


def checked(reference: Reference, voice: str, name: str = "the recording") -> Reference:
    """The recording, when a model can learn a voice from it.

    Raises:
        VoiceRefusedError: it is too short or silent.
    """
    seconds = len(reference.audio) / reference.sample_rate
    if seconds < SHORTEST_S:
        raise VoiceRefusedError(
            f"{name} is {seconds:.1f} s long: a voice takes {SHORTEST_S:g} s at least, 10 s are good", voice=voice
        )
    if not np.isfinite(reference.audio).all() or np.sqrt(np.mean(reference.audio**2)) < _QUIETEST:
        raise VoiceRefusedError(f"{name} is silent: record clean speech, 3 to 30 s of it", voice=voice)
    return reference


def at_rate(reference: Reference, sample_rate: int) -> NDArray[np.float32]:
    """The recording at a model's sample rate."""
    import soxr

    if reference.sample_rate == sample_rate:
        return reference.audio
    return np.asarray(soxr.resample(reference.audio, reference.sample_rate, sample_rate, quality="HQ"), np.float32)
