"""The gain of a look-ahead limiter that never overshoots and never clicks.

Four steps, after Geraint Luff's "Designing a straightforward limiter" (Signalsmith Audio, 2022):

1. the true peaks of four frames together ask for a gain;
2. a sliding minimum holds every request for the length of the look-ahead (van Herk 1992, Gil and Werman
   1993: two comparisons for any length);
3. the gain may fall at once but rises exponentially (the release);
4. three moving averages in a row, as long together as the look-ahead, turn each fall into a smooth
   S-shaped ramp that arrives when the peak does.

Straight lines lead from one gain to the next, four frames on: after the averages nothing is left in the gain that
is as fast. A weighted mean of numbers that are all at most the request is at most the request: the ceiling holds
by construction. The averages add integers (gain in 1/2^30), so they are exact for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.jit import kernel

#: Frames for which one gain is asked.
_GROUP_FRAMES = 4
#: Frames on each side of a peak that are held down with it: a crest between samples leans on both.
_GUARD_FRAMES = 2


@dataclass(frozen=True)
class GainState:
    """All that :func:`limiting_gain` remembers. Sizes depend on the look-ahead only."""

    suffix: NDArray[np.float32]  # (hold,) minima from each place to the end of the previous stretch
    stretch: NDArray[np.float32]  # (hold,) requests of the present stretch
    boxes: NDArray[np.int64]  # (3, box) what stands in each moving average
    sums: NDArray[np.int64]  # (3,) their totals
    places: NDArray[np.int64]  # (3,) index in the stretch, index in the boxes, frames in the present group
    gain: NDArray[np.float64]  # (4,) the released gain, the two between which the present group goes, its peak

    @property
    def latency_frames(self) -> int:
        """Frames between a peak's reading and the gain that answers it."""
        return _GROUP_FRAMES * (3 * int(self.boxes.shape[1]) - 1) + _GUARD_FRAMES


def gain_state(lookahead_frames: int) -> GainState:
    """The state for a signal that has been silent for ever."""
    box = max(2, round((lookahead_frames / _GROUP_FRAMES + 1) / 3))
    hold = 3 * box  # groups from a peak's own to the last whose gain touches its guard
    unity = 1 << 30
    return GainState(
        suffix=np.ones(hold, np.float32),
        stretch=np.ones(hold, np.float32),
        boxes=np.stack([np.full(box, unity * box**power, np.int64) for power in range(3)]),
        sums=np.array([unity * box**power for power in (1, 2, 3)], np.int64),
        places=np.zeros(3, np.int64),
        gain=np.array([1.0, 1.0, 1.0, 0.0]),
    )


@kernel
def limiting_gain(
    peaks: NDArray[np.float32],
    ceiling: NDArray[np.float32],
    release: NDArray[np.float32],
    suffix: NDArray[np.float32],
    stretch: NDArray[np.float32],
    boxes: NDArray[np.int64],
    sums: NDArray[np.int64],
    places: NDArray[np.int64],
    gain: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Write the linear gain that keeps ``peaks`` under ``ceiling``, shape ``(frames,)``.

    ``ceiling`` is linear, ``release`` the share of the way back to unity gone in a frame; both have
    shape ``(frames,)`` or ``(1,)``. The rest is :class:`GainState`.
    """
    hold, box = suffix.shape[0], boxes.shape[1]
    place, corner, filled = places[0], places[1], places[2]
    first, second, third = sums[0], sums[1], sums[2]
    released, before, after = gain[0], gain[1], gain[2]
    ceiling_step = 0 if ceiling.shape[0] == 1 else 1
    release_step = 0 if release.shape[0] == 1 else 1
    scale = 1.0 / (1073741824.0 * box * box * box)
    least = np.float32(1.0)
    for i in range(place):
        least = min(least, stretch[i])
    loudest = np.float32(gain[3])
    quarter = np.float32(0.25) * np.float32(after - before)
    for i in range(peaks.shape[0]):
        loudest = max(loudest, peaks[i])
        filled += 1
        out[i] = np.float32(before) + quarter * np.float32(filled)
        if filled < _GROUP_FRAMES:
            continue
        filled = 0
        top = ceiling[i * ceiling_step]
        request = top / max(loudest, top)
        loudest = np.float32(0.0)
        stretch[place] = request
        least = min(least, request)
        held = least
        place += 1
        if place < hold:
            held = min(held, suffix[place])
        else:
            place = 0
            least = np.float32(1.0)
            running = np.float32(1.0)
            for k in range(hold - 1, -1, -1):
                running = min(running, stretch[k])
                suffix[k] = running
        kept = (1.0 - release[i * release_step]) ** 2
        released = min(np.float64(held), held + (released - held) * (kept * kept))
        whole = np.int64(released * 1073741824.0)
        first += whole - boxes[0, corner]
        boxes[0, corner] = whole
        second += first - boxes[1, corner]
        boxes[1, corner] = first
        third += second - boxes[2, corner]
        boxes[2, corner] = second
        corner += 1
        if corner == box:
            corner = 0
        before, after = after, third * scale
        quarter = np.float32(0.25) * np.float32(after - before)
    places[0], places[1], places[2] = place, corner, filled
    sums[0], sums[1], sums[2] = first, second, third
    gain[0], gain[1], gain[2], gain[3] = released, before, after, loudest
