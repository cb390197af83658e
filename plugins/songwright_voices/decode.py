"""Audio as a server sends it to mono float32; what is cut short is refused."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Request, Speech, VoiceError

_FASTEST = 45.0  # characters a second: nobody speaks so fast; a shorter answer was cut
_UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF, 0xFFFFFFFF - 36)  # what streaming servers write


def pcm(body: bytes, sample_rate: int, request: Request, voice: str) -> Speech:
    """Raw 16-bit little-endian mono."""
    if len(body) % 2:
        raise VoiceError("sent half a sample: the audio was cut off", voice=voice)
    samples = np.frombuffer(body, "<i2").astype(np.float32) / np.float32(32768.0)
    return _whole(samples, sample_rate, request, voice)


def container(body: bytes, kind: str, request: Request, voice: str) -> Speech:
    """WAV, FLAC, OGG or MP3, whatever it says it is."""
    import soundfile

    if not (kind.startswith("audio/") or kind == "application/octet-stream"):
        raise VoiceError(f"sent {kind} instead of audio", voice=voice)
    if body[:4] == b"RIFF":
        body = _checked_wav(body, voice)
    try:
        samples, rate = soundfile.read(io.BytesIO(body), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise VoiceError("sent audio that cannot be read", voice=voice) from error
    return _whole(np.ascontiguousarray(samples.mean(axis=1), np.float32), int(rate), request, voice)


def _checked_wav(body: bytes, voice: str) -> bytes:
    """A WAV file with all the data that its header promises; unknown sizes of streams are filled in."""
    at = 12
    while at + 8 <= len(body):
        name, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        if name != b"data":
            at += 8 + size + size % 2
            continue
        held = len(body) - at - 8
        if size in _UNKNOWN_SIZES:
            return (
                body[:4] + (len(body) - 8).to_bytes(4, "little") + body[8 : at + 4] + held.to_bytes(4, "little")
            ) + body[at + 8 :]
        if held < size:
            raise VoiceError(f"sent {held} of {size} bytes: the audio was cut off", voice=voice)
        return body
    raise VoiceError("sent a WAV file without audio", voice=voice)


def _whole(samples: NDArray[np.float32], sample_rate: int, request: Request, voice: str) -> Speech:
    seconds = len(samples) / sample_rate
    least = sum(c.isalnum() for c in request.text) / (_FASTEST * max(request.speed, 0.25))
    if seconds < least:
        raise VoiceError(f"sent {seconds:.2f} s for {len(request.text)} characters: it was cut off", voice=voice)
    return Speech(np.ascontiguousarray(samples, np.float32), sample_rate)
