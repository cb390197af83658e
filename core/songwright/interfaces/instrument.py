"""The contract of an instrument: notes to audio, as a pure function."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.component import Component
from songwright.interfaces.controls import Controls

#: One note as an instrument sees it: times in frames, everything it may need to sound like itself.
EVENT = np.dtype(
    [
        ("start", np.int64),  # frames from the first frame of ``out``; never negative
        ("length", np.int64),  # frames until the note is let go; at least 1
        ("pitch", np.float32),  # MIDI note number, fractional for bends; drums: General MIDI drum number
        ("velocity", np.float32),  # 0..1
        ("articulation", np.uint8),  # see songwright.music.notes.Articulation
        ("from_pitch", np.float32),  # pitch of the note it is tied to (legato), else its own pitch
        ("time_s", np.float64),  # start in the song, in seconds: for free-running LFOs
        ("seed", np.uint32),  # keyed by the track and the note: the only source of chance
    ],
    align=True,
)


class Instrument(Component):
    """Renders notes to stereo audio.

    An instrument keeps nothing from one call to the next: what a note sounds like depends on its
    event and the controls alone. The host cuts a track into pages, hands each page's notes over
    whole and adds the pages' tails together. So no result depends on block size, notes may be
    packed side by side into vector lanes, and pages can be rendered in parallel.
    """

    #: Lowest and highest MIDI note it plays well; the arrangement stays inside, ``check`` warns outside.
    midi_range: ClassVar[tuple[int, int]] = (0, 127)
    #: Whether pitches are General MIDI drum numbers.
    is_drums: ClassVar[bool] = False

    def prepare(self, sample_rate: int) -> None:
        """Build tables for ``sample_rate`` (Hz). Called once, before the first render."""

    def render(self, events: NDArray[np.void], controls: Controls, out: NDArray[np.float32]) -> None:
        """Add all ``events`` (dtype :data:`EVENT`, sorted by start, then pitch) to ``out``.

        ``out`` has shape ``(2, frames)`` and reaches to the last note's end plus :attr:`tail_s`.
        Aim for about -18 dBFS RMS with one busy part at velocity 0.8, so that faders sit near 0 dB.
        """
        raise NotImplementedError

    @property
    def tail_s(self) -> float:
        """Seconds a note may sound after it is let go, at most."""
        return 0.0
