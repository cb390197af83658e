"""What a track's singers sang, laid on one another and brought to the song's sample rate as it is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.singing.store import key

#: How long the resampler rings on after the last phrase.
_RING_S = 0.05
_VERSION = "1"  # changes when the same takes sound different


@dataclass(frozen=True)
class Take:
    """One phrase of one singer: mono float32, and the frame at which it begins."""

    start: int
    audio: NDArray[np.float32]


@dataclass(frozen=True)
class Line:
    """All that one singer sings, and its gain left and right."""

    gains: tuple[float, float]
    takes: tuple[Take, ...]


class SungSource:
    """A track's singers as a stream of the render graph.

    Nothing is put together before it is read: a strip that the cache holds costs nothing here, and the
    memory of one that is read does not grow with the song.

    Args:
        lines: what each singer sings.
        voice_rate: Hz of the takes, one for all.
        sample_rate: Hz of the stream.
        frames: the stream's length at most; beyond there is silence.
    """

    def __init__(self, lines: Sequence[Line], voice_rate: int, sample_rate: int, frames: int) -> None:
        self._lines, self._voice_rate, self.sample_rate, self.frames = lines, voice_rate, sample_rate, frames
        last = max((take.start + len(take.audio) for line in lines for take in line.takes), default=0)
        self.end_frame = min(frames, int((last / voice_rate + _RING_S) * sample_rate)) if last else 0
        self.channels = 1 if all(left == right for left, right in (line.gains for line in lines)) else 2
        self.rewind()

    @cached_property
    def key(self) -> bytes:
        """What it sounds like, for the keys of what is made of it."""
        lines = [
            (line.gains, [(take.start, key(np.ascontiguousarray(take.audio).tobytes())) for take in line.takes])
            for line in self._lines
        ]
        return key("source", _VERSION, lines, self._voice_rate, self.sample_rate, self.end_frame).encode()

    def rewind(self) -> None:
        """Go back to the song's first frame."""
        self._at = self._voice_at = 0  # frames read, and frames of the takes that were resampled
        self._ready = np.zeros((2, 0), np.float32)
        self._streams: list[Any] = []  # a resampler a line; made when they are needed

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames, shape ``(2, frames)``; silence after the end."""
        out = np.zeros((2, frames), np.float32)
        done, wanted = 0, min(frames, max(0, self.end_frame - self._at))
        while done < wanted:
            if not self._ready.shape[1]:
                self._ready = self._next_second()
            part = self._ready[:, : wanted - done]
            out[:, done : done + part.shape[1]] = part
            self._ready = self._ready[:, part.shape[1] :]
            done += part.shape[1]
        self._at += frames
        return out

    def whole(self) -> NDArray[np.float32]:
        """All of it, shape ``(2, frames)``, from the song's start."""
        self.rewind()
        return self.read(self.frames)

    def _next_second(self) -> NDArray[np.float32]:
        """About a second: what the resamplers give for one of the takes. Always cut at the same places."""
        start, count = self._voice_at, self._voice_rate
        self._voice_at += count
        self._streams = self._streams or [_resampler(self._voice_rate, self.sample_rate) for _ in self._lines]
        mixed = np.zeros((2, 0), np.float32)
        for line, stream in zip(self._lines, self._streams, strict=True):
            dry = np.zeros(count, np.float32)
            for take in line.takes:
                _add(dry, take.audio, take.start - start)
            sound = stream.resample_chunk(dry) if stream else dry
            if not mixed.size:
                mixed = np.zeros((2, len(sound)), np.float32)
            for channel, gain in enumerate(line.gains):
                mixed[channel] += np.float32(gain) * sound
        return mixed


def _resampler(voice_rate: int, sample_rate: int) -> Any:
    import soxr

    return None if voice_rate == sample_rate else soxr.ResampleStream(voice_rate, sample_rate, 1, "float32", "HQ")


def _add(out: NDArray[np.float32], audio: NDArray[np.float32], at: int) -> None:
    """Add ``audio`` at frame ``at``; what lies outside is cut."""
    audio = audio[max(-at, 0) :]
    at = max(at, 0)
    count = min(len(audio), len(out) - at)
    if count > 0:
        out[at : at + count] += audio[:count]
