"""The pitch a singer aims at, frame by frame: notes, glides, vibrato, drift."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.plan import PlannedNote
from songwright.interfaces.style import Style

_DRIFT_S = 0.25  # how slowly the pitch wanders
_VIBRATO_RISE_S, _VIBRATO_FALL_S = 0.3, 0.1
_SHORTEST_VIBRATO_S = 0.25  # a note needs this much after the delay to get one


def pitch_curve(
    notes: Sequence[PlannedNote], times_s: NDArray[np.float64], style: Style, rng: np.random.Generator
) -> NDArray[np.float64]:
    """MIDI pitch at each of ``times_s`` (evenly spaced), defined everywhere.

    A glide is half a cosine that arrives when the note begins, so that the vowel on the beat is in
    tune from its start.

    Args:
        notes: in order, at least one.
        times_s: seconds of the song.
        style: the singer's manner.
        rng: the source of the drift.
    """
    pitch = np.full(len(times_s), notes[0].pitch)
    glide_s = style.glide_ms / 1000.0
    for before, note in itertools.pairwise(notes):
        reach_s = min(glide_s, 0.5 * (before.end_s - before.start_s))
        weight = _ease((times_s - note.start_s) / max(reach_s, 1e-6) + 1.0)
        pitch += (note.pitch - before.pitch) * weight
    cents = _vibrato(notes, times_s, style) + style.drift_cents * _drift(times_s, rng)
    cents += style.detune_cents - _scoop(notes[0], times_s, style)
    return pitch + cents / 100.0


def _ease(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 before 0, 1 after 1, half a cosine between."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0.0, 1.0)))


def _vibrato(notes: Sequence[PlannedNote], times_s: NDArray[np.float64], style: Style) -> NDArray[np.float64]:
    cents = np.zeros(len(times_s))
    delay_s = style.vibrato_delay_ms / 1000.0
    if not style.vibrato_cents:
        return cents
    for note in notes:
        if note.end_s - note.start_s <= delay_s + _SHORTEST_VIBRATO_S:
            continue
        begin_s = note.start_s + delay_s
        inside = slice(*np.searchsorted(times_s, (begin_s, note.end_s)))
        t = times_s[inside]
        rise = np.clip((t - begin_s) / _VIBRATO_RISE_S, 0.0, 1.0)
        fall = np.clip((note.end_s - t) / _VIBRATO_FALL_S, 0.0, 1.0)
        wave = np.sin(2.0 * np.pi * style.vibrato_rate_hz * (t - begin_s))
        cents[inside] = style.vibrato_cents * rise * fall * wave
    return cents


def _drift(times_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Smooth noise of unit standard deviation."""
    if len(times_s) < 2:
        return np.zeros(len(times_s))
    step_s = float(times_s[1] - times_s[0])
    window = np.hanning(max(int(_DRIFT_S / step_s) | 1, 3))
    window /= np.sqrt(np.sum(window**2))
    noise = rng.standard_normal(len(times_s) + len(window) - 1)
    return np.asarray(np.convolve(noise, window, "valid"))


def _scoop(first: PlannedNote, times_s: NDArray[np.float64], style: Style) -> NDArray[np.float64]:
    """Cents below the first note: all the way before it, gone 120 ms into it."""
    return np.asarray(style.scoop_cents * (1.0 - _ease((times_s - first.start_s) / 0.12)))
