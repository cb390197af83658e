"""The built-in progressions, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_progressions() -> list[type]:
    """The built-in progressions."""
    return []
