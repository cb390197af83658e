"""A recording of somebody's voice, as a cloning model hears it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, VoiceRefusedError
from songwright.profiles.profile import RATE, ProfileError
from songwright.singing.recording import read_recording

SHORTEST_S = 2.0
_QUIETEST = 10.0 ** (-50.0 / 20.0)  # RMS of a recording that holds no voice


def read(path: Path, voice: str) -> Reference:
    """The recording as profiles take it: mono, trimmed, its best half minute. Its id is the hash of that.

    Raises:
        VoiceRefusedError: it cannot be read, is too short, or is silent.
    """
    try:
        audio = read_recording(path).audio
    except ProfileError as error:
        raise VoiceRefusedError(str(error), voice=voice) from error
    name = hashlib.blake2b(audio.tobytes(), digest_size=16, person=b"voice reference").hexdigest()
    return checked(Reference(audio, RATE, id=name), voice, str(path))


def checked(reference: Reference, voice: str, name: str = "the recording") -> Reference:
    """The recording, when a model can learn a voice from it.

    Raises:
        VoiceRefusedError: it is too short or silent.
    """
    seconds = len(reference.audio) / reference.sample_rate
    if seconds < SHORTEST_S:
        raise VoiceRefusedError(
            f"{name} holds {seconds:.1f} s of voice: {SHORTEST_S:g} s are the least, 10 s are good", voice=voice
        )
    if not np.isfinite(reference.audio).all() or np.sqrt(np.mean(reference.audio**2)) < _QUIETEST:
        raise VoiceRefusedError(f"{name} is silent: record clean speech, 3 to 30 s of it", voice=voice)
    return reference


def at_rate(reference: Reference, sample_rate: int) -> NDArray[np.float32]:
    """The recording at a model's sample rate."""
    if reference.sample_rate == sample_rate:
        return reference.audio
    import soxr

    return np.asarray(soxr.resample(reference.audio, reference.sample_rate, sample_rate, quality="HQ"), np.float32)
