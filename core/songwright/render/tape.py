"""Tapes: audio kept on disk, written and read as a stream.

A tape holds one tap of one strip as the engine saw it, from its first frame on. It is cut into chunks; a chunk of
silence takes no space, and one with equal sides is kept once. Each chunk has a checksum that is verified when it is
read, so that damage is noticed before a sample of that chunk is heard.

::

    head: magic, chunk length, chunks, frames, checksum of the table │ chunks … │ table: kind, place, checksum a chunk
"""

from __future__ import annotations

import contextlib
import os
import struct
from typing import BinaryIO

import numpy as np
import xxhash
from numpy.typing import NDArray

from songwright.errors import RenderError
from songwright.store import Draft, Store, checksum

#: The engine's own block: then blocks and chunks are the same and nothing is put together.
CHUNK_FRAMES = 2**15
_MAGIC = b"SWtape1\n"
_HEAD = struct.Struct("<8sIIQ16s")
_FIRST = 4096  # where the first chunk lies
_ROW = np.dtype([("kind", "<u8"), ("at", "<u8"), ("sum", "<u8")])
_SILENT, _MONO, _STEREO = 0, 1, 2

Audio = NDArray[np.float32]  # planar stereo, shape (2, frames)


class DamagedTapeError(RenderError):
    """A tape is not what was recorded. It is thrown away by then: another render goes without it."""


class Recorder:
    """Writes a tape. If the machine cannot take it, nothing is kept and nobody is disturbed."""

    def __init__(self, store: Store, name: str) -> None:
        self._name, self._frames = name, 0
        self._rows: list[tuple[int, int, int]] = []
        self._at = _FIRST
        self._rest = np.zeros((2, 0), np.float32)  # less than a chunk
        self._draft: Draft | None = None
        with contextlib.suppress(OSError):
            self._draft = Draft(store)
            self._draft.file.seek(_FIRST)

    def write(self, audio: Audio) -> None:
        """Append a block, C-contiguous."""
        self._frames += audio.shape[1]
        waiting = np.concatenate((self._rest, audio), axis=1) if self._rest.shape[1] else audio
        whole = waiting.shape[1] - waiting.shape[1] % CHUNK_FRAMES
        for start in range(0, whole, CHUNK_FRAMES):
            self._chunk(waiting[0, start : start + CHUNK_FRAMES], waiting[1, start : start + CHUNK_FRAMES])
        self._rest = waiting[:, whole:].copy()

    def commit(self, frames: int) -> None:
        """Put the tape where it will be found. What lies after ``frames`` frames does not count."""
        self._frames = min(self._frames, frames)
        if missing := -self._rest.shape[1] % CHUNK_FRAMES:
            last = np.pad(self._rest, ((0, 0), (0, missing)))
            self._chunk(last[0], last[1])
        table = np.array(self._rows, _ROW).tobytes()
        head = _head(self._name, len(self._rows), self._frames, table)
        with contextlib.suppress(OSError):
            if self._draft:
                self._draft.write(table)
                self._draft.file.seek(0)
                self._draft.write(head)
                self._draft.commit(self._name)
        self.abandon()

    def abandon(self) -> None:
        """Keep nothing."""
        if self._draft:
            self._draft.close()
            self._draft = None

    def _chunk(self, left: NDArray[np.float32], right: NDArray[np.float32]) -> None:
        if self._draft is None:
            return
        if not _any_bit(left) and not _any_bit(right):
            self._rows.append((_SILENT, 0, 0))
            return
        mono = np.array_equal(left.view(np.uint32), right.view(np.uint32))  # bit for bit: -0.0 is not 0.0
        sides = (left.data,) if mono else (left.data, right.data)
        try:
            self._draft.write(*sides)
        except OSError:
            self.abandon()
            return
        self._rows.append((_MONO if mono else _STEREO, self._at, _sum(*sides)))
        self._at += sum(side.nbytes for side in sides)


