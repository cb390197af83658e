"""Audio files, written as a stream: WAV, FLAC, OGG Vorbis and MP3.

Each takes float audio block by block, so memory does not grow with the song, and tells the hash of the
samples that went in. The same audio gives the same file, byte for byte.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from songwright.files.mp3 import RATES, Mp3Pieces, Mp3Stream
from songwright.files.ogg import fix_serial
from songwright.files.samples import Chunks, Depth, Quantizer, left_aligned
from songwright.files.tags import Tags
from songwright.files.wav import WavFile

Format = Literal["wav", "flac", "mp3", "ogg"]

#: Quality of OGG Vorbis, 0 to 1: about 224 kbit/s.
_VORBIS_QUALITY = 0.7


class _Encoder(Protocol):
    """Something that takes samples as a :class:`Quantizer` gives them."""

    def write(self, samples: Any) -> None: ...
    def close(self) -> None: ...
    def abandon(self) -> None: ...


class AudioFile:
    """A stereo audio file that is being written.

    Args:
        path: where it goes; its ending does not matter.
        kind: the format.
        sample_rate: Hz.
        depth: of the samples. FLAC knows no float and takes 24 bit then; OGG takes float and MP3 takes
            dithered 16 bit whatever is asked, because that is what their encoders hear.
        tags: what the file says about itself.
        jobs: threads that an encoder may use beside the one that writes. No byte depends on it.
    """

    def __init__(self, path: Path, kind: Format, sample_rate: int, depth: Depth, tags: Tags, jobs: int = 1) -> None:
        self._quantizer = Quantizer(stored_depth(kind, depth))
        self._encoder = _encoder(path, kind, sample_rate, self._quantizer.depth, tags, jobs)

    def write(self, audio: NDArray[np.float32]) -> None:
        """Append a block, shape ``(2, frames)``."""
        self._encoder.write(self._quantizer.take(audio))

    def close(self) -> None:
        """Finish the file."""
        self._encoder.close()

    def abandon(self) -> None:
        """Let go of an unfinished file."""
        with contextlib.suppress(OSError):  # what was buffered may not fit on the disk either
            self._encoder.abandon()

    @property
    def sha256(self) -> str:
        """Hash of the samples that were written, as :attr:`Quantizer.sha256` defines it."""
        return self._quantizer.sha256

    @property
    def clipped(self) -> int:
        """Samples that were beyond full scale and had to be cut."""
        return self._quantizer.clipped


def stored_depth(kind: Format, depth: Depth) -> Depth:
    """The depth of what a format's encoder is given."""
    if kind == "mp3":
        return Depth.INT16
    if kind == "ogg":
        return Depth.FLOAT32
    return Depth.INT24 if kind == "flac" and depth is Depth.FLOAT32 else depth


def _encoder(path: Path, kind: Format, sample_rate: int, depth: Depth, tags: Tags, jobs: int) -> _Encoder:
    if kind == "wav":
        return WavFile(path, sample_rate, depth, tags)
    if kind == "mp3":
        return Mp3Pieces(path, sample_rate, tags, jobs) if sample_rate in RATES else Mp3Stream(path, sample_rate, tags)
    return _SoundFile(path, kind, sample_rate, depth, tags)


class _SoundFile:
    """FLAC and OGG by libsndfile."""

    def __init__(self, path: Path, kind: Format, sample_rate: int, depth: Depth, tags: Tags) -> None:
        import soundfile

        self._path, self._kind = path, kind
        subtype = "VORBIS" if kind == "ogg" else f"PCM_{depth}"
        quality = {"compression_level": 1.0 - _VORBIS_QUALITY} if kind == "ogg" else {}
        with self._machine_blamed():
            self._file = soundfile.SoundFile(path, "w", sample_rate, 2, subtype, format=kind.upper(), **quality)
            for name, text in tags.items():
                setattr(self._file, name, text)
        self._chunks = Chunks()

    def write(self, samples: NDArray[Any]) -> None:
        if samples.dtype == np.uint8:
            samples = left_aligned(samples)
        with self._machine_blamed():
            for chunk in self._chunks.of(samples):
                self._file.write(chunk)

    def close(self) -> None:
        with self._machine_blamed():
            self._file.write(self._chunks.rest)
            self._file.close()
        if self._kind == "ogg":
            fix_serial(self._path)

    def abandon(self) -> None:
        with self._machine_blamed():
            self._file.close()

    @contextlib.contextmanager
    def _machine_blamed(self) -> Iterator[None]:
        """Make what libsndfile says when it cannot write an OSError, as everybody else's."""
        import soundfile

        try:
            yield
        except soundfile.SoundFileError as error:
            raise OSError(errno.EIO, f"libsndfile could not write it: {error}", str(self._path)) from error
