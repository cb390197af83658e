"""The engine: a graph's strips as steps of a stream, and whoever listens at its taps.

Audio streams through in blocks aligned to frame zero, a few of them in flight, so memory does not grow with
the song. Independent strips run side by side. Every output is brought to the lateness of the latest
path, and that lateness is trimmed: listeners get exactly the song's frames, all in step.

With a cache, what is kept of a strip is replayed and what it hears is left out; what is not kept is recorded as it
streams by, and kept when the stream came to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.denormal import flush_denormals
from songwright.graph.nodes import InstrumentPart, RenderGraph, StemPlan, Strip, Tap
from songwright.render.cache import RenderCache, keeps
from songwright.render.fader import FaderGain
from songwright.render.key import Key
from songwright.render.replay import RecordStep, TapeStep, replayed
from songwright.render.schedule import Schedule, Step
from songwright.render.strip import Delay, Port, SourceStep, StripStep
from songwright.render.tape import Tape

#: Frames in a block unless a render asks for another number. No result depends on it.
BLOCK_FRAMES = 2**15
#: Tapes end at whole ones of these: a song that becomes a little longer finds those of before long enough.
_TAPE_S = 2.0

#: Who listens: called with one array of shape ``(2, frames)`` for each port.
Take = Callable[[Sequence[NDArray[np.float32]]], None]


class Engine:
    """Renders a graph once.

    Ask for outputs with :meth:`tap` and :meth:`stem`, say who listens with :meth:`listen`, then :meth:`run`.

    Args:
        graph: the song. Its effects are reset first.
        outputs: the taps that will be asked for; strips that none of them needs are left out.
        block_frames: frames in a block.
        cache: where audio is kept between renders of the same graph.
        end: frame after the last that listeners will ask for; default: the song's length.
    """

    def __init__(
        self,
        graph: RenderGraph,
        outputs: Iterable[tuple[str, Tap]],
        block_frames: int = BLOCK_FRAMES,
        cache: RenderCache | None = None,
        end: int | None = None,
    ) -> None:
        self._graph, self._frames, self._cache = graph, block_frames, cache
        outputs = list(outputs)
        self._lateness = max((graph.delays[name].taps[tap] for name, tap in outputs), default=0)
        needed, unit = (graph.frames if end is None else end) + self._lateness, int(_TAPE_S * graph.sample_rate)
        self._needed = -(-needed // unit) * unit if cache else needed  # of every stream, from its first frame
        self._tapes: dict[str, Tape] = {}  # of strips that are replayed
        self._source_tapes: dict[str, Tape] = {}
        self._recorders: list[RecordStep] = []
        self._steps: list[Step] = []
        self._end = 0  # the last frame that somebody wants, and one
        self._ports: dict[tuple[str, Tap], Port] = {}
        self._outputs: dict[tuple[str, ...], Port] = {}  # what is brought in step, by tap and groups
        try:
            taps = self._wanted(outputs)
            for strip in (graph.strips[name] for name in graph.strips if name in taps):
                self._add(strip, taps[strip.id])
        except BaseException:
            self.close()
            raise

    def tap(self, strip: str, tap: Tap) -> Port:
        """An output of a strip, brought to the common lateness."""
        return self._stem((strip, tap), ())

    def stem(self, plan: StemPlan) -> Port:
        """A stem: a tap, through the faders of the plain groups behind it."""
        return self._stem((plan.id, plan.tap), plan.through if plan.tap is Tap.POST else ())

    def listen(self, ports: Sequence[Port], take: Take, span: tuple[int, int] | None = None) -> None:
        """Have ``take`` called with each block of ``ports``, in order.

        It hears the song's frames from ``span[0]`` up to ``span[1]``, by default all.
        """
        span = span or (0, self._graph.frames)
        self._end = max(self._end, span[1])
        self._steps.append(_ListenStep(ports, take, self._lateness, span, self._frames))

    def run(self, jobs: int, watch: Callable[[float], None] = lambda _share: None) -> None:
        """Render as far as somebody listens, with ``jobs`` threads. ``watch`` is told the share done."""
        assert self._end + self._lateness <= self._needed or not self._cache, "a tape may end before the listeners do"
        try:
            Schedule(self._steps, self._blocks, around=flush_denormals).run(jobs, watch)
            for step in self._recorders:
                # The last block may run on past what the tapes that it was made from hold.
                step.recorder.commit(self._needed)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of tapes, and of what sources hold. What was not recorded to its end is not kept."""
        for recording in self._recorders:
            recording.recorder.abandon()
        for tape in (*self._tapes.values(), *self._source_tapes.values()):
            tape.close()
        for step in self._steps:
            if isinstance(step, SourceStep):
                step.close()

    def walk(self) -> Iterator[None]:
        """Render in the calling thread, a block at each step of the iterator. For engines without a cache."""
        for block in range(self._blocks):
            with flush_denormals():
                for step in self._steps:
                    step.run(block)
            yield

    def is_replayed(self, strip: str) -> bool:
        """Whether nothing that makes the strip's sound is rendered anew, but for levels."""
        own = self._graph.strips[strip]
        return strip in self._tapes or (strip in self._source_tapes and not own.inserts and not own.feeds)

    def _wanted(self, outputs: Iterable[tuple[str, Tap]]) -> dict[str, set[Tap]]:
        """Strip → taps that are listened to, for all strips that the outputs need. What is replayed hears nobody."""
        taps: dict[str, set[Tap]] = {}
        for name, tap in outputs:
            taps.setdefault(name, set()).add(tap)
        for strip in reversed(list(self._graph.strips.values())):
            if strip.id not in taps:
                continue
            if self._cache and Tap.SOURCE not in taps[strip.id] and (tape := self._cache.strip(strip, self._needed)):
                self._tapes[strip.id] = tape
                continue
            for feed in strip.heard:
                taps.setdefault(feed.strip, set()).add(feed.tap)
        return taps

    def _add(self, strip: Strip, taps: Collection[Tap]) -> None:
        """The steps of one strip."""
        delays = self._graph.delays[strip.id]
        if tape := self._tapes.get(strip.id):
            source: Port | None = self._replay(tape)
            strip, delays = replayed(strip, delays)
        else:
            source = self._source(strip)
        step = StripStep(strip, delays, self._ports, source, taps, self._frames)
        self._steps.append(step)
        self._ports.update({(strip.id, tap): step.port(tap) for tap in taps})
        if self._cache and keeps(strip):
            self._record(step.port(Tap.PRE), self._cache.keys.tap(strip.id, Tap.PRE))

    @property
    def _blocks(self) -> int:
        end = self._needed if self._recorders else self._end + self._lateness
        return -(-end // self._frames)

    def _source(self, strip: Strip) -> Port | None:
        if strip.source is None:
            return None
        plays = isinstance(strip.source, InstrumentPart) and len(strip.source.events) > 0
        if self._cache and plays and (tape := self._cache.source(strip, self._needed)):
            self._source_tapes[strip.id] = tape
            return self._replay(tape)
        step = SourceStep(strip.id, strip.source, self._frames)
        self._steps.append(step)
        if self._cache and plays:
            self._record(step.out, self._cache.keys.source(strip.id))
        return step.out

    def _replay(self, tape: Tape) -> Port:
        step = TapeStep(tape, self._frames)
        self._steps.append(step)
        return step.out

    def _record(self, port: Port, content: Key) -> None:
        assert self._cache is not None
        if recorder := self._cache.recorder(content):
            step = RecordStep(port, recorder)
            self._recorders.append(step)
            self._steps.append(step)

    def _stem(self, key: tuple[str, Tap], through: tuple[str, ...]) -> Port:
        if (*key, *through) not in self._outputs:
            self._outputs[(*key, *through)] = self._aligned(key, through)
        return self._outputs[(*key, *through)]

    def _aligned(self, key: tuple[str, Tap], through: tuple[str, ...]) -> Port:
        port, late = self._ports[key], self._graph.delays[key[0]].taps[key[1]]
        faders = [self._graph.strips[group].fader for group in through]
        gains = [FaderGain(fader) for fader in faders if fader.moves]
        if not gains and late == self._lateness:
            return port
        step = _AlignStep(port, gains, late, self._lateness - late, self._frames)
        self._steps.append(step)
        return step.out


class _AlignStep:
    """Turns levels and waits, so that an output is in step with the latest one."""

    def __init__(self, port: Port, gains: Sequence[FaderGain], late: int, wait: int, block_frames: int) -> None:
        self._port, self._gains, self._late, self._delay = port, gains, late, Delay(wait)
        self._frames = block_frames
        self.out = Port(self, block_frames)
        self.follows: Sequence[Step] = (port.step,)

    def run(self, window: int) -> None:
        audio = self._port.audio(window)
        for gain in self._gains:
            audio = audio * gain.at(window * self._frames - self._late, self._frames)
        np.copyto(self.out.audio(window), self._delay(audio))


class _ListenStep:
    """Hands a span of the song's own frames to a listener."""

    def __init__(
        self,
        ports: Sequence[Port],
        take: Take,
        lateness: int,
        span: tuple[int, int],
        block_frames: int,
    ) -> None:
        self._ports, self._take = ports, take
        self._lateness, self._span, self._frames = lateness, span, block_frames
        self.follows: Sequence[Step] = [port.step for port in ports]

    def run(self, window: int) -> None:
        start = window * self._frames - self._lateness  # the song's frame that stands first in the block
        begin, end = max(0, self._span[0] - start), min(self._frames, self._span[1] - start)
        if end > begin:
            self._take([np.ascontiguousarray(port.audio(window)[:, begin:end]) for port in self._ports])
