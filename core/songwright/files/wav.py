"""WAV files, written as a stream.

Written by hand because the bytes must depend on the audio alone (libsndfile stamps the time into float
files), and because the samples are hashed anyway as they go by. Files beyond 4 GB become RF64
(EBU Tech 3306): room for its ``ds64`` chunk is kept in a ``JUNK`` chunk.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from songwright.files.samples import Depth, Samples
from songwright.files.tags import Tags

_INFO = {"title": b"INAM", "artist": b"IART", "license": b"ICOP", "comment": b"ICMT"}
_LARGEST = 2**32 - 1


class WavHeader:
    """What stands before the samples of a stereo WAV file."""

    def __init__(self, sample_rate: int, depth: Depth, tags: Tags) -> None:
        self._frame_bytes = 2 * depth.bytes
        code, rate_bytes = 3 if depth is Depth.FLOAT32 else 1, sample_rate * self._frame_bytes
        shape = struct.pack("<HHIIHH", code, 2, sample_rate, rate_bytes, self._frame_bytes, 8 * depth.bytes)
        info = b"INFO" + b"".join(_chunk(_INFO[name], text.encode() + b"\0") for name, text in tags.items())
        self._head = _chunk(b"JUNK", bytes(28)) + _chunk(b"fmt ", shape) + (_chunk(b"LIST", info) if info[4:] else b"")

    def before(self, data_bytes: int) -> bytes:
        """The header of so many bytes of samples."""
        size = 4 + len(self._head) + 8 + data_bytes + data_bytes % 2
        if size <= _LARGEST:
            return b"RIFF" + struct.pack("<I", size) + b"WAVE" + self._head + b"data" + struct.pack("<I", data_bytes)
        sizes = struct.pack("<QQQI", size, data_bytes, data_bytes // self._frame_bytes, 0)
        head = _chunk(b"ds64", sizes) + self._head[8 + 28 :]
        return b"RF64" + struct.pack("<I", _LARGEST) + b"WAVE" + head + b"data" + struct.pack("<I", _LARGEST)


class WavFile:
    """A stereo WAV file that is being written. ``write`` takes what :meth:`Quantizer.take` gives."""

    def __init__(self, path: Path, sample_rate: int, depth: Depth, tags: Tags) -> None:
        self._file: BinaryIO = path.open("wb")
        self._header = WavHeader(sample_rate, depth, tags)
        self._bytes = 0
        self._file.write(self._header.before(0))

    def write(self, samples: Samples) -> None:
        """Append samples."""
        self._file.write(samples.data.cast("B"))
        self._bytes += samples.nbytes

    def close(self) -> None:
        """Finish the file: the sizes at its front are only known now."""
        with self._file as file:
            if self._bytes % 2:
                file.write(b"\0")
            file.seek(0)
            file.write(self._header.before(self._bytes))

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._file.close()


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
