"""The steps a strip is made of: its source, and its channel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.energy import peak
from songwright.dsp.mix import add
from songwright.errors import PluginError, RenderError, SongwrightError
from songwright.graph.automation import Panel
from songwright.graph.curve import Curve
from songwright.graph.nodes import AudioSource, Feed, Insert, InstrumentPart, Strip, StripDelays, Tap
from songwright.plugins import Entry
from songwright.render.fader import FaderGain, factor
from songwright.render.schedule import DEPTH, Step
from songwright.render.sources import InstrumentSource

Audio = NDArray[np.float32]  # planar stereo, shape (2, frames)


class Port:
    """Where a step leaves its audio for those that follow: one buffer for each block in flight."""

    def __init__(self, step: Step, block_frames: int) -> None:
        self.step = step
        self._ring = [np.zeros((2, block_frames), np.float32) for _ in range(DEPTH)]

    def audio(self, block: int) -> Audio:
        """The buffer of a block: written by the port's step, only read by others."""
        return self._ring[block % DEPTH]


class Delay:
    """Holds audio back by a number of frames."""

    def __init__(self, frames: int) -> None:
        self._line = np.zeros((2, frames), np.float32)

    def __call__(self, audio: Audio) -> Audio:
        """The audio as it was ``frames`` frames ago, in the same shape; the audio itself without delay."""
        if not self._line.shape[1]:
            return audio
        joined = np.concatenate((self._line, audio), axis=1)
        self._line = joined[:, audio.shape[1] :]
        return np.ascontiguousarray(joined[:, : audio.shape[1]])


class SourceStep:
    """Reads a strip's source, block by block."""

    follows: Sequence[Step] = ()

    def __init__(self, owner: str, source: InstrumentPart | AudioSource, block_frames: int) -> None:
        self._owner = owner
        self._entry = source.entry if isinstance(source, InstrumentPart) else None
        self._source = InstrumentSource(source) if isinstance(source, InstrumentPart) else source
        self._source.rewind()
        self._frames = block_frames
        self.out = Port(self, block_frames)

    def run(self, window: int) -> None:
        """Read one block."""
        audio = self.out.audio(window)
        with blamed(self._entry, self._owner):
            audio[:] = self._source.read(self._frames)
        check_finite(audio, self._owner, self._entry)

    def close(self) -> None:
        """Have the source let go of what it holds."""
        self._source.rewind()


class StripStep:
    """Runs one strip: sum of what enters, inserts, fader.

    Args:
        strip: what to run.
        delays: what waits where.
        ports: the taps of the strips it hears.
        source: the port of its own source.
        taps: the taps that somebody listens to.
        block_frames: frames in a block.
    """

    def __init__(
        self,
        strip: Strip,
        delays: StripDelays,
        ports: Mapping[tuple[str, Tap], Port],
        source: Port | None,
        taps: Collection[Tap],
        block_frames: int,
    ) -> None:
        self._strip, self._delays, self._frames = strip, delays, block_frames
        self._source = (source, Delay(delays.source)) if source else None
        self._feeds = [_Inlet(feed, ports, wait) for feed, wait in zip(strip.feeds, delays.feeds, strict=True)]
        self._inserts = [
            _InsertSlot(insert, ports, wait.audio, wait.sidechain, wait.lateness)
            for insert, wait in zip(strip.inserts, delays.inserts, strict=True)
        ]
        self._fader = FaderGain(strip.fader) if strip.fader.moves and Tap.POST in taps else None
        self._entering = Port(self, block_frames) if Tap.SOURCE in taps else None
        untouched = source if not (strip.inserts or strip.feeds or delays.source) else None
        self._inserted = untouched or Port(self, block_frames)
        self._faded = Port(self, block_frames) if self._fader else self._inserted
        heard = [ports[feed.strip, feed.tap].step for feed in strip.heard]
        self.follows: Sequence[Step] = list(dict.fromkeys([*([source.step] if source else []), *heard]))

    def port(self, tap: Tap) -> Port:
        """Where a tap is left. The tap must have been asked for."""
        port = {Tap.SOURCE: self._entering, Tap.PRE: self._inserted, Tap.POST: self._faded}[tap]
        assert port is not None, f"nobody asked for the {tap} tap of {self._strip.id}"
        return port

    def run(self, window: int) -> None:
        """Run one block through the strip."""
        start = window * self._frames
        audio = self._inserted.audio(window)
        if self._inserted.step is self:
            self._sum(audio, window, start)
        if self._entering:
            np.copyto(self._entering.audio(window), audio)
        for insert in self._inserts:
            insert.process(audio, window, start, self._strip.id)
        if self._inserts:
            names = ", ".join(repr(insert.id) for insert in self._strip.inserts)
            check_finite(audio, f"{self._strip.id}, after the effects {names}", None)
        if self._fader:
            factors = self._fader.at(start - self._delays.taps[Tap.PRE], self._frames)
            np.multiply(audio, factors, out=self._faded.audio(window))

    def _sum(self, audio: Audio, window: int, start: int) -> None:
        """Everything that enters, always added in the same order."""
        if self._source:
            port, delay = self._source
            np.copyto(audio, delay(port.audio(window)))
        else:
            audio.fill(0.0)
        for inlet in self._feeds:
            inlet.add_to(audio, window, start - self._delays.taps[Tap.SOURCE])


