"""The singer: lyrics and melody to a voice, and when each of its sounds is heard.

:func:`songwright.singing.performance.perform` is the whole way for one track; ``songwright.singing.perform``
is short for it. Nothing heavy is imported until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from songwright.singing.performance import Performance, perform

__all__ = ["Performance", "perform"]


def __getattr__(name: str) -> Any:
    """Import the singing engine when it is first asked for."""
    if name in __all__:
        from songwright.singing import performance

        return getattr(performance, name)
    raise AttributeError(f"module 'songwright.singing' has no attribute {name!r}")
