"""Rings: rows of frames that begin again at their start.

The first frames of a row lie once more behind its end, so that a stretch of up to 512 frames is read in one piece
wherever it begins. Writers write tiles of up to 256 frames on a fixed grid, which never straddle the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import part

_TILE, _AGAIN = 256, 512


def empty_rings(rows: int, longest_frames: float) -> NDArray[np.float32]:
    """Silent rings that hold the last ``longest_frames`` frames while a tile is written."""
    tiles = int(longest_frames) // _TILE + 2
    return np.zeros((rows, tiles * _TILE + _AGAIN), np.float32)


@part
def ring_frames(ring: NDArray[np.float32]) -> int:
    """After how many frames a row begins again."""
    return int(ring.shape[0] - _AGAIN)


@part
def stretch(ring: NDArray[np.float32], at: int, frames: int) -> NDArray[np.float32]:
    """A view of ``frames`` frames of a row from place ``at`` on, which may be negative: before the row's start."""
    begin = at + ring.shape[0] - _AGAIN if at < 0 else at
    return ring[begin : begin + frames]


@part
def repeat(ring: NDArray[np.float32], at: int, frames: int) -> None:
    """Let what was just written to place ``at`` of a row lie behind its end as well, where it belongs there."""
    if at < _AGAIN:
        fresh, again = ring[at : at + frames], ring[at + ring.shape[0] - _AGAIN :]
        for i in range(frames):
            again[i] = fresh[i]


@part
def diffuse(audio: NDArray[np.float32], ring: NDArray[np.float32], at: int, delay: int, share: float) -> None:
    """Send ``audio`` through an allpass (Schroeder 1962) of ``delay`` frames, in place."""
    frames, gain = audio.shape[0], np.float32(share)
    past, fresh = stretch(ring, at - delay, frames), ring[at : at + frames]
    for i in range(frames):
        out = past[i]
        fed = audio[i] - gain * out
        audio[i] = out + gain * fed
        fresh[i] = fed
    repeat(ring, at, frames)
