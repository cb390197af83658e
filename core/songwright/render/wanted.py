"""What a render is to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from songwright.files.audio import Format
from songwright.files.samples import Depth
from songwright.files.tags import Tags
from songwright.graph.nodes import StemPlan
from songwright.project.model import MixOutput


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and how."""

    stems: tuple[StemPlan, ...]
    stem_format: Format
    mix: MixOutput | None
    depth: Depth
    span: tuple[int, int]  # the frames of the song that are written
    tags: Callable[[str], Tags]  # by the id of the stem, "" for the mix
    jobs: int
    block_frames: int
