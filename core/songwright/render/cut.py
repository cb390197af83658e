"""Places of a song, cut out of its graph and set one after another.

Notes that sound there, knobs as they stand there, singers as they sing there: a short song that tells of the long one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from songwright.graph.curve import Curve, Motion, Shape
from songwright.graph.nodes import AudioSource, Feed, Insert, InstrumentPart, RenderGraph
from songwright.render.key import Key, key

#: What is read and thrown away at a time on the way to a place.
_SKIP_FRAMES = 2**16


@dataclass(frozen=True)
class Cut:
    """The places of a song that are kept, in frames: where each starts, and how long each is."""

    starts: tuple[int, ...]
    frames: int
    lead: int = 0  # frames of each that are rendered but not listened to

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
    """A curve through each place's beginning, the points inside, and its end. Smooth ways that are cut are bent."""
    if not isinstance(motion, Curve):
        return motion
    points = []
    for index, start in enumerate(cut.starts):
        shift, end = index * cut.frames - start, start + cut.frames
        first, last = motion.frames.searchsorted((start, end), side="right")
        points.append((float(start + shift), motion.value(start), Shape.STEP))
        points += [
            (float(motion.frames[inside] + shift), float(motion.values[inside]), Shape(motion.shapes[inside]))
            for inside in range(first, last)
        ]
        way = Shape(motion.shapes[last]) if last < len(motion.shapes) else Shape.LINEAR
        points.append((float(end + shift), motion.value(end), way))
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

    @property
    def key(self) -> Key:
        """What it sounds like, for the keys of what is made of it."""
        whole = getattr(self._source, "key", None)
        return None if whole is None else key("places", whole, self._cut)

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
            start, count = self._cut.starts[index] + inside, min(frames - done, self._cut.frames - inside)
            if start < self._source.end_frame:
                self._skip_to(start)
                out[:, done : done + count] = self._source.read(count)
                self._at += count
            done, self._read = done + count, self._read + count
        return out

    def _skip_to(self, frame: int) -> None:
        while self._at < frame:
            count = min(frame - self._at, _SKIP_FRAMES)
            self._source.read(count)
            self._at += count
