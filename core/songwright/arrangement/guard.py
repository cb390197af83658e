"""Calling plugins: whatever one raises becomes a PluginError that names it and its distribution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from songwright.errors import PluginError, SongwrightError
from songwright.plugins import Entry


@contextmanager
def guarded(entry: Entry, doing: str) -> Iterator[None]:
    """Run a component's code. ``doing`` ends the sentence "<kind> failed while …"."""
    try:
        yield
    except SongwrightError:
        raise
    except Exception as error:
        raise complaint(entry, f"failed while {doing}: {type(error).__name__}: {error}") from error


def complaint(entry: Entry, message: str) -> PluginError:
    """A PluginError about one component: ``pattern 'busy-bass' <message>``."""
    text = f"{entry.kind} {entry.name!r} {message}"
    return PluginError(text, plugin=entry.plugin, distribution=entry.distribution)
