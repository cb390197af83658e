"""Base of the karaoke formats that are text."""

from __future__ import annotations

from pathlib import Path

from songwright.arrangement.model import Arrangement
from songwright.arrangement.plan import TimingPlan
from songwright.files.karaoke import Sheet, sheet
from songwright.interfaces.exporter import NOTHING_SUNG, Exporter


class TextKaraoke(Exporter):
    """Writes a sheet as UTF-8 text."""

    def write(self, arrangement: Arrangement, path: Path, plan: TimingPlan = NOTHING_SUNG) -> None:
        """Write the plan's words to ``path``."""
        path.write_text(self.text(sheet(arrangement, plan)), encoding="utf-8", newline="\n")

    def text(self, song: Sheet) -> str:
        """The whole file."""
        raise NotImplementedError
