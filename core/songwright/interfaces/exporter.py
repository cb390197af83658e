"""The contract of an exporter: a render's arrangement to a file beside the audio."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import TimingPlan
from songwright.interfaces.component import Component

NOTHING_SUNG = TimingPlan()


class Exporter(Component):
    """Writes one kind of file. The host asks for one in songs in which something is sung."""

    #: Ending of the file it writes, with the dot.
    suffix: ClassVar[str]

    def write(self, arrangement: Arrangement, path: Path, plan: TimingPlan = NOTHING_SUNG) -> None:
        """Write ``path``. The host calls it with a path in a staging folder and renames it when all is whole.

        ``plan`` says when each word, syllable and sound is sung, by all voice tracks together.
        """
        raise NotImplementedError