class _Inlet:
    """A feed into a strip: another strip's tap, waiting, at a level."""

    def __init__(self, feed: Feed, ports: Mapping[tuple[str, Tap], Port], wait: int) -> None:
        self._level, self._port, self._delay = feed.level_db, ports[feed.strip, feed.tap], Delay(wait)
        self._still = None if isinstance(feed.level_db, Curve) else factor(feed.level_db, 0, 1)

    def add_to(self, audio: Audio, window: int, start: int) -> None:
        gain = factor(self._level, start, audio.shape[1]) if self._still is None else self._still
        add(self._delay(self._port.audio(window)), gain, audio)


class _InsertSlot:
    """An effect in its place: its panel, and the waiting before it."""

    def __init__(
        self, insert: Insert, ports: Mapping[tuple[str, Tap], Port], wait: int, side_wait: int, lateness: int
    ) -> None:
        self._insert, self._panel, self._lateness = insert, Panel(insert.knobs), lateness
        self._delay, self._side_delay = Delay(wait), Delay(side_wait)
        side = insert.sidechain
        self._side = ports[side.strip, side.tap] if side else None
        insert.effect.reset()

    def process(self, audio: Audio, window: int, start: int, owner: str) -> None:
        delayed = self._delay(audio)
        if delayed is not audio:
            np.copyto(audio, delayed)
        # An effect may scribble on its sidechain: others listen to the same buffer.
        side = self._side_delay(self._side.audio(window)).copy() if self._side else None
        self._panel.turn_to(start - self._lateness, audio.shape[1])
        with blamed(self._insert.entry, owner):
            self._insert.effect.process(audio, self._panel, side)


@contextmanager
def blamed(entry: Entry | None, owner: str) -> Iterator[None]:
    """Turn what a component raises into an error that names it and where it worked."""
    try:
        yield
    except SongwrightError:
        raise
    except Exception as error:
        if entry is None:
            raise
        message = f"{entry.kind} {entry.name!r} failed in {owner!r}: {type(error).__name__}: {error}"
        raise PluginError(message, plugin=entry.plugin, distribution=entry.distribution) from error


def check_finite(audio: Audio, owner: str, entry: Entry | None) -> None:
    """Refuse audio that is not made of numbers before it spreads over the mix.

    Raises:
        PluginError: a component is known to have made it.
        RenderError: one of several may have.
    """
    if np.isfinite(peak(audio.reshape(-1))):
        return
    if entry is not None:
        message = f"{entry.kind} {entry.name!r} gave infinite values or no numbers in {owner!r}"
        raise PluginError(message, plugin=entry.plugin, distribution=entry.distribution)
    raise RenderError(f"there are infinite values or no numbers in {owner}")
