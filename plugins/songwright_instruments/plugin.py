"""The built-in instruments, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_instruments() -> list[type]:
    """The built-in instruments."""
    return []
