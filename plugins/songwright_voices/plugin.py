"""The built-in voices, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_voices() -> list[type]:
    """The built-in voices."""
    return []
