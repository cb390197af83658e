"""Where speech and singing are kept: what was spoken and sung once is never made again.

Arrays in a :class:`songwright.store.Store`, one file of NumPy's ``npz`` an entry, named by the hash of all that it
depends on.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from songwright.store import LIMITS_BYTES, user_store
from songwright.store import Store as Files

Arrays = Mapping[str, NDArray[np.generic]]


def voice_store() -> Store:
    """The user's store: ``voices`` in the cache."""
    return Store(user_store("voices").folder)


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

    def __init__(self, folder: Path, limit_bytes: int = LIMITS_BYTES["voices"]) -> None:
        self.files = Files(folder, limit_bytes)
        self.hits = self.misses = 0
        self._lock = threading.Lock()

    def get(self, name: str) -> dict[str, NDArray[np.generic]] | None:
        """The arrays stored under ``name``, or None."""
        arrays = None
        if (data := self.files.get(name)) is not None:
            try:
                with np.load(io.BytesIO(data), allow_pickle=False) as found:
                    arrays = {field: found[field] for field in found.files}
            except (ValueError, KeyError, EOFError, BadZipFile):
                self.files.discard(name)
        with self._lock:
            self.hits, self.misses = self.hits + (arrays is not None), self.misses + (arrays is None)
        return arrays

    def put(self, name: str, arrays: Arrays) -> None:
        """Store ``arrays``. A store that cannot be written (full disk, no right) is no error: it only forgets."""
        data = io.BytesIO()
        np.savez(data, **arrays)  # type: ignore[arg-type]  # the stub takes its own keyword for a field
        self.files.put(name, data.getbuffer())

    def sweep(self) -> int:
        """Drop what was not read for longest until the bound holds. Returns the bytes that stay."""
        return self.files.sweep()
