"""MP3 by LAME, in pieces that are encoded side by side.

LAME works on one stream with one thread, and would take longer than all the rest of a small change. So a song is cut
into pieces, each with an encoder of its own that begins a little before it and runs on a little past it: long enough
to have forgotten that it began in silence. Where two meet, there are frames that both have encoded; one of
them becomes the first that is taken from the later piece.

A frame may keep part of its data in the frame before it (the *bit reservoir*, ISO/IEC 11172-3, 2.4.2.7:
``main_data_begin`` says how many bytes). The change is therefore possible where the earlier piece has left at
least as many bytes for what follows as the later one has put there; those bytes are copied. Should there be no such
frame, the two pieces are encoded as one. All this depends on the audio alone, and so do the bytes.

It works at the rates of MPEG-1. At others LAME resamples, or makes frames of another kind: one encoder takes it all.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from songwright.files.id3 import id3_tag
from songwright.files.samples import Chunks
from songwright.files.tags import Tags

#: Constant bit rate in kbit/s, and LAME's quality (0 best, 9 fastest).
_KBPS, _QUALITY = 256, 5
#: Sample rates of MPEG-1, and the samples in one of its frames.
RATES, FRAME = (32_000, 44_100, 48_000), 1152
#: Frames from one piece's beginning to the next one's (20 s), frames that an encoder needs to settle, and how many
#: after those may become the change.
PIECE, _LEAD, _CHOICE = 768, 8, 24

Samples = NDArray[np.int16]  # shape (frames, 2)


@dataclass(frozen=True)
class _Piece:
    """Part of a song from the MP3 frame ``begin`` on: its samples, and its frames."""

    begin: int
    samples: Samples
    frames: list[bytes]


class Mp3Pieces:
    """An MP3 that is being written, in pieces.

    Args:
        path: where it goes.
        sample_rate: Hz, one of :data:`RATES`.
        tags: what the file says about itself.
        jobs: threads that encode; with 1 it is done by whoever writes.
    """

    def __init__(self, path: Path, sample_rate: int, tags: Tags, jobs: int = 1) -> None:
        self._rate, self._jobs = sample_rate, jobs
        self._file = _opened(path, tags)
        self._threads = ThreadPoolExecutor(jobs, "songwright-mp3") if jobs > 1 else None
        self._begin = 0  # of the piece that comes next
        self._samples: list[Samples] = [np.empty((0, 2), np.int16)]  # of it, so far
        self._encoding: deque[Future[_Piece]] = deque()
        self._last: _Piece | None = None  # the latest that is joined to what is written; it waits for the one after it
        self._written = 0  # frames of it

    def write(self, samples: Samples) -> None:
        """Append samples, shape ``(frames, 2)``. Returns when few enough pieces wait to be encoded."""
        self._samples.append(samples.copy())
        length = (PIECE + _LEAD + _CHOICE) * FRAME
        while sum(map(len, self._samples)) > length + FRAME:
            whole = np.concatenate(self._samples)
            self._encode(whole[:length])
            self._begin, self._samples = self._begin + PIECE, [whole[PIECE * FRAME :]]

    def close(self) -> None:
        """Finish the file."""
        self._encode(np.concatenate(self._samples))
        while self._encoding:
            self._join(self._encoding.popleft().result())
        assert self._last is not None
        with self._file as file:
            file.writelines(self._last.frames[self._written :])
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file, finished or not."""
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        self._file.close()

    def _encode(self, samples: Samples) -> None:
        if self._threads is None:
            self._join(_encoded(self._begin, samples, self._rate))
            return
        self._encoding.append(self._threads.submit(_encoded, self._begin, samples, self._rate))
        while len(self._encoding) > self._jobs:
            self._join(self._encoding.popleft().result())

    def _join(self, piece: _Piece) -> None:
        """Write what is settled of the last piece, up to where this one takes over."""
        last = self._last
        if last is None:
            self._last = piece
            return
        shift = piece.begin - last.begin
        for at in range(_LEAD, _LEAD + _CHOICE):
            reach = _reach(piece.frames[at])
            if reach <= _reach(last.frames[shift + at]):
                before, own = last.frames[shift + at - 1], piece.frames[at - 1]
                self._file.writelines(last.frames[self._written : shift + at - 1])
                self._file.write(before[: len(before) - reach] + own[len(own) - reach :])
                self._last, self._written = piece, at
                return
        both = np.concatenate((last.samples[: shift * FRAME], piece.samples))
        self._last = _encoded(last.begin, both, self._rate)


class Mp3Stream:
    """An MP3 that is being written by one encoder; see :class:`Mp3Pieces`."""

    def __init__(self, path: Path, sample_rate: int, tags: Tags) -> None:
        self._file, self._lame, self._chunks = _opened(path, tags), _lame(sample_rate), Chunks()

    def write(self, samples: Samples) -> None:
        """Append samples, shape ``(frames, 2)``."""
        for chunk in self._chunks.of(samples):
            self._file.write(self._lame.encode(chunk.tobytes()))

    def close(self) -> None:
        """Finish the file."""
        with self._file as file:
            file.write(self._lame.encode(self._chunks.rest.tobytes()))
            file.write(self._lame.flush())

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._file.close()


def _encoded(begin: int, samples: Samples, rate: int) -> _Piece:
    """A piece, encoded by an encoder of its own."""
    lame, chunks = _lame(rate), Chunks()
    stream = bytearray().join(lame.encode(chunk.tobytes()) for chunk in chunks.of(samples))
    stream += lame.encode(chunks.rest.tobytes()) + lame.flush()
    return _Piece(begin, samples, _frames(bytes(stream), rate))


def _frames(stream: bytes, rate: int) -> list[bytes]:
    """A stream of constant bit rate, frame by frame: some are padded with a byte."""
    frames, at = list[bytes](), 0
    while at < len(stream):
        length = 144_000 * _KBPS // rate + (stream[at + 2] >> 1 & 1)
        frames.append(stream[at : at + length])
        at += length
    return frames


def _reach(frame: bytes) -> int:
    """``main_data_begin``: how many bytes of the frame's data lie before it. At most 511: less than a frame has."""
    return frame[4] << 1 | frame[5] >> 7


def _opened(path: Path, tags: Tags) -> BinaryIO:
    file = path.open("wb")
    file.write(id3_tag(dict(tags.items())))
    return file


def _lame(sample_rate: int) -> Any:
    import lameenc

    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(2)
    lame.set_in_sample_rate(sample_rate)
    lame.set_bit_rate(_KBPS)
    lame.set_quality(_QUALITY)
    return lame
