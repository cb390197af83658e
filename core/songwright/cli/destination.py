"""Where a copy goes: to a file, or under its own name into a folder."""

from __future__ import annotations

import os
from pathlib import Path


def destination(wanted: str | None, name: str) -> Path:
    """The file that a copy called ``name`` is written to.

    ``wanted`` is a file, a folder, or nothing for this one. A folder that ends with a slash is made when it is missing.
    """
    folder = Path(wanted or ".")
    if wanted and wanted.endswith(("/", os.sep)):
        folder.mkdir(parents=True, exist_ok=True)
    return folder / name if folder.is_dir() else folder
