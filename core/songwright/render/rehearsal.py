"""How long a song is: its ending is rehearsed.

What components say of their tails are bounds, and along a path bounds add up: to seconds of silence at the end of every
file. How long a song really sounds can only be heard, and has to be known before its first frame is written: a stream
tells it in its header, and a file of an earlier render is taken over when it is as long as the song.

So the ending, from :data:`LEAD_S` before the last note is let go, is cut out of the graph and rendered ahead. The song
ends when neither its mix nor any stem is louder than :data:`SILENCE_DB`, at a whole half second, and never before its
last section does. That depends on the project alone, whatever part of it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from songwright.dsp.energy import peak
from songwright.graph.nodes import MASTER, InstrumentPart, RenderGraph, Tap
from songwright.render.cache import RenderCache
from songwright.render.cut import Cut, cut_out
from songwright.render.engine import Engine
from songwright.render.key import Key, key
from songwright.render.strip import Port
from songwright.render.tape import DamagedTapeError
from songwright.store import Store

#: How much of a song is rehearsed before its last note is let go. What sounded earlier has died away by the end, or is
#: covered by what sounded since: the moment of silence moved by less than 0.1 s at every strip of three songs.
LEAD_S = 6.0
#: Silence, in dB against the mix's loudest sample in the ending, for its gain is not known yet: what 16 bits hold.
#: No finished mix passes full scale, so this is below -90 dBFS there, with room for what its limiter squashes.
SILENCE_DB = -96.0
#: What is less is silence however quiet the ending is: half a step of 24 bits.
_NOTHING = 2.0**-24
#: A song ends at a whole step, so that few changes of a song change the length of every file.
_STEP_S = 0.5


def rehearsed(graph: RenderGraph, end_frame: int, jobs: int, store: Store | None = None) -> RenderGraph:
    """The graph with the length that is heard in place of the one that its components' tails add up to.

    Args:
        graph: the song, as it was built.
        end_frame: where its last section ends.
        jobs: threads.
        store: where the ending is kept between renders.
    """
    if graph.frames <= end_frame:
        return graph
    step = round(_STEP_S * graph.sample_rate)
    start = max(0, min(end_frame, _last_note_frame(graph)) - round(LEAD_S * graph.sample_rate)) // step * step
    ending = cut_out(graph, Cut((start,), graph.frames - start))
    cache = RenderCache(store, ending) if store else None
    content = _content(cache) if cache else None
    steps = cache.fact(content) if cache else None
    if steps is None:
        # The tapes of a song that is all ending would make it look as if it had been rendered before.
        tapes = cache if start else None
        try:
            steps = _sounding_steps(ending, step, jobs, tapes)
        except DamagedTapeError:
            steps = _sounding_steps(ending, step, jobs, None)
        if cache:
            cache.note(content, steps)
    return replace(graph, frames=max(end_frame, min(graph.frames, start + steps * step)))


def _last_note_frame(graph: RenderGraph) -> int:
    """The frame where the last note is let go."""
    sources = [strip.source for strip in graph.strips.values() if strip.source is not None]
    tails = [source.tail_frames if isinstance(source, InstrumentPart) else 0 for source in sources]
    return max((source.end_frame - tail for source, tail in zip(sources, tails, strict=True)), default=0)


def _sounding_steps(graph: RenderGraph, step: int, jobs: int, cache: RenderCache | None) -> int:
    """After how many steps of ``step`` frames the mix and all stems are silent."""
    outputs = [(MASTER, Tap.POST), *((plan.id, plan.tap) for plan in graph.stems)]
    engine = Engine(graph, outputs, cache=cache)
    ports = [engine.tap(MASTER, Tap.POST), *map(engine.stem, graph.stems)]
    ears = [_Ear(engine, port, -(-graph.frames // step), step) for port in ports]
    engine.run(jobs)
    peaks = np.array([ear.peaks for ear in ears])
    silence = max(_NOTHING, min(1.0, peaks[0].max()) * 10.0 ** (SILENCE_DB / 20.0))
    loud = np.flatnonzero((peaks > silence).any(axis=0))
    return int(loud[-1]) + 1 if len(loud) else 0


class _Ear:
    """Hears the peak of each step at a port."""

    def __init__(self, engine: Engine, port: Port, steps: int, step: int) -> None:
        self.peaks = np.zeros(steps)
        self._step, self._at = step, 0
        engine.listen([port], self._take)

    def _take(self, ports: Sequence[NDArray[np.float32]]) -> None:
        [audio], done = ports, 0
        while done < audio.shape[1]:
            index, inside = divmod(self._at + done, self._step)
            count = min(audio.shape[1] - done, self._step - inside)
            heard = max(peak(side[done : done + count]) for side in audio)
            self.peaks[index] = max(self.peaks[index], heard)
            done += count
        self._at += done


def _content(cache: RenderCache) -> Key:
    """The key of all that is heard of the ending, for as long as it may sound."""
    keys = [cache.keys.tap(MASTER, Tap.POST), *map(cache.keys.stem, cache.graph.stems)]
    return None if None in keys else key("ending", keys, cache.graph.frames, cache.graph.sample_rate)
