"""A store of arrays on disk, by content: what was spoken and sung once is never made again.

One file an entry, named by the hash of all that it depends on. A file is written beside its place
and renamed when whole, so any number of processes may read and write; one that cannot be read is
thrown away and counts as absent. When the store outgrows its bound, the entries that were not read
for longest go first.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import platformdirs
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]

LIMIT_BYTES = 1 << 30
_SWEEP_SHARE = 0.05  # written since the last sweep, as a share of the bound, until the next one


def voice_store() -> Store:
    """The user's store: ``voices`` under ``SONGWRIGHT_CACHE`` or the user's cache folder."""
    root = os.environ.get("SONGWRIGHT_CACHE") or platformdirs.user_cache_dir("songwright")
    return Store(Path(root) / "voices")


def key(*parts: object) -> str:
    """A name for what ``parts`` determine. Floats are told apart to the last bit.

    >>> key("a", 0.1) == key("a", 0.1), key("a", "b") == key("ab")
    (True, False)
    """
    digest = hashlib.blake2b(digest_size=20, person=b"songwright voice")
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


class Store:
    """Arrays by key, in a folder. Threads and processes may share it."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder, self.limit_bytes = folder, limit_bytes
        self.hits = self.misses = 0
        self._written = 0
        self._lock = threading.Lock()

    def get(self, name: str) -> dict[str, NDArray[np.generic]] | None:
        """The arrays stored under ``name``, or None."""
        path = self._path(name)
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
                arrays = {field: data[field] for field in data.files}
            os.utime(path)
        except OSError:
            arrays = None
        except (ValueError, KeyError, EOFError, BadZipFile):
            path.unlink(missing_ok=True)
            arrays = None
        with self._lock:
            self.hits, self.misses = self.hits + (arrays is not None), self.misses + (arrays is None)
        return arrays

    def put(self, name: str, arrays: Arrays) -> None:
        """Store ``arrays``. A store that cannot be written (full disk, no right) is no error: it only forgets."""
        path = self._path(name)
        data = io.BytesIO()
        np.savez(data, **arrays)  # type: ignore[arg-type]  # the stub takes its own keyword for a field
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data.getbuffer())
                Path(beside).replace(path)
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise
        with self._lock:
            self._written += data.getbuffer().nbytes
            due = self._written > self.limit_bytes * _SWEEP_SHARE
            self._written = 0 if due else self._written
        if due:
            self.sweep()

    def sweep(self) -> int:
        """Drop what was not read for longest until the bound holds. Returns the bytes that stay."""
        files = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime_ns, status.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files, key=lambda file: file[0]):
            if total <= self.limit_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
        return total

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.npz"
