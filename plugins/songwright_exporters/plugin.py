"""The built-in exporters, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_exporters() -> list[type]:
    """The built-in exporters."""
    return []
