"""A graph to audio files: one pass for the stems and the master, another for the limiter and the mix."""

from __future__ import annotations

import contextlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from songwright.graph.nodes import MASTER, RenderGraph, StemPlan, Tap
from songwright.render.cache import RenderCache
from songwright.render.engine import Engine
from songwright.render.master import Limiting, master
from songwright.render.meters import LevelMeter, NullMeter
from songwright.render.mixdown import Mixdown
from songwright.render.result import Mix, Stem
from songwright.render.reuse import Earlier, Reuse
from songwright.render.scratch import Scratch
from songwright.render.stems import StemWriter, counted
from songwright.render.stopwatch import Stopwatch
from songwright.render.tape import DamagedTapeError
from songwright.render.wanted import Wanted

#: Renders with the cache before it is left alone: each that fails has thrown away what was damaged.
_TRIES = 3


@dataclass(frozen=True)
class Rendered:
    """What was written. The residual is None when the stems written are not meant to add up to the mix."""

    stems: tuple[Stem, ...]
    mix: Mix | None
    null_residual_db: float | None
    warnings: tuple[str, ...]


def render_song(
    graph: RenderGraph,
    wanted: Wanted,
    folder: Path,
    stopwatch: Stopwatch,
    cache: RenderCache | None = None,
    earlier: Earlier | None = None,
) -> Rendered:
    """Render a song's files into ``folder``: with what the cache holds, and without what it lost.

    Args:
        graph: the song.
        wanted: what is to be written.
        folder: the staging folder.
        stopwatch: times the stages.
        cache: what is kept of the song; None renders everything.
        earlier: the result whose place this one takes. Files of it that would be the same are taken over.

    Raises:
        PluginError: a component failed; it is named.
        RenderError: the audio is not made of numbers.
        OSError: the machine could not take the files.
    """
    reuse = Reuse(cache, earlier or Earlier(folder, frozenset()), wanted, folder) if cache else None
    for _ in range(_TRIES if cache else 0):
        with contextlib.suppress(DamagedTapeError):  # thrown away by now; of what is left, another may be damaged
            return _render_song(graph, wanted, folder, stopwatch, cache, reuse)
    return _render_song(graph, wanted, folder, stopwatch, None, None)


def _render_song(
    graph: RenderGraph,
    wanted: Wanted,
    folder: Path,
    stopwatch: Stopwatch,
    cache: RenderCache | None,
    reuse: Reuse | None,
) -> Rendered:
    with ExitStack() as stack:
        kept = reuse.stems(wanted.stems) if reuse else {}
        mix = reuse.mix() if reuse else None
        anew = [plan for plan in wanted.stems if plan.id not in kept]
        masters, adds_up = wanted.mix is not None and mix is None, _adds_up(graph, wanted)
        residual_db = reuse.residual_db(_counted(wanted)) if reuse and adds_up else None
        sums = adds_up and residual_db is None
        outputs = {(plan.id, plan.tap) for plan in (*anew, *(wanted.stems if sums else ()))}
        outputs |= {(MASTER, Tap.SOURCE)} if sums else set()
        outputs |= {(MASTER, Tap.POST)} if masters else set()
        end = graph.frames if sums or masters else wanted.span[1]
        engine = Engine(graph, outputs, wanted.block_frames, cache, end)
        stack.callback(engine.close)
        stems = [_listen_to_stem(stack, engine, plan, graph, wanted, folder) for plan in anew]
        null = _listen_to_sum(engine, wanted) if sums else None
        if masters:
            scratch, meter = _listen_to_master(stack, engine, graph, folder)
        seconds = graph.frames / graph.sample_rate
        with stopwatch.stage("render", seconds) as watch:
            engine.run(wanted.jobs, watch)
        if masters:
            assert wanted.mix is not None
            with stopwatch.stage("master", seconds) as watch:
                mixdown = Mixdown(wanted.mix, wanted, folder, graph.sample_rate)
                stack.callback(mixdown.abandon)
                limiting = Limiting(graph, wanted.mix, wanted.jobs, wanted.block_frames)
                mix = mixdown.finish(master(scratch, meter, limiting, mixdown.listen, watch))
                if reuse:
                    reuse.note_mix(mix)
        fresh = [(writer.plan, writer.finish(engine.is_replayed(writer.plan.id))) for writer in stems]
        kept |= {plan.id: stem for plan, stem in fresh}
        if reuse:
            reuse.note_stems(fresh)
        if null:
            residual_db = null.residual_db
            if reuse:
                reuse.note_residual(_counted(wanted), residual_db)
    written = tuple(kept[plan.id] for plan in wanted.stems)
    warnings = (*_clipped(written), *(mix.warnings if mix else ()))
    return Rendered(written, mix, None if residual_db is None else round(residual_db, 1), warnings)


def _counted(wanted: Wanted) -> tuple[StemPlan, ...]:
    return tuple(counted(wanted.stems))


def _adds_up(graph: RenderGraph, wanted: Wanted) -> bool:
    """Whether the stems written should add up to the mix before the master."""
    return bool(wanted.stems) and wanted.stems == graph.stems and all(plan.tap is Tap.POST for plan in wanted.stems)


def _listen_to_stem(
    stack: ExitStack, engine: Engine, plan: StemPlan, graph: RenderGraph, wanted: Wanted, folder: Path
) -> StemWriter:
    writer = StemWriter(plan, folder, wanted.stem_format, graph.sample_rate, wanted.depth, wanted.tags(plan.id))
    stack.callback(writer.abandon)
    writer.listen(engine, wanted.span)
    return writer


def _listen_to_sum(engine: Engine, wanted: Wanted) -> NullMeter:
    null = NullMeter()
    engine.listen([engine.tap(MASTER, Tap.SOURCE), *map(engine.stem, counted(wanted.stems))], null.take)
    return null


def _listen_to_master(stack: ExitStack, engine: Engine, graph: RenderGraph, folder: Path) -> tuple[Scratch, LevelMeter]:
    scratch, meter = Scratch(folder), LevelMeter(graph.sample_rate)
    stack.callback(scratch.close)
    port = engine.tap(MASTER, Tap.POST)
    engine.listen([port], lambda ports: scratch.write(ports[0]))
    engine.listen([port], lambda ports: meter.take(ports[0]))
    return scratch, meter


def _clipped(stems: tuple[Stem, ...]) -> list[str]:
    return [
        f"stem {stem.id!r} is over full scale ({stem.levels.peak_dbfs:+.1f} dBFS): samples cut: {stem.file.clipped}; "
        "turn it down, or write stems with --bit-depth 32f"
        for stem in stems
        if stem.file.clipped
    ]
