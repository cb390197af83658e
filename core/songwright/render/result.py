"""What a render gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songwright.render.meters import Levels


@dataclass(frozen=True)
class RenderedFile:
    """An audio file that was written: ``name`` is its path in the output folder."""

    name: str
    sha256: str
    clipped: int = 0  # samples beyond full scale that had to be cut


@dataclass(frozen=True)
class Stem:
    """A stem that was written. ``part_of`` names the group whose stem counts in its stead."""

    id: str
    file: RenderedFile
    levels: Levels
    part_of: str | None = None
    cached: bool = False


@dataclass(frozen=True)
class Mix:
    """The mixdown: what was reached, and the files it was written to."""

    files: tuple[RenderedFile, ...]
    levels: Levels
    true_peak_dbtp: float
    gain_db: float  # the static gain before the limiter
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RenderResult:
    """All that a render left behind. ``files`` are relative to ``folder``."""

    folder: Path
    files: tuple[Path, ...]
    stems: tuple[Stem, ...]
    mix: Mix | None
    report: Mapping[str, Any]
