"""The built-in genres and the patterns their bands play, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright_genres.pop.drums import PopDrums


@hookimpl
def songwright_genres() -> list[type]:
    """The built-in genres."""
    return []


@hookimpl
def songwright_patterns() -> list[type]:
    """The built-in patterns."""
    return [PopDrums]
