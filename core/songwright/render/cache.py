"""The render cache: audio that was rendered once, by what it depends on.

Two levels of a strip are kept: its source, and what comes out of its effects. What a fader or a sum of strips makes
is not kept, for it is made again in less time than it takes to read. A tape may be longer than a song needs it, and
one that is too short (a render up to ``--to`` made it) counts as absent: so the song's length is in no key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from songwright.graph.nodes import Kind, RenderGraph, Strip, Tap
from songwright.render.key import Key, Keys
from songwright.render.tape import Recorder, Tape
from songwright.store import Store

#: What must stay free on the disk beside what a song may need: a cache may not make the render itself fail.
RESERVE_BYTES = 1 << 30


@dataclass
class Counts:
    """What was found and what was not."""

    hits: int = 0
    misses: int = 0

    def add(self, hit: bool) -> None:
        """Count one."""
        self.hits, self.misses = self.hits + hit, self.misses + (not hit)


@dataclass
class RenderCache:
    """What is kept of one song's graph.

    Args:
        store: where.
        graph: the song.
    """

    store: Store
    graph: RenderGraph
    sources: Counts = field(default_factory=Counts)  # of instruments
    strips: Counts = field(default_factory=Counts)  # of what comes out of effects

    def __post_init__(self) -> None:
        self.keys = Keys(self.graph)
        self.store.clear_drafts()
        strips = len(self.graph.strips)
        self._records = self.store.free_bytes() > RESERVE_BYTES + 2 * strips * 8 * self.graph.frames

    def source(self, strip: Strip, frames: int) -> Tape | None:
        """The strip's source, when it is kept up to ``frames`` or to its last sound."""
        assert strip.source is not None
        return self._find(self.keys.source(strip.id), min(frames, strip.source.end_frame), self.sources)

    def strip(self, strip: Strip, frames: int) -> Tape | None:
        """What comes out of the strip's effects, when it is kept up to ``frames``."""
        return self._find(self.keys.tap(strip.id, Tap.PRE), frames, self.strips) if keeps(strip) else None

    def recorder(self, content: Key) -> Recorder | None:
        """Something to record with, when there is a key and room."""
        return Recorder(self.store, content.hex()) if content is not None and self._records else None

    def fact(self, content: Key) -> Any:
        """What was noted under a key, or None."""
        data = self.store.get(content.hex()) if content is not None else None
        return json.loads(data) if data is not None else None

    def note(self, content: Key, fact: Any) -> None:
        """Note a small fact (as JSON) under a key."""
        if content is not None:
            self.store.put(content.hex(), json.dumps(fact).encode())

    def _find(self, content: Key, frames: int, counts: Counts) -> Tape | None:
        tape = Tape.find(self.store, content.hex()) if content is not None else None
        if tape is not None and tape.frames < frames:
            tape.close()
            tape = None
        counts.add(tape is not None)
        return tape


def keeps(strip: Strip) -> bool:
    """Whether what comes out of a strip is worth keeping. The master is different after every change."""
    return bool(strip.inserts) and strip.kind is not Kind.MASTER
