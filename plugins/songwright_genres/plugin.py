"""The built-in genres, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_genres() -> list[type]:
    """The built-in genres."""
    return []


@hookimpl
def songwright_patterns() -> list[type]:
    """The built-in patterns."""
    return []
