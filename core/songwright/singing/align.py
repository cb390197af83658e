"""Two recordings of the same words, laid over one another by dynamic time warping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEP_S = 0.010
_WINDOW_S = 0.025
_BANDS = 26
_CEPSTRA = 13


def warp_times(
    guide: NDArray[np.float32],
    guide_rate: int,
    other: NDArray[np.float32],
    other_rate: int,
    times_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where in ``other`` the moments ``times_s`` of ``guide`` are. Monotonic. Memory is one byte a pair of frames."""
    a, b = features(guide, guide_rate), features(other, other_rate)
    rows, columns = warping_path(a, b)
    first = np.searchsorted(rows, np.arange(len(a)))
    last = np.searchsorted(rows, np.arange(len(a)), "right") - 1
    middle = 0.5 * (columns[first] + columns[last])
    return np.asarray(np.interp(times_s / STEP_S, np.arange(len(a)), middle) * STEP_S)


def features(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Mel cepstra with their slopes, made independent of loudness and colour, one row each 10 ms."""
    window = int(_WINDOW_S * sample_rate)
    hop = round(STEP_S * sample_rate)
    padded = np.pad(np.asarray(audio, np.float64), (window // 2, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][: len(audio) // hop + 1]
    power = np.abs(np.fft.rfft(frames * np.hanning(window), axis=1)) ** 2
    logs = np.log(power @ _mel(window, sample_rate).T + 1e-8)
    logs = np.maximum(logs, logs.max() - 9.0)
    k = np.arange(_BANDS)
    basis = np.cos(np.pi / _BANDS * (k[None, :] + 0.5) * np.arange(_CEPSTRA)[:, None])
    cepstra = logs @ basis.T
    slope = np.gradient(cepstra, axis=0) if len(cepstra) > 1 else np.zeros_like(cepstra)
    both = np.hstack([cepstra, 2.0 * slope])
    return np.asarray((both - both.mean(axis=0)) / (both.std(axis=0) + 1e-3))


def _mel(window: int, sample_rate: int) -> NDArray[np.float64]:
    """Triangles, even on the mel scale from 60 Hz to 8 kHz."""
    edges_mel = np.linspace(_to_mel(60.0), _to_mel(min(8000.0, 0.48 * sample_rate)), _BANDS + 2)
    edges = 700.0 * (10.0 ** (edges_mel / 2595.0) - 1.0)
    hz = np.fft.rfftfreq(window, 1.0 / sample_rate)
    rise = (hz[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hz[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0.0, np.minimum(rise, fall)))


def _to_mel(hz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hz / 700.0))


def warping_path(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cheapest monotonic way through all pairs of rows: indices into ``a`` and ``b``.

    Costs are summed along anti-diagonals, whose cells do not depend on each other, so that each is one
    vector operation.
    """
    n, m = len(a), len(b)
    distance = np.sqrt(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2.0 * a @ b.T, 0.0))  # shape (n, m)
    came = np.zeros((n, m), np.uint8)  # 0 from both, 1 from the row above, 2 from the column before
    before = np.full(n, np.inf)
    last = np.full(n, np.inf)
    for diagonal in range(n + m - 1):
        rows = np.arange(max(0, diagonal - m + 1), min(n, diagonal + 1))
        columns = diagonal - rows
        cost = distance[rows, columns]
        both = np.where((rows > 0) & (columns > 0), before[rows - 1], np.inf)
        above = np.where(rows > 0, last[rows - 1], np.inf) + 0.1
        left = np.where(columns > 0, last[rows], np.inf) + 0.1
        ways = np.stack([both, above, left])
        choice = ways.argmin(axis=0)
        best = np.where(diagonal == 0, 0.0, ways[choice, np.arange(len(rows))])
        came[rows, columns] = choice
        before, last = last, np.full(n, np.inf)
        last[rows] = best + cost
    row, column = n - 1, m - 1
    path = [(row, column)]
    while row or column:
        step = came[row, column]
        row, column = row - (step != 2), column - (step != 1)
        path.append((row, column))
    indices = np.array(path[::-1], np.int64)
    return indices[:, 0], indices[:, 1]
