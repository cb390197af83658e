"""Chance, by key: every draw depends on names, never on the order of calls.

Keys are hashed with BLAKE2b into the 128-bit key of a Philox counter generator
(Salmon et al. 2011), so that adding a track changes no other track's draws.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray


class _Key(ISeedSequence):
    """A generator's key as it stands. Given as ``key=``, the machine would be asked for entropy that nobody uses."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[np.uint32 | np.uint64]:
        """The key, which is as long as a Philox generator wants it."""
        return np.frombuffer(self._key, dtype, n_words)


@dataclass(frozen=True)
class Chance:
    """A source of generators, named by a seed and a path of keys.

    >>> bass = Chance(7).of("tracks", "bass")
    >>> bool(bass.rng("fills").random() == bass.rng("fills").random())
    True
    """

    seed: int
    path: tuple[str, ...] = ()

    def of(self, *names: str) -> Chance:
        """The chance that belongs to ``names`` within this one."""
        return Chance(self.seed, (*self.path, *names))

    def rng(self, *names: str) -> np.random.Generator:
        """A fresh generator for ``names``: the same names give the same draws."""
        key = _Key(self._digest(names, 16))
        return np.random.Generator(np.random.Philox(key))  # type: ignore[arg-type]  # its stubs lack ISeedSequence

    def number(self, *names: str) -> int:
        """A 32-bit number for ``names``, where a whole generator is too much."""
        return int.from_bytes(self._digest(names, 4), "little")

    def _digest(self, names: tuple[str, ...], size: int) -> bytes:
        text = "\x1f".join((str(self.seed), *self.path, *names))
        return hashlib.blake2b(text.encode(), digest_size=size, person=b"songwright").digest()
