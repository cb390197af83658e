"""The singer: lyrics and melody to a voice, and when each of its sounds is heard.

:func:`~songwright.singing.song.sing` sings all voice tracks of a song,
:func:`~songwright.singing.performance.perform` is the whole way for one of them. Both can be imported from here;
nothing heavy is imported until they are.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from songwright.singing.performance import Performance, perform
    from songwright.singing.song import sing
    from songwright.singing.store import voice_store
    from songwright.singing.vocals import Vocals

_HOME = {
    "Performance": "performance",
    "perform": "performance",
    "Vocals": "vocals",
    "sing": "song",
    "voice_store": "store",
}

__all__ = ["Performance", "Vocals", "perform", "sing", "voice_store"]


def __getattr__(name: str) -> Any:
    """Import the singing engine when it is first asked for."""
    if name in _HOME:
        return getattr(import_module(f"songwright.singing.{_HOME[name]}"), name)
    raise AttributeError(f"module 'songwright.singing' has no attribute {name!r}")
