"""Values that an option of the command line gives by a name of its own. Light: the command line's options import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Given:
    """A value over the project's, and the option that gave it, as problems name it: ``Given("2", "--reroll c1")``."""

    value: Any
    option: str
