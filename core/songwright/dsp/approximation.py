"""Elementary functions for kernels: polynomials that compile into a loop's vector code.

``math.sin`` and ``math.exp2`` are calls that keep a loop from being vectorised. These are plain arithmetic in
float32; each states its error, and a test measures it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from songwright.dsp.jit import kernel


@kernel
def exp2(x: Any) -> Any:
    """Two to the power ``x`` (float32, -126..126), relative error below 3e-7.

    The integer part goes into the exponent's bits, the fraction (-0.5..0.5) through Taylor's series.
    """
    whole = np.floor(x + np.float32(0.5))
    y = (x - whole) * np.float32(0.6931471805599453)
    p = np.float32(1.3888889e-3)
    p = p * y + np.float32(8.3333333e-3)
    p = p * y + np.float32(4.1666667e-2)
    p = p * y + np.float32(1.6666667e-1)
    p = p * y + np.float32(0.5)
    p = p * y + np.float32(1.0)
    p = p * y + np.float32(1.0)
    return p * np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)


@kernel
def sin_turns(x: Any) -> Any:
    """Sine of ``x`` turns (float32), absolute error below 5e-7 within one turn of zero.

    Reduced to half a turn about zero, ``y``; then ``y (1/4 - y²) P(y²)``, whose zeros are the sine's own,
    with P fitted by weighted least squares on Chebyshev nodes.
    """
    y = x - np.floor(x + np.float32(0.5))
    z = y * y
    p = np.float32(12.22032557)
    p = p * z - np.float32(38.11816837)
    p = p * z + np.float32(67.04330064)
    p = p * z - np.float32(64.83465899)
    p = p * z + np.float32(25.13273028)
    return p * y * (np.float32(0.25) - z)


@kernel
def saturate(x: Any) -> Any:
    """A soft clipper like tanh (Padé 3/2), monotonic, ±1 beyond ±3 (float32)."""
    y = min(np.float32(3.0), max(np.float32(-3.0), x))
    square = y * y
    return y * (np.float32(27.0) + square) / (np.float32(27.0) + np.float32(9.0) * square)
