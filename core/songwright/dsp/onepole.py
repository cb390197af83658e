"""First-order filters without waiting: recursions unrolled eight steps, for the compiler's vector code.

``y[n] = a x[n] + b x[n - 1] + p y[n - 1]``, put into itself until ``y[n - 8]`` stands on the right, is a sum of nine
inputs and one output that has long been known ("look-ahead", Parhi and Messerschmitt, IEEE Trans. ASSP 37, 1989).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import part

#: Frames that a filter's input and output hold from before.
BEFORE = 8


def unrolled(direct: NDArray[np.float64], late: NDArray[np.float64], pole: NDArray[np.float64]) -> NDArray[np.float32]:
    """Coefficients for :func:`filter_ahead` of filters ``(direct + late z^-1) / (1 - pole z^-1)``, shape ``(..., 10)``.

    They are nine taps of the input, and the share of the output eight frames ago.
    """
    between = [(late + pole * direct) * pole**power for power in range(7)]
    return np.stack([direct, *between, late * pole**7, pole**8], axis=-1).astype(np.float32)


def response(coefficients: NDArray[np.float32], turns: float) -> NDArray[np.complex128]:
    """The complex response of each filter at a frequency in turns a frame, shape ``(...)``."""
    z = np.exp(-2j * np.pi * turns)
    taps, share = coefficients[..., :9].astype(np.float64), coefficients[..., 9].astype(np.float64)
    return np.asarray((taps @ z ** np.arange(9)) / (1.0 - share * z**8))


@part
def filter_ahead(
    x: NDArray[np.float32], coefficients: NDArray[np.float32], y: NDArray[np.float32], frames: int
) -> None:
    """Filter ``x`` to ``y``, both of shape ``(8 + frames or more,)``, beginning with the eight frames before."""
    c = coefficients
    a, b, d, e, f, g, h, j, k, share = c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]
    for i in range(frames):
        near = (a * x[i + 8] + b * x[i + 7]) + (d * x[i + 6] + e * x[i + 5])
        far = (f * x[i + 4] + g * x[i + 3]) + (h * x[i + 2] + j * x[i + 1])
        y[i + 8] = ((near + far) + k * x[i]) + share * y[i]
