"""The contract of an exporter: a render's arrangement to a file beside the audio."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from songwright.arrangement.model import Arrangement
from songwright.interfaces.component import Component


class Exporter(Component):
    """Writes one kind of file."""

    #: Ending of the file it writes, with the dot.
    suffix: ClassVar[str]

    def write(self, arrangement: Arrangement, path: Path) -> None:
        """Write ``path``. The host calls it with a path in a staging folder and renames it when all is whole."""
        raise NotImplementedError
