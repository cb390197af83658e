"""How loud a song will be, told from samples of it.

:data:`WINDOWS` places, evenly spread over the song, are cut out of the graph and set one after another: notes that
sound there, knobs as they stand there, singers as they sing there. That short song is rendered, measured, and mastered
as the whole would be. It depends on the project alone: the same song gets the same gain every time.

What it cannot know is what one place does to another: an echo from the verse in the chorus. On five songs (three that
ship and two moods of pop) the gain was within 0.15 dB of the exact one, for a tenth of the work; rendering the places
at half the sample rate made it 0.3 to 0.8 dB too low, for cymbals and hats sound louder there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.graph.curve import Curve, Motion, Shape
from songwright.graph.nodes import MASTER, AudioSource, Feed, Insert, InstrumentPart, RenderGraph, Tap
from songwright.project.model import MixOutput
from songwright.render.engine import BLOCK_FRAMES, Engine
from songwright.render.master import Limiting, master
from songwright.render.meters import LevelMeter
from songwright.render.scratch import Scratch

#: Places that are listened to, and how long each is. The first part of each only lets the sound begin.
WINDOWS = 12
WINDOW_S, LEAD_S = 1.4, 0.4


def estimated_gain(graph: RenderGraph, target: MixOutput, jobs: int) -> float:
    """The static gain, in dB, that brings a song to its loudness, estimated; 0 when no loudness is asked for.

    Args:
        graph: the song.
        target: what the mix should measure.
        jobs: threads.
    """
    if target.loudness_lufs is None:
        return 0.0
    cut = Cut.of(graph)
    short, meter = cut_out(graph, cut), LevelMeter(graph.sample_rate)
    with tempfile.TemporaryDirectory(prefix="songwright-preview-") as folder, ExitStack() as stack:
        scratch = Scratch(Path(folder))
        stack.callback(scratch.close)
        engine = Engine(short, [(MASTER, Tap.POST)], BLOCK_FRAMES)
        port = engine.tap(MASTER, Tap.POST)

        done = 0

        def take(ports: Sequence[NDArray[np.float32]]) -> None:
            nonlocal done
            for audio in cut.heard(ports[0], done):
                scratch.write(audio)
                meter.take(audio)
            done += ports[0].shape[1]

        engine.listen([port], take)
        engine.run(jobs)
        limiting = Limiting(replace(short, frames=scratch.end_frame), target, jobs, BLOCK_FRAMES)
        return master(scratch, meter, limiting).gain_db


@dataclass(frozen=True)
class Cut:
    """The places of a song that are kept, in frames: where each starts, and how long each is."""

    starts: tuple[int, ...]
    frames: int
    lead: int  # frames of each that are rendered but not listened to

    @classmethod
    def of(cls, graph: RenderGraph) -> Cut:
        """Places evenly over a song; a short song is one place."""
        frames, lead = round(WINDOW_S * graph.sample_rate), round(LEAD_S * graph.sample_rate)
        if graph.frames <= WINDOWS * frames:
            return cls((0,), graph.frames, 0)
        middles = [(index + 0.5) / WINDOWS * graph.frames for index in range(WINDOWS)]
        return cls(tuple(max(0, round(middle - (frames + lead) / 2)) for middle in middles), frames, lead)

    def heard(self, audio: NDArray[np.float32], start: int) -> Iterator[NDArray[np.float32]]:
        """The parts of a block of the short song that are listened to; ``start`` is its first frame there."""
        for index in range(start // self.frames, -(-(start + audio.shape[1]) // self.frames)):
            begin = max(0, index * self.frames + self.lead - start)
            end = min(audio.shape[1], (index + 1) * self.frames - start)
            if end > begin:
                yield np.ascontiguousarray(audio[:, begin:end])


def cut_out(graph: RenderGraph, cut: Cut) -> RenderGraph:
    """The graph of nothing but the places of a cut, one after another."""
    strips = {
        name: replace(
            strip,
            source=_cut_source(strip.source, cut),
            feeds=tuple(_cut_feed(feed, cut) for feed in strip.feeds),
            inserts=tuple(_cut_insert(insert, cut) for insert in strip.inserts),
            fader=replace(
                strip.fader,
                gain_db=_cut_motion(strip.fader.gain_db, cut),
                pan_percent=_cut_motion(strip.fader.pan_percent, cut),
            ),
        )
        for name, strip in graph.strips.items()
    }
    limiter = _cut_insert(graph.limiter, cut) if graph.limiter else None
    return replace(graph, strips=strips, frames=len(cut.starts) * cut.frames, limiter=limiter)


def _cut_source(source: InstrumentPart | AudioSource | None, cut: Cut) -> InstrumentPart | AudioSource | None:
    if source is None:
        return None
    if not isinstance(source, InstrumentPart):
        return _CutAudio(source, cut)
    return replace(source, events=_cut_events(source.events, cut), knobs=_cut_knobs(source.knobs, cut))


def _cut_events(events: NDArray[np.void], cut: Cut) -> NDArray[np.void]:
    """The notes of every place. One that sounds as a place begins is struck there, one that outlasts it is let go."""
    kept = []
    ends = events["start"] + events["length"]
    for index, start in enumerate(cut.starts):
        part = events[(events["start"] < start + cut.frames) & (ends > start)].copy()
        begin = np.maximum(part["start"], start)
        part["length"] = np.minimum(part["start"] + part["length"], start + cut.frames) - begin
        part["start"] = begin - start + index * cut.frames
        kept.append(part)
    joined = np.concatenate(kept)
    return joined[np.lexsort((joined["pitch"], joined["start"]))]


def _cut_knobs(knobs: Mapping[str, Motion], cut: Cut) -> dict[str, Motion]:
    return {name: _cut_motion(motion, cut) for name, motion in knobs.items()}


def _cut_motion(motion: Motion, cut: Cut) -> Motion:
    """A curve that goes straight from the value at each place's beginning to that at its end."""
    if not isinstance(motion, Curve):
        return motion
    points = []
    for index, start in enumerate(cut.starts):
        points.append((float(index * cut.frames), motion.value(start), Shape.STEP))
        points.append((float((index + 1) * cut.frames), motion.value(start + cut.frames), Shape.LINEAR))
    return Curve.through(points)


def _cut_feed(feed: Feed, cut: Cut) -> Feed:
    return replace(feed, level_db=_cut_motion(feed.level_db, cut))


def _cut_insert(insert: Insert, cut: Cut) -> Insert:
    return replace(insert, knobs=_cut_knobs(insert.knobs, cut))


class _CutAudio:
    """The places of a recording, one after another."""

    def __init__(self, source: AudioSource, cut: Cut) -> None:
        self._source, self._cut = source, cut
        self.channels, self.end_frame = source.channels, len(cut.starts) * cut.frames
        self.rewind()

    def rewind(self) -> None:
        """Go back to the first place."""
        self._source.rewind()
        self._read = self._at = 0  # frames of the places, frames of the source

    def read(self, frames: int) -> NDArray[np.float32]:
        """The next ``frames`` frames, shape ``(2, frames)``; silence after the end."""
        out = np.zeros((2, frames), np.float32)
        done = 0
        while done < frames and self._read < self.end_frame:
            index, inside = divmod(self._read, self._cut.frames)
            self._skip_to(self._cut.starts[index] + inside)
            count = min(frames - done, self._cut.frames - inside)
            out[:, done : done + count] = self._source.read(count)
            done, self._read, self._at = done + count, self._read + count, self._at + count
        return out

    def _skip_to(self, frame: int) -> None:
        if frame > self._at:
            self._source.read(frame - self._at)
            self._at = frame
