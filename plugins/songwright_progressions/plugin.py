"""The built-in progressions, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright_progressions.named import LOOPS, TwelveBar
from songwright_progressions.wander import Wander


@hookimpl
def songwright_progressions() -> list[type]:
    """The built-in progressions."""
    return [*LOOPS, TwelveBar, Wander]
