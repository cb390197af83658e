"""The finished mix while it is being made: master, one gain, limiter, block by block.

The same two engines as for a file work side by side here: the first renders the master on its threads, a few
blocks ahead; the second, its end, is walked by whoever reads. With the same gain the audio is the file's, bit for bit.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.graph.nodes import MASTER, RenderGraph, Tap
from songwright.project.model import MixOutput
from songwright.render.cache import RenderCache
from songwright.render.engine import BLOCK_FRAMES, Engine
from songwright.render.master import LIMITED, Limiting, Mastered, ending, master
from songwright.render.meters import LevelMeter
from songwright.render.scratch import Scratch
from songwright.render.strip import Port
from songwright.render.tape import DamagedTapeError

#: Frames in a block of the engines: small, so that the first are there soon.
STREAM_FRAMES = 2**13
#: How many blocks the first engine may be ahead of the reader.
_AHEAD = 16

Audio = NDArray[np.float32]


def stream_mix(
    graph: RenderGraph,
    target: MixOutput,
    gain_db: float,
    span: tuple[int, int],
    jobs: int,
    cache: RenderCache | None = None,
) -> Generator[Audio]:
    """The mix's frames from ``span[0]`` up to ``span[1]``, in blocks of shape ``(2, n)`` as they come.

    The iterator owns threads: close it, or read it to its end. Should a tape of the cache turn out to be damaged, it
    starts again without the cache and goes on where it was: the audio is the same.

    Raises:
        PluginError: a component failed; it is named.
        RenderError: the audio is not made of numbers.
    """
    start = span[0]
    try:
        with closing(_stream(graph, target, gain_db, span, jobs, cache)) as blocks:
            for block in blocks:
                start += block.shape[1]
                yield block
    except DamagedTapeError:
        yield from _stream(graph, target, gain_db, (start, span[1]), jobs, None)


def _stream(
    graph: RenderGraph,
    target: MixOutput,
    gain_db: float,
    span: tuple[int, int],
    jobs: int,
    cache: RenderCache | None,
) -> Generator[Audio]:
    channel = Channel(graph.frames)
    engine = Engine(graph, [(MASTER, Tap.POST)], STREAM_FRAMES, cache, graph.frames)
    engine.listen([engine.tap(MASTER, Tap.POST)], channel.put)
    limiter = ending(channel, graph, target, gain_db, STREAM_FRAMES)
    ready: deque[Audio] = deque()
    limiter.listen([limiter.tap(LIMITED, Tap.POST)], lambda ports: ready.append(ports[0].copy()), span)
    thread = threading.Thread(target=channel.fed_by, args=(engine, jobs), name="songwright-stream", daemon=True)
    thread.start()
    try:
        for _ in limiter.walk():
            while ready:
                yield ready.popleft()
    finally:
        channel.leave()
        thread.join()


def master_mix(
    graph: RenderGraph, target: MixOutput, jobs: int, finished: Scratch, folder: Path, cache: RenderCache | None = None
) -> Mastered:
    """Bring the whole mix to its loudness, into ``finished``: takes the whole render, and room in ``folder``."""

    def listen(engine: Engine, port: Port) -> None:
        finished.clear()
        engine.listen([port], lambda ports: finished.write(ports[0]))

    with ExitStack() as stack:
        scratch, meter = Scratch(folder), LevelMeter(graph.sample_rate)
        stack.callback(scratch.close)
        engine = Engine(graph, [(MASTER, Tap.POST)], cache=cache)
        port = engine.tap(MASTER, Tap.POST)
        engine.listen([port], lambda ports: scratch.write(ports[0]))
        engine.listen([port], lambda ports: meter.take(ports[0]))
        engine.run(jobs)
        return master(scratch, meter, Limiting(graph, target, jobs, BLOCK_FRAMES), listen)


class _ReaderLeftError(Exception):
    """Nobody listens any more."""


class Channel:
    """A source for one engine that another one feeds. It holds a few blocks; who is too fast waits."""

    channels = 2

    def __init__(self, frames: int) -> None:
        self.end_frame = frames
        self._blocks: deque[Audio] = deque()
        self._change = threading.Condition()
        self._over = self._left = False
        self._error: BaseException | None = None
        self._rest = np.zeros((2, 0), np.float32)

    def rewind(self) -> None:
        """Nothing: it is read once, from the first frame on."""

    def fed_by(self, engine: Engine, jobs: int) -> None:
        """Run the engine that feeds this channel; what goes wrong there is raised to the reader."""
        error: BaseException | None = None
        try:
            engine.run(jobs)
        except _ReaderLeftError:
            pass
        except BaseException as caught:  # noqa: BLE001 - raised again where it is read
            error = caught
        with self._change:
            self._over, self._error = True, error
            self._change.notify_all()

    def put(self, ports: Sequence[Audio]) -> None:
        """Add a block; waits while the reader is too far behind."""
        block = ports[0].copy()
        with self._change:
            self._change.wait_for(lambda: self._left or len(self._blocks) < _AHEAD)
            if self._left:
                raise _ReaderLeftError
            self._blocks.append(block)
            self._change.notify_all()

    def read(self, frames: int) -> Audio:
        """The next ``frames`` frames, shape ``(2, frames)``; silence after the end."""
        blocks, have = [self._rest], self._rest.shape[1]
        while have < frames and (block := self._next()) is not None:
            blocks.append(block)
            have += block.shape[1]
        if have < frames:
            blocks.append(np.zeros((2, frames - have), np.float32))
        joined = np.concatenate(blocks, axis=1)
        self._rest = joined[:, frames:]
        return np.ascontiguousarray(joined[:, :frames])

    def leave(self) -> None:
        """Read no more: the engine that feeds it stops."""
        with self._change:
            self._left = True
            self._change.notify_all()

    def _next(self) -> Audio | None:
        with self._change:
            self._change.wait_for(lambda: self._blocks or self._over)
            if self._error is not None:
                raise self._error
            block = self._blocks.popleft() if self._blocks else None
            self._change.notify_all()
        return block
