"""Proof that a render is what it must be: rendered again in another way, the same to the last bit.

The second render uses one thread, blocks of another size and no cache, in a folder that is thrown away. Hashes of the
mix and of every stem have to agree.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from songwright.errors import RenderError
from songwright.pipeline import RenderOptions, render
from songwright.plugins import Plugins
from songwright.progress import Progress

OTHER_BLOCK_FRAMES = 5000


def verify(
    path: Path | str,
    options: RenderOptions,
    report: Mapping[str, Any],
    *,
    plugins: Plugins | None = None,
    progress: Progress | None = None,
) -> int:
    """Render again and compare with ``report``; returns how many files agree.

    Raises:
        RenderError: a file differs. All that differ are named.
    """
    with tempfile.TemporaryDirectory(prefix="songwright-verify-") as folder:
        again = replace(
            options,
            out=Path(folder) / "out",
            jobs=1,
            block_frames=OTHER_BLOCK_FRAMES,
            cache=False,
            karaoke_video=False,
        )
        other = hashes(render(path, again, plugins=plugins, progress=progress).report)
    first = hashes(report)
    if different := sorted(name for name in first.keys() | other.keys() if first.get(name) != other.get(name)):
        raise RenderError(
            f"a second render gave other audio in {', '.join(different)}: an effect or instrument is not pure"
        )
    return len(first)


def hashes(report: Mapping[str, Any]) -> dict[str, str]:
    """File name → SHA-256 of its audio, for the mix and every stem of a report."""
    mix = report["mix"]["files"] if report["mix"] else []
    return {one["file"]: one["sha256"] for one in [*mix, *report["stems"]]}
