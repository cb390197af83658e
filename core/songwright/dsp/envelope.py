"""Envelopes as functions of time: no state, so no step can build up and any instant can be asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from songwright.dsp.approximation import exp2
from songwright.dsp.jit import kernel


@kernel
def adsr(t: Any, gate: Any, attack: Any, decay: Any, sustain: Any, release: Any) -> Any:
    """Attack, decay, sustain, release at frame ``t``, 0..1 (all float32; times in frames, at least 1).

    The attack rises along a parabola that arrives level; the decay falls exponentially, to 1 % of its way in
    ``decay``; from ``gate`` on the release falls exponentially from wherever the note was and is
    exactly zero after ``release``. Continuous for any ``gate``, however short.
    """
    return held(t, gate, attack, decay, sustain) * let_go(t, gate, release)


@kernel
def held(t: Any, gate: Any, attack: Any, decay: Any, sustain: Any) -> Any:
    """:func:`adsr` without its release: stands still from ``gate`` on."""
    one = np.float32(1.0)
    zero = np.float32(0.0)
    age = min(t, gate)
    x = min(one, max(zero, age / attack))
    fall = exp2(max(np.float32(-60.0), -np.float32(6.643856) * max(zero, age - attack) / decay))
    return x * (np.float32(2.0) - x) * (sustain + (one - sustain) * fall)


@kernel
def let_go(t: Any, gate: Any, release: Any) -> Any:
    """The release of :func:`adsr`: 1 up to ``gate``, 0 from ``gate + release`` on."""
    one = np.float32(1.0)
    zero = np.float32(0.0)
    gone = min(one, max(zero, (t - gate) / release))
    stretch = np.float32(1.007874)  # 128/127: seven octaves down is nothing
    return max(zero, stretch * exp2(np.float32(-7.0) * gone) - stretch * np.float32(0.0078125))
