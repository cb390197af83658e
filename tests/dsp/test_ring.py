"""A stretch of a ring is what was written so many frames ago, wherever it begins."""

from __future__ import annotations

import numpy as np

from songwright.dsp.jit import kernel
from songwright.dsp.ring import empty_rings, repeat, ring_frames, stretch


@kernel
def write_and_read(values, ring, position, delay, out):
    start = 0
    while start < values.shape[0]:
        at = (position + start) % ring_frames(ring)
        length = min(256 - at % 256, values.shape[0] - start)
        ring[at : at + length] = values[start : start + length]
        repeat(ring, at, length)
        out[start : start + length] = stretch(ring, at - delay, length)
        start += length


def test_what_comes_out_is_what_went_in_before():
    values = np.arange(1.0, 5001.0, dtype=np.float32)
    for delay in (0, 3, 255, 300, 700):
        ring, out = empty_rings(1, 700)[0], np.empty_like(values)
        for start, stop in ((0, 1000), (1000, 1007), (1007, 5000)):
            write_and_read(values[start:stop], ring, start, delay, out[start:stop])
        assert np.array_equal(out, np.concatenate([np.zeros(delay, np.float32), values])[:5000])
