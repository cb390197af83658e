"""The stems of a render: each written and measured as it streams by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.files.audio import AudioFile, Format
from songwright.files.samples import Depth
from songwright.files.tags import Tags
from songwright.graph.nodes import StemPlan
from songwright.render.engine import Engine
from songwright.render.meters import LevelMeter
from songwright.render.result import RenderedFile, Stem


class StemWriter:
    """Writes and measures one stem."""

    def __init__(self, plan: StemPlan, folder: Path, kind: Format, sample_rate: int, depth: Depth, tags: Tags) -> None:
        self.plan = plan
        self._name = stem_name(plan, kind)
        path = folder / self._name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)  # it may be a link to an earlier result's file, which nobody may write through
        self._file = AudioFile(path, kind, sample_rate, depth, tags)
        self._meter = LevelMeter(sample_rate)

    def listen(self, engine: Engine, span: tuple[int, int]) -> None:
        """Have the engine feed this stem."""
        engine.listen([engine.stem(self.plan)], self._take, span)

    def _take(self, ports: Sequence[NDArray[np.float32]]) -> None:
        self._file.write(ports[0])
        self._meter.take(ports[0])

    def finish(self, cached: bool = False) -> Stem:
        """Close the file. ``cached`` says that the strip was not rendered anew."""
        self._file.close()
        file = RenderedFile(self._name, self._file.sha256, self._file.clipped)
        return Stem(self.plan.id, file, self._meter.levels(), self.plan.part_of, cached)

    def abandon(self) -> None:
        """Let go of an unfinished file; nothing happens to a finished one."""
        self._file.abandon()


def stem_name(plan: StemPlan, kind: Format) -> str:
    """The path of a stem's file in the output folder."""
    return f"stems/{plan.number:02d}-{plan.id}.{kind}"


def counted(plans: Sequence[StemPlan]) -> list[StemPlan]:
    """The stems that add up to the mix before the master: those that run into no other stem."""
    return [plan for plan in plans if plan.part_of is None]
