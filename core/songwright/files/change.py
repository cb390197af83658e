"""What a render changed: stems whose audio is not that of the render which lay there before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from songwright.files.report import NAME
from songwright.render.result import Stem


def earlier_hashes(folder: Path) -> dict[str, str]:
    """Stem → SHA-256 of its audio in the earlier render in ``folder``; empty where there is none to be read."""
    try:
        stems = json.loads((folder / NAME).read_text(encoding="utf-8"))["stems"]
        return {str(stem["id"]): str(stem["sha256"]) for stem in stems}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def describe_change(earlier: Mapping[str, str], stems: Sequence[Stem]) -> dict[str, Any] | None:
    """Which stems differ from the earlier ones, which are the same, which are new; None where nothing lay there."""
    if not earlier:
        return None
    same = [stem.id for stem in stems if earlier.get(stem.id) == stem.file.sha256]
    new = [stem.id for stem in stems if stem.id not in earlier]
    changed = [stem.id for stem in stems if stem.id not in {*same, *new}]
    return {"changed": changed, "same": same, "new": new}
