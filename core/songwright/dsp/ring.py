"""Rings: rows of samples that begin again at their start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel


@kernel
def copy_out(rings: NDArray[np.float32], row: int, size: int, at: int, out: NDArray[np.float32]) -> None:
    """Fill ``out`` from place ``at`` on of a ring: the first ``size`` frames of a row of ``rings``."""
    begin = at % size
    first = min(out.shape[0], size - begin)
    # Slices, not sums of indices: the compiler must see that no index is negative.
    head, rest = rings[row, begin : begin + first], out[first:]
    for i in range(first):
        out[i] = head[i]
    for i in range(rest.shape[0]):
        rest[i] = rings[row, i]


@kernel
def copy_in(values: NDArray[np.float32], rings: NDArray[np.float32], row: int, size: int, at: int) -> None:
    """Put ``values`` to place ``at`` of a ring: the first ``size`` frames of a row of ``rings``."""
    begin = at % size
    first = min(values.shape[0], size - begin)
    head, rest = rings[row, begin : begin + first], values[first:]
    for i in range(first):
        head[i] = values[i]
    for i in range(rest.shape[0]):
        rings[row, i] = rest[i]
