"""The built-in effects, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_effects() -> list[type]:
    """The built-in effects."""
    return []
