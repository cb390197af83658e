"""The built-in effects, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.effect import Effect
from songwright_effects.eq import Eq
from songwright_effects.limiter import Limiter


@hookimpl
def songwright_effects() -> list[type[Effect]]:
    """The built-in effects."""
    return [Eq, Limiter]
