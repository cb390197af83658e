"""The built-in voices, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.voice import Voice
from songwright_voices.hibari import Hibari


@hookimpl
def songwright_voices() -> list[type[Voice]]:
    """The built-in voices."""
    return [Hibari]
