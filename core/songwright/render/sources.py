"""Where audio begins: instruments, rendered page by page, and silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from songwright.graph.automation import Panel
from songwright.graph.nodes import InstrumentPart

#: Notes are handed to an instrument by the page in which they start. A property of the sound, not of the
#: machine: sums are rounded page by page, so it may not change with block size or jobs.
PAGE_FRAMES = 2**18


class InstrumentSource:
    """Plays an instrument's part as a stream.

    All notes that start in a page are rendered whole, into a buffer that reaches to the end of their tails;
    what hangs over the page is where the next begins.
    """

    channels = 2

    def __init__(self, part: InstrumentPart) -> None:
        self._part = part
        self._panel = Panel(part.knobs)
        self.end_frame = part.end_frame
        self.rewind()

    def rewind(self) -> None:
        """Go back to the song's first frame."""
        self._page = 0  # the next page to render
        self._ready = np.zeros((2, 0), np.float32)  # rendered, not yet read; whole pages
        self._carry = np.zeros((2, 0), np.float32)  # tails of the pages before ``_page``
        self._page_room, self._carry_room = _Room(), _Room()

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames, shape ``(2, frames)``. A view: valid until the next call."""
        while self._ready.shape[1] < frames:
            rest = self._ready.copy()  # the page it is a view of is written over
            page = self._render_page()
            self._ready = np.concatenate((rest, page), axis=1) if rest.shape[1] else page
        out, self._ready = self._ready[:, :frames], self._ready[:, frames:]
        return out

    def _render_page(self) -> NDArray[np.float32]:
        start = self._page * PAGE_FRAMES
        self._page += 1
        begin, end = np.searchsorted(self._part.events["start"], (start, start + PAGE_FRAMES))
        notes = self._part.events[begin:end].copy()
        notes["start"] -= start
        reach = int((notes["start"] + notes["length"]).max()) + self._part.tail_frames if len(notes) else 0
        over = self._carry.shape[1]
        sound = self._page_room.audio(max(reach, PAGE_FRAMES, over))
        sound[:, :over] = self._carry
        sound[:, over:] = 0.0
        if len(notes):
            self._panel.turn_to(start, sound.shape[1])
            self._part.instrument.render(notes, self._panel, sound)
        self._carry = self._carry_room.audio(sound.shape[1] - PAGE_FRAMES)
        self._carry[:] = sound[:, PAGE_FRAMES:]
        return sound[:, :PAGE_FRAMES]


class _Room:
    """Memory for stereo audio that is used again page after page: fresh memory costs more than it looks."""

    def __init__(self) -> None:
        self._store = np.zeros(0, np.float32)

    def audio(self, frames: int) -> NDArray[np.float32]:
        """Room for ``frames`` frames, shape ``(2, frames)``. What is in it is anything."""
        if self._store.size < 2 * frames:
            self._store = np.empty(2 * frames, np.float32)
        return self._store[: 2 * frames].reshape(2, frames)


class Silence:
    """Nothing, for ever."""

    channels = 2
    end_frame = 0

    def rewind(self) -> None:
        """Stay silent."""

    def read(self, frames: int) -> NDArray[np.float32]:
        """``frames`` frames of zeros."""
        return np.zeros((2, frames), np.float32)
