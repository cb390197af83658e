"""Sample values of a written file, as a library of others decodes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile


def decoded(path: Path, depth: str) -> bytes:
    """The frames of a lossless file as little-endian samples of ``depth``: "16", "24" or "32f"."""
    kind = {"16": "int16", "24": "int32", "32f": "float32"}[depth]
    samples, _ = soundfile.read(path, dtype=kind, always_2d=True)
    if depth != "24":
        return samples.astype(samples.dtype.newbyteorder("<")).tobytes()
    left_justified = samples.astype("<i4").view(np.uint8).reshape(-1, 4)
    return left_justified[:, 1:].tobytes()