class Tape:
    """Reads a tape.

    Args:
        store: where it lies.
        name: its name there.

    Raises:
        DamagedTapeError: from :meth:`read`, when the tape is not what was recorded.
    """

    def __init__(self, store: Store, name: str, file: BinaryIO, frames: int, rows: NDArray[np.void]) -> None:
        self.name, self.frames = name, frames
        self._store, self._file = store, file
        self._kinds, self._places, self._sums = (rows[field].tolist() for field in ("kind", "at", "sum"))
        self._held = -1  # the chunk in _chunk
        self._chunk: Audio | None = None

    @classmethod
    def find(cls, store: Store, name: str) -> Tape | None:
        """The tape of that name, or None. One whose head or table is damaged is thrown away."""
        file = store.open(name)
        if file is None:
            return None
        try:
            frames, rows = _contents(file, name)
        except (OSError, ValueError):
            file.close()
            store.discard(name)
            return None
        return cls(store, name, file, frames, rows)

    def read(self, start: int, out: Audio) -> None:
        """Fill ``out`` from frame ``start`` on; silence after the end."""
        frames = out.shape[1]
        if start % CHUNK_FRAMES == 0 and frames == CHUNK_FRAMES:
            self._load(start // CHUNK_FRAMES, out)
            return
        if self._chunk is None:
            self._chunk = np.zeros((2, CHUNK_FRAMES), np.float32)
        done = 0
        while done < frames:
            number, offset = divmod(start + done, CHUNK_FRAMES)
            if number != self._held:
                self._held = -1
                self._load(number, self._chunk)
                self._held = number
            part = min(frames - done, CHUNK_FRAMES - offset)
            out[:, done : done + part] = self._chunk[:, offset : offset + part]
            done += part

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _load(self, number: int, out: Audio) -> None:
        kind = self._kinds[number] if number < len(self._kinds) else _SILENT
        if kind == _SILENT:
            out.fill(0.0)
            return
        sides = (out[0].data,) if kind == _MONO else (out[0].data, out[1].data)
        try:
            got = os.preadv(self._file.fileno(), sides, self._places[number])
        except OSError:
            got = -1
        if got != sum(side.nbytes for side in sides) or _sum(*sides) != self._sums[number]:
            self._store.discard(self.name)
            raise DamagedTapeError("the render cache was damaged; what was damaged is thrown away: render again")
        if kind == _MONO:
            out[1] = out[0]


def _head(name: str, chunks: int, frames: int, table: bytes) -> bytes:
    start = _HEAD.pack(_MAGIC, CHUNK_FRAMES, chunks, frames, bytes(16))
    return start[:-16] + checksum(start, name.encode(), table)


def _contents(file: BinaryIO, name: str) -> tuple[int, NDArray[np.void]]:
    """Length and table of a tape.

    Raises:
        ValueError: they are damaged, or the file is shorter or longer than they say.
    """
    head = file.read(_HEAD.size)
    if len(head) != _HEAD.size:
        raise ValueError("no head")
    _, chunk_frames, chunks, frames, _ = _HEAD.unpack(head)
    size = os.fstat(file.fileno()).st_size
    table_bytes = chunks * _ROW.itemsize
    if chunk_frames != CHUNK_FRAMES or size < _FIRST + table_bytes:
        raise ValueError("another form")
    table = os.pread(file.fileno(), table_bytes, size - table_bytes)
    if head != _head(name, chunks, frames, table):
        raise ValueError("damaged")
    rows = np.frombuffer(table, _ROW)
    if size != _FIRST + table_bytes + 4 * CHUNK_FRAMES * int(rows["kind"].sum()):
        raise ValueError("cut")
    return frames, rows


def _any_bit(side: NDArray[np.float32]) -> bool:
    return bool(side[0].view(np.uint32)) or bool(side.view(np.uint64).any())


def _sum(*sides: memoryview) -> int:
    digest = xxhash.xxh3_64()
    for side in sides:
        digest.update(side)
    return digest.intdigest()
