"""A store of files by content: what was made once from the same ingredients is not made again.

One file an entry, named by the hash of all that it depends on. There is no index that could disagree with the files:

- A file is written as a draft in a folder of its own and renamed when whole, so any number of processes may read and
  write. A draft is locked as long as its writer lives; the lock ends with the process, however it ends, and the next
  one clears the draft away.
- Every entry carries a checksum. One that is damaged is thrown away and counts as absent.
- When the store outgrows its bound, the entries that were not read for longest go first: a file's time of
  change is the time it was last asked for.

Nothing is flushed to the disk on purpose: after a power failure a file may be there without its content, and its
checksum says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import platformdirs
import xxhash

from songwright.errors import Problem, ProjectError
from songwright.units import parse_bytes

Data = bytes | bytearray | memoryview

#: What each of the user's stores may hold.
LIMITS_BYTES = {"renders": 4 << 30, "voices": 1 << 30}
CHECKSUM_BYTES = 16
#: Part of the bound that stays free after a sweep, so that the next entries do not sweep again.
_ROOM = 0.1
#: Written since the last sweep, as a share of the bound, until the next one.
_SWEEP_SHARE = 0.05
_DRAFTS = ".drafts"


def cache_root() -> Path:
    """Where everything lies that is kept between runs: ``SONGWRIGHT_CACHE`` or the user's cache folder."""
    return Path(os.environ.get("SONGWRIGHT_CACHE") or platformdirs.user_cache_dir("songwright"))


def user_store(kind: str) -> Store:
    """The user's store of ``renders`` or ``voices``. ``SONGWRIGHT_CACHE_LIMIT``, as in ``8 GiB``, bounds the renders.

    Raises:
        ProjectError: the limit is no amount of memory.
    """
    limit_bytes, asked = LIMITS_BYTES[kind], os.environ.get("SONGWRIGHT_CACHE_LIMIT")
    if kind == "renders" and asked:
        try:
            limit_bytes = parse_bytes(asked)
        except ValueError as error:
            raise ProjectError(Problem(str(error), "SONGWRIGHT_CACHE_LIMIT")) from None
    return Store(cache_root() / kind, limit_bytes)


def checksum(*data: Data) -> bytes:
    """16 bytes that tell whether data is what it was (XXH3-128; not made against an adversary)."""
    digest = xxhash.xxh3_128()
    for part in data:
        digest.update(part)
    return digest.digest()


def file_checksum(path: Path) -> bytes:
    """:func:`checksum` of a file's content."""
    digest = xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.digest()


@dataclass(frozen=True)
class Kept:
    """An entry as a listing shows it."""

    name: str
    path: Path
    bytes: int
    read_ns: int  # when it was last asked for, or made


class Store:
    """Files by name, in a folder. Threads and processes may share it.

    Args:
        folder: made when something is first stored.
        limit_bytes: what the entries may hold together.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder, self.limit_bytes = folder, limit_bytes
        self._written = 0
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        """Where an entry lies, or would."""
        return self.folder / name[:2] / name

    def open(self, name: str) -> BinaryIO | None:
        """An entry to read, unbuffered; None when there is none. It can be read to its end even if it is evicted."""
        try:
            file = self.path(name).open("rb", buffering=0)
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(file.fileno())
        return file

    def get(self, name: str) -> bytes | None:
        """What :meth:`put` stored. A damaged entry is thrown away."""
        try:
            data = self.path(name).read_bytes()
            os.utime(self.path(name))
        except OSError:
            return None
        content = memoryview(data)[:-CHECKSUM_BYTES]
        if checksum(name.encode(), content) != data[-CHECKSUM_BYTES:]:
            self.discard(name)
            return None
        return bytes(content)

    def put(self, name: str, content: Data) -> None:
        """Store ``content``. A store that cannot be written (full disk, no right) is no error: it only forgets."""
        with contextlib.suppress(OSError), Draft(self) as draft:
            draft.write(content, checksum(name.encode(), content))
            draft.commit(name)

    def discard(self, name: str) -> None:
        """Throw an entry away."""
        with contextlib.suppress(OSError):
            self.path(name).unlink()

    def entries(self) -> list[Kept]:
        """All entries, those first that were not read for longest."""
        found = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append(Kept(path.name, path, status.st_size, status.st_mtime_ns))
        return sorted(found, key=lambda entry: (entry.read_ns, entry.name))

    def free_bytes(self) -> int:
        """What the disk has room for."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return shutil.disk_usage(self.folder).free
        except OSError:
            return 0

    def note_written(self, size: int) -> None:
        """Count what was stored, and sweep now and then."""
        with self._lock:
            self._written += size
            due = self._written > self.limit_bytes * _SWEEP_SHARE
            self._written = 0 if due else self._written
        if due:
            self.sweep()

    def sweep(self) -> int:
        """Drop what was not read for longest, if the bound does not hold. Returns the bytes that stay."""
        entries = self.entries()
        total = sum(entry.bytes for entry in entries)
        if total <= self.limit_bytes:
            return total
        for entry in entries:
            if total <= self.limit_bytes * (1.0 - _ROOM):
                break
            with contextlib.suppress(OSError):
                entry.path.unlink()
                total -= entry.bytes
        return total

    def clear(self) -> int:
        """Drop every entry. Returns how many there were."""
        entries = self.entries()
        for entry in entries:
            self.discard(entry.name)
        self.clear_drafts()
        return len(entries)

    def clear_drafts(self) -> None:
        """Remove what processes left that were killed: drafts whose lock nobody holds."""
        for path in self._drafts():
            with contextlib.suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()

    def _drafts(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from (self.folder / _DRAFTS).iterdir()


class Draft:
    """An entry that is being written: gone when the block ends, unless it was committed.

    Raises:
        OSError: the machine cannot take it; also from :meth:`commit`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        drafts = store.folder / _DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        while True:
            handle, name = tempfile.mkstemp(dir=drafts, suffix=".part")
            self.path, self.file = Path(name), os.fdopen(handle, "wb", buffering=0)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if self.path.exists():  # else somebody cleared up before the lock was held
                return
            self.file.close()

    def write(self, *parts: Data) -> None:
        """Append all of ``parts``."""
        todo = [memoryview(part).cast("B") for part in parts]
        while todo := [part for part in todo if part.nbytes]:
            written = os.writev(self.file.fileno(), todo)  # may take less than it is given
            for i, part in enumerate(todo):
                todo[i] = part[written:]
                written = max(0, written - part.nbytes)

    def commit(self, name: str) -> None:
        """Make it an entry. What was there under that name gives way."""
        size, path = os.fstat(self.file.fileno()).st_size, self._store.path(name)
        path.parent.mkdir(exist_ok=True)
        self.path.replace(path)
        self._store.note_written(size)

    def close(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.file.close()

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
