"""Steps of a stream that read and write tapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from songwright.graph.nodes import Strip, StripDelays
from songwright.render.schedule import Step
from songwright.render.strip import Port
from songwright.render.tape import Recorder, Tape


class TapeStep:
    """Plays a tape, block by block."""

    follows: Sequence[Step] = ()

    def __init__(self, tape: Tape, block_frames: int) -> None:
        self._tape, self._frames = tape, block_frames
        self.out = Port(self, block_frames)

    def run(self, window: int) -> None:
        """Read one block."""
        self._tape.read(window * self._frames, self.out.audio(window))


class RecordStep:
    """Records what another step leaves at a port."""

    def __init__(self, port: Port, recorder: Recorder) -> None:
        self._port, self.recorder = port, recorder
        self.follows: Sequence[Step] = (port.step,)

    def run(self, window: int) -> None:
        """Write one block."""
        self.recorder.write(self._port.audio(window))


def replayed(strip: Strip, delays: StripDelays) -> tuple[Strip, StripDelays]:
    """The strip as it stands when what comes out of its effects is on tape: only the fader is left.

    The tape has the strip's lateness in it, so the taps are as late as ever.
    """
    return (
        replace(strip, source=None, feeds=(), inserts=()),
        StripDelays(source=0, feeds=(), inserts=(), taps=delays.taps),
    )
