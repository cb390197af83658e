"""A graph to audio files: one pass for the stems and the master, short ones for the loudness, one for the mix."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from songwright.dsp.truepeak import TruePeakMeter
from songwright.files.audio import AudioFile, Format
from songwright.files.samples import Depth
from songwright.files.tags import Tags
from songwright.graph.nodes import MASTER, Kind, RenderGraph, StemPlan, Strip, Tap
from songwright.project.model import MixOutput
from songwright.render.cache import RenderCache
from songwright.render.engine import Engine, Take
from songwright.render.master import Limiting, Mastered, master
from songwright.render.meters import FLOOR_DB, LevelMeter, NullMeter
from songwright.render.result import Mix, RenderedFile, Stem
from songwright.render.scratch import Scratch
from songwright.render.stems import StemWriter, counted
from songwright.render.stopwatch import Stopwatch
from songwright.render.tape import DamagedTapeError

#: Renders with the cache before it is left alone: each that fails has thrown away what was damaged.
_TRIES = 3


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and how."""

    stems: tuple[StemPlan, ...]
    stem_format: Format
    mix: MixOutput | None
    depth: Depth
    span: tuple[int, int]  # the frames of the song that are written
    tags: Callable[[str], Tags]  # by the id of the stem, "" for the mix
    jobs: int
    block_frames: int


@dataclass(frozen=True)
class Rendered:
    """What was written. The residual is None when the stems written are not meant to add up to the mix."""

    stems: tuple[Stem, ...]
    mix: Mix | None
    null_residual_db: float | None
    warnings: tuple[str, ...]


def render_song(
    graph: RenderGraph, wanted: Wanted, folder: Path, stopwatch: Stopwatch, cache: RenderCache | None = None
) -> Rendered:
    """Render a song's files into ``folder``, with what the cache holds and without what it lost.

    Raises:
        PluginError: a component failed; it is named.
        RenderError: the audio is not made of numbers.
        OSError: the machine could not take the files.
    """
    for _ in range(_TRIES if cache else 0):
        with contextlib.suppress(DamagedTapeError):  # thrown away by now; of what is left, another may be damaged
            return _render_song(graph, wanted, folder, stopwatch, cache)
    return _render_song(graph, wanted, folder, stopwatch, None)


def _render_song(
    graph: RenderGraph, wanted: Wanted, folder: Path, stopwatch: Stopwatch, cache: RenderCache | None
) -> Rendered:
    with ExitStack() as stack:
        engine = Engine(graph, _outputs(graph, wanted), wanted.block_frames, cache, wanted.span[1])
        stems = [_listen_to_stem(stack, engine, plan, graph, wanted, folder) for plan in wanted.stems]
        null = _listen_to_sum(engine, wanted) if _adds_up(graph, wanted) else None
        if wanted.mix:
            scratch, meter = _listen_to_master(stack, engine, graph, folder)
        seconds = graph.frames / graph.sample_rate
        with stopwatch.stage("render", seconds) as watch:
            engine.run(wanted.jobs, watch)
        mix = None
        if wanted.mix:
            with stopwatch.stage("master") as watch:
                limiting = Limiting(graph, wanted.mix, folder, wanted.jobs, wanted.block_frames)
                mastered = master(scratch, meter.levels(), limiting)
                stack.callback(mastered.audio.close)
            with stopwatch.stage("encode", seconds) as watch:
                mix = _write_mix(stack, mastered, graph, wanted, folder, watch)
        written = tuple(stem.finish(engine.is_replayed(stem.id)) for stem in stems)
    warnings = (*_clipped(written), *(mix.warnings if mix else ()))
    return Rendered(written, mix, round(null.residual_db, 1) if null else None, warnings)


def _outputs(graph: RenderGraph, wanted: Wanted) -> set[tuple[str, Tap]]:
    outputs = {(plan.id, plan.tap) for plan in wanted.stems}
    if _adds_up(graph, wanted):
        outputs.add((MASTER, Tap.SOURCE))
    if wanted.mix:
        outputs.add((MASTER, Tap.POST))
    return outputs


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
    scratch, meter = Scratch(folder / ".master"), LevelMeter(graph.sample_rate)
    stack.callback(scratch.close)
    port = engine.tap(MASTER, Tap.POST)
    engine.listen([port], lambda ports: scratch.write(ports[0]))
    engine.listen([port], lambda ports: meter.take(ports[0]))
    return scratch, meter


def _write_mix(
    stack: ExitStack,
    mastered: Mastered,
    graph: RenderGraph,
    wanted: Wanted,
    folder: Path,
    watch: Callable[[float], None],
) -> Mix:
    """Encode the finished mix in every format asked for, side by side, and take its true peak."""
    assert wanted.mix is not None
    engine = Engine.over(Strip("mix", Kind.MASTER, source=mastered.audio), graph, wanted.block_frames)
    port, files, peak = engine.tap("mix", Tap.POST), dict[str, AudioFile](), TruePeakMeter()
    for kind in dict.fromkeys(wanted.mix.formats):
        name = f"mix.{kind}"
        file = files[name] = AudioFile(folder / name, kind, graph.sample_rate, wanted.depth, wanted.tags(""))
        stack.callback(file.abandon)
        engine.listen([port], _writing(file), wanted.span)
    engine.listen([port], lambda ports: peak.add(ports[0]))
    engine.run(wanted.jobs, watch)
    for file in files.values():
        file.close()
    written = tuple(RenderedFile(name, file.sha256, file.clipped) for name, file in files.items())
    true_peak_dbtp, warnings = max(FLOOR_DB, peak.dbtp), list(mastered.warnings)
    if true_peak_dbtp > wanted.mix.true_peak_dbtp:
        asked = f"{wanted.mix.true_peak_dbtp:g} dBTP asked for"
        warnings.append(f"the mix peaks at {true_peak_dbtp:.2f} dBTP, over the {asked}")
    return Mix(written, mastered.levels, true_peak_dbtp, mastered.gain_db, tuple(warnings))


def _writing(file: AudioFile) -> Take:
    return lambda ports: file.write(ports[0])


def _clipped(stems: tuple[Stem, ...]) -> list[str]:
    return [
        f"stem {stem.id!r} is over full scale ({stem.levels.peak_dbfs:+.1f} dBFS): {stem.file.clipped} samples were "
        "cut; turn it down, or write stems with --bit-depth 32f"
        for stem in stems
        if stem.file.clipped
    ]
