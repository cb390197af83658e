"""Points between samples: what true peaks and oversampled curves both need.

A linear-phase low-pass of 32 taps a phase is its own mirror: the taps at one quarter are those at three quarters read
backwards, and those at the half are symmetrical. Sums and differences of the samples on both sides serve all three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel

#: Taps of each phase; a point lies in the middle of so many samples.
TAPS = 32


def fold(quarter: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float32]:
    """Taps for :func:`interpolate`, shape ``(3, 16)``, from those of two phases, shape ``(32,)``, oldest sample first.

    With ``s = x[k] + x[31 - k]`` and ``d = x[k] - x[31 - k]``, row 0 times ``s`` is the point halfway, and
    row 1 times ``s`` plus (minus) row 2 times ``d`` the point at one quarter (three quarters).
    """
    mirrored = quarter[::-1]
    folded = np.stack([half, (quarter + mirrored) / 2.0, (quarter - mirrored) / 2.0])
    return np.ascontiguousarray(folded[:, : TAPS // 2], np.float32)


@kernel
def interpolate(line: NDArray[np.float32], taps: NDArray[np.float32], count: int, out: NDArray[np.float32]) -> None:
    """Write the points at one, two and three quarters after ``line[i + 15]`` to ``out[:, i]``, for ``count`` frames."""
    even, halves, odd = out[0, :count], out[1, :count], out[2, :count]
    for i in range(even.shape[0]):
        halves[i] = even[i] = odd[i] = np.float32(0.0)
    for k in range(0, TAPS // 2, 4):  # four taps a pass: fewer trips to memory
        m0, m1, m2, m3 = taps[0, k], taps[0, k + 1], taps[0, k + 2], taps[0, k + 3]
        e0, e1, e2, e3 = taps[1, k], taps[1, k + 1], taps[1, k + 2], taps[1, k + 3]
        o0, o1, o2, o3 = taps[2, k], taps[2, k + 1], taps[2, k + 2], taps[2, k + 3]
        a, b, c, d = line[k:], line[k + 1 :], line[k + 2 :], line[k + 3 :]
        w, x, y, z = line[31 - k :], line[30 - k :], line[29 - k :], line[28 - k :]
        for i in range(even.shape[0]):
            s0, s1, s2, s3 = a[i] + w[i], b[i] + x[i], c[i] + y[i], d[i] + z[i]
            halves[i] += (m0 * s0 + m1 * s1) + (m2 * s2 + m3 * s3)
            even[i] += (e0 * s0 + e1 * s1) + (e2 * s2 + e3 * s3)
            odd[i] += (o0 * (a[i] - w[i]) + o1 * (b[i] - x[i])) + (o2 * (c[i] - y[i]) + o3 * (d[i] - z[i]))
    for i in range(even.shape[0]):
        even[i], odd[i] = even[i] + odd[i], even[i] - odd[i]


@kernel
def gather(lines: NDArray[np.float32], taps: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Add points between samples, filtered by the same low-pass, to ``out``: :func:`interpolate` transposed.

    The rows of ``lines`` are the points halfway, the sum of those at one and three quarters, and the latter less the
    former; 31 frames of each lie before those of ``out``.
    """
    for k in range(0, TAPS // 2, 2):
        m0, m1, e0, e1, o0, o1 = taps[0, k], taps[0, k + 1], taps[1, k], taps[1, k + 1], taps[2, k], taps[2, k + 1]
        half, pair, difference = lines[0], lines[1], lines[2]
        a, b, y, z = half[k:], half[k + 1 :], half[30 - k :], half[31 - k :]
        c, d, w, x = pair[k:], pair[k + 1 :], pair[30 - k :], pair[31 - k :]
        p, q, u, v = difference[k:], difference[k + 1 :], difference[30 - k :], difference[31 - k :]
        for i in range(out.shape[0]):
            first = (m0 * (a[i] + z[i]) + e0 * (c[i] + x[i])) + o0 * (p[i] - v[i])
            second = (m1 * (b[i] + y[i]) + e1 * (d[i] + w[i])) + o1 * (q[i] - u[i])
            out[i] += first + second
