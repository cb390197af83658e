"""A piece of work that never changes: what other times are told in, so that machines can be compared with themselves.

A processor that is throttled, shared or simply another makes the engine and this slower alike; their ratio stays.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import numpy as np

FRAMES = 1 << 21


@cache
def _kernel() -> Any:
    """A two-pole filter (work that waits for itself) and a polynomial of 32 lanes (work that vectorises)."""
    import numba

    @numba.njit(error_model="numpy", boundscheck=False)
    def work(signal: Any, lanes: Any) -> float:
        first = second = np.float32(0.0)
        for i in range(signal.shape[0]):
            x = signal[i] - np.float32(0.2) * first - np.float32(0.7) * second
            second, first = first, x
            row = i & 1023
            for lane in range(32):
                y = lanes[row, lane]
                lanes[row, lane] = y * (np.float32(0.99) - np.float32(0.01) * y * y) + np.float32(1.0e-4)
        return float(first)

    return work


@cache
def _material() -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    return rng.standard_normal(FRAMES, np.float32), rng.random((1024, 32), np.float32)


def calibrate(rounds: int = 5) -> float:
    """CPU seconds of the fixed work: the least of ``rounds``, compiled beforehand."""
    signal, lanes = _material()
    work = _kernel()
    work(signal[:1], lanes.copy())
    best = np.inf
    for _ in range(rounds):
        began = time.thread_time()
        work(signal, lanes.copy())
        np.sort(np.sin(signal))
        best = min(best, time.thread_time() - began)
    return float(best)
