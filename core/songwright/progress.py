"""How a long job says how far it is: the seam between the engine and whoever watches.

The engine calls, the watcher shows (or not). Calls come from the thread that runs the job, in order:
``stage`` opens a stage and closes the one before; ``step`` counts work done in it.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Watches a render."""

    def stage(self, name: str, steps: float = 0.0) -> None:
        """A stage begins. ``name`` is for people ("render"); ``steps`` is its amount of work, 0 when unknown."""

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """``amount`` of the stage's steps are done; ``note`` says what with ("drums")."""


class Silence:
    """Watches nothing."""

    def stage(self, name: str, steps: float = 0.0) -> None:
        """Nothing."""

    def step(self, amount: float = 1.0, note: str = "") -> None:
        """Nothing."""
