"""Two folders change places, in one step where the system can do that."""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Ending of the name a folder bears while it waits between two renames.
ASIDE = ".aside"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2(2)
_RENAME_SWAP = 2  # macOS: renamex_np(2)


def exchange(one: Path, other: Path) -> None:
    """Let two folders of one file system change places.

    On Linux and macOS this is a single step, which other processes and a crash see done or not done. Where
    the file system cannot do that, three renames do it, put back if one of them fails.
    """
    swap = _system_call()
    if swap is not None and swap(os.fsencode(one), os.fsencode(other)) == 0:
        return
    aside = one.with_name(one.name + ASIDE)
    other.rename(aside)
    try:
        one.rename(other)
    except BaseException:
        aside.rename(other)
        raise
    aside.rename(one)


@functools.cache
def _system_call() -> Callable[[bytes, bytes], int] | None:
    library: Any = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            call = library.renamex_np
            return lambda one, other: int(call(one, other, _RENAME_SWAP))
        call = library.renameat2
        return lambda one, other: int(call(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE))
    except AttributeError:
        return None
