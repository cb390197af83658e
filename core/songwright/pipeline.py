"""The whole way, as one picture.

::

    YAML ──load──▶ Project ──arrange──▶ Arrangement ──build──▶ RenderGraph ──render──▶ audio ──write──▶ files

Each stage takes what the one before made and changes nothing of it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from songwright import __version__
from songwright.arrangement.arrange import arrange
from songwright.arrangement.model import Arrangement
from songwright.errors import Problem, ProjectError
from songwright.files.change import describe_change, earlier_hashes
from songwright.files.credits import write_credits
from songwright.files.midi import write_midi
from songwright.files.report import (
    NAME,
    describe,
    describe_plugins,
    describe_render,
    describe_singing,
    earlier_files,
    write_report,
)
from songwright.files.samples import Depth
from songwright.files.tags import Tags
from songwright.files.transaction import staged
from songwright.graph.build import build
from songwright.graph.nodes import RenderGraph, StemPlan
from songwright.graph.timeline import Timeline
from songwright.plugins import Entry, Plugins, installed_plugins
from songwright.progress import Progress, Silence
from songwright.project.load import Loaded, load_checked
from songwright.project.model import KaraokeVideo, Project
from songwright.render.cache import RenderCache
from songwright.render.engine import BLOCK_FRAMES
from songwright.render.key import key
from songwright.render.rehearsal import rehearsed
from songwright.render.result import Mix, RenderResult
from songwright.render.reuse import Earlier, Reuse
from songwright.render.song import render_song
from songwright.render.stopwatch import Stopwatch
from songwright.render.strip import blamed
from songwright.render.trial import trials
from songwright.render.wanted import Wanted
from songwright.render.warmup import alone, cold, warm
from songwright.singing.vocals import Vocals
from songwright.store import Store, user_store
from songwright.units import Position, parse_position, parse_seconds

if TYPE_CHECKING:
    from songwright.video.screen import Screen

MIDI = "song.mid"
#: Formats of the mix that lose nothing, the best for a video's sound first.
_LOSSLESS = {".wav": 0, ".flac": 1}
_LONGEST_SLUG_BYTES = 120  # file systems take 255 in a name, and staging folders add to it

__all__ = ["RenderOptions", "RenderResult", "render", "slug"]


@dataclass(frozen=True)
class RenderOptions:
    """How to render, beyond what the project says. Nothing here but the wishes themselves changes a sound."""

    out: Path | None = None  # folder of the result; default: out/<slug of the title>
    only: tuple[str, ...] = ()  # stems of these tracks and buses only, and no mix
    stems: bool = True
    mix: bool = True
    start: str | None = None  # write from this place on: "9:1", "c1", "30 s"
    end: str | None = None  # write up to this place
    sample_rate: int = 44_100
    bit_depth: str = "24"  # "16", "24" or "32f"
    karaoke_video: bool | None = None  # default: as the project says
    jobs: int | None = None  # threads; default: one a core
    cache: bool = True  # read and keep what was rendered before
    block_frames: int = BLOCK_FRAMES
    overrides: Mapping[str, Any] = field(default_factory=dict)  # dotted path → value
    allow_outside: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether files of an earlier render stay beside what this one writes."""
        return bool(self.only or self.start or self.end) or not (self.stems and self.mix)

    @property
    def threads(self) -> int:
        """How many threads work."""
        return self.jobs or len(os.sched_getaffinity(0))

    @property
    def store(self) -> Store | None:
        """Where audio is kept between renders; None when nothing is."""
        store = user_store("renders") if self.cache else None
        return store if store and store.limit_bytes else None


def render(
    path: Path | str,
    options: RenderOptions | None = None,
    *,
    plugins: Plugins | None = None,
    progress: Progress | None = None,
) -> RenderResult:
    """Render a project file: stems, mix, MIDI, report.

    Files appear in their places when all of them are whole, or not at all.

    Args:
        path: the project file.
        options: how to render.
        plugins: where components come from; default: all that are installed.
        progress: who is told how far it is, from this thread.

    Raises:
        ProjectError: the project is wrong.
        PluginError: a plugin failed.
        RenderError: the song cannot be rendered as it stands.
        OutputError: the machine could not take the result. An earlier one is as it was.
    """
    options, plugins, stopwatch = (
        options or RenderOptions(),
        plugins or installed_plugins(),
        Stopwatch(progress or Silence()),
    )
    ready = prepare(path, options, plugins, stopwatch)
    loaded, arrangement, vocals, graph, wanted = (
        ready.loaded,
        ready.arrangement,
        ready.vocals,
        ready.graph,
        ready.wanted,
    )
    store = options.store
    cache = RenderCache(store, graph) if store else None
    screen = _screen(ready, options)
    folder = options.out or Path("out") / slug(loaded.project.title)
    earlier, partial, heard_before = earlier_files(folder), options.is_partial, earlier_hashes(folder)
    with staged(folder, earlier, keep=partial) as staging:
        before = Earlier(folder.resolve(), frozenset(earlier))
        reuse = Reuse(cache, before, wanted, staging) if cache else None
        rendered = render_song(graph, wanted, staging, stopwatch, cache, before)
        for stem in rendered.stems:
            plugins.tell("songwright_stem_rendered", stem=stem)
        if screen and rendered.mix:
            with stopwatch.stage("film", (wanted.span[1] - wanted.span[0]) / graph.sample_rate) as watch:
                _film(screen, rendered.mix, wanted.span[0] / graph.sample_rate, staging, reuse, watch)
        with stopwatch.stage("write"):
            warnings = [*vocals.warnings, *_write_words(arrangement, graph, vocals, plugins, staging, reuse)]
            written = {file.relative_to(staging).as_posix() for file in staging.rglob("[!.]*") if file.is_file()}
            report = {
                **describe(arrangement),
                **describe_render(graph, rendered, stopwatch, wanted.span, cache),
                "plugins": describe_plugins(_used(ready, plugins)),
                "vocals": [describe_singing(name, one) for name, one in vocals.performances.items()],
                "since_last": describe_change(heard_before, rendered.stems),
                "warnings": [
                    *map(str, loaded.problems),
                    *arrangement.warnings,
                    *graph.warnings,
                    *rendered.warnings,
                    *(screen.warnings if screen else ()),
                    *warnings,
                ],
                "files": sorted(written | {NAME} | (earlier if partial else set())),
            }
            write_report(report, staging / NAME)
    files = tuple(folder / name for name in sorted(written | {NAME}))
    result = RenderResult(folder, files, rendered.stems, rendered.mix, report)
    plugins.tell("songwright_rendered", result=result)
    return result


@dataclass(frozen=True)
class Prepared:
    """A song on the threshold of its first sound."""

    loaded: Loaded
    arrangement: Arrangement
    vocals: Vocals
    graph: RenderGraph
    wanted: Wanted


def prepare(path: Path | str, options: RenderOptions, plugins: Plugins, stopwatch: Stopwatch) -> Prepared:
    """Everything before the audio: read, arrange, sing, build, compile what is new here, and rehearse the ending."""
    with stopwatch.stage("load"):
        loaded = load_checked(path, plugins, overrides=options.overrides, allow_outside=options.allow_outside)
    with stopwatch.stage("arrange"):
        arrangement = arrange(loaded.project, plugins)
    vocals = _sing(arrangement, plugins, options, stopwatch)
    singers = [plugins.entry("voice", one.metrics.provider) for one in vocals.performances.values()]
    with stopwatch.stage("build"):
        graph = build(arrangement, plugins, options.sample_rate, vocals.sources(), singers)
        timeline = Timeline(arrangement, options.sample_rate)
        wanted = _wanted(graph, timeline, options)  # what cannot be had is told before the work begins
    if untried := cold(trials(graph)):
        waits = partial(stopwatch.progress.step, 0.0, "waiting for another process that compiles")
        with stopwatch.stage("compile", len(untried)) as watch, alone(waits) as kept:
            if kept:  # else every process would compile for itself alone, as the render then does
                warm(cold(untried), options.threads, watch)
    with stopwatch.stage("rehearse"):
        graph = rehearsed(graph, timeline.end_frame, options.threads, options.store)
    return Prepared(loaded, arrangement, vocals, graph, replace(wanted, span=_span(graph, timeline, options)))


def slug(title: str) -> str:
    """A title as the name of a folder: Latin letters without their marks, letters of other scripts as they are.

    >>> slug("Harbour Lights"), slug("Ça va?"), slug("夜の 海"), slug("Ночь 2"), slug("！")
    ('harbour-lights', 'ca-va', '夜の-海', 'ночь-2', 'song')
    """
    letters = "".join(map(_plain_letter, unicodedata.normalize("NFC", title))).lower()
    words = re.sub(r"[^a-z0-9\u0080-\U0010ffff]+", "-", letters).strip("-")
    return words.encode()[:_LONGEST_SLUG_BYTES].decode(errors="ignore").strip("-") or "song"


def _plain_letter(letter: str) -> str:
    """In ASCII where that can be, else itself if it is a letter, a digit, or a mark on one."""
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return letter if not plain and unicodedata.category(letter)[0] in "LMN" else plain


def _wanted(graph: RenderGraph, timeline: Timeline, options: RenderOptions) -> Wanted:
    project = timeline.arrangement.project
    settings = project.render
    return Wanted(
        stems=_chosen(graph.stems, options) if options.stems else (),
        stem_format=settings.stems.format,
        mix=settings.mix if options.mix and not options.only else None,
        depth=Depth(options.bit_depth),
        span=_span(graph, timeline, options),
        tags=lambda stem: _tags(project, stem),
        jobs=options.threads,
        block_frames=options.block_frames,
    )


def _chosen(stems: tuple[StemPlan, ...], options: RenderOptions) -> tuple[StemPlan, ...]:
    """The stems that are asked for; a group without a stem of its own stands for its members."""
    if not options.only:
        return stems
    known = {name for stem in stems for name in (stem.id, *stem.through)}
    if unknown := [name for name in options.only if name not in known]:
        hint = f"there are {', '.join(sorted(known))}"
        raise ProjectError([Problem(f"there is no stem {name!r}", f"--only {name}", hint) for name in unknown])
    return tuple(stem for stem in stems if {stem.id, *stem.through} & set(options.only))


def _span(graph: RenderGraph, timeline: Timeline, options: RenderOptions) -> tuple[int, int]:
    """The frames from ``start`` up to ``end``."""
    start = _frame("--from", options.start, timeline) if options.start else 0
    end = min(_frame("--to", options.end, timeline), graph.frames) if options.end else graph.frames
    if start >= end:
        raise ProjectError(Problem("nothing lies between --from and --to", hint="let the end come after the start"))
    return start, end


def _frame(option: str, place: str, timeline: Timeline) -> int:
    """The frame of ``9:1``, ``c1`` or ``30 s``."""
    try:
        position = parse_position(place)
    except ValueError:
        pass
    else:
        _refuse_past_bar(option, position, timeline)
        return round(timeline.frame(timeline.beat(position)))
    try:
        return round(parse_seconds(place) * timeline.sample_rate)
    except ValueError:
        hint = "write a position (9:1), a section (c1) or seconds (30 s)"
        raise ProjectError(Problem(f"{place!r} is no place in the song", option, hint)) from None


def _refuse_past_bar(option: str, place: Position, timeline: Timeline) -> None:
    """A bar has the beats of its meter, here as in the project."""
    first = 1.0 if place.section is None else 0.0
    time_map = timeline.arrangement.time_map
    bar, _ = time_map.position(timeline.beat(replace(place, beat=first)))
    meter = time_map.meter(bar)
    if place.beat - first >= meter.numerator:
        message = f"{place} is no place in bar {bar}, which is in {meter}"
        raise ProjectError(Problem(message, option, f"its beats go from 1 to {meter.numerator}"))


def _used(ready: Prepared, plugins: Plugins) -> Iterator[Entry]:
    """Every component that had a part in the song: who wrote it, who is heard, and who writes its karaoke."""
    yield from ready.arrangement.components
    yield from ready.graph.entries
    if ready.vocals.plan.lines:
        yield from (plugins.entry("exporter", name) for name in ready.loaded.project.render.karaoke)


def _tags(project: Project, stem: str) -> Tags:
    return Tags(
        title=f"{project.title} ({stem})" if stem else project.title,
        artist=project.artist,
        license=project.license,
        comment=f"made with Songwright {__version__}",
    )


def _sing(arrangement: Arrangement, plugins: Plugins, options: RenderOptions, stopwatch: Stopwatch) -> Vocals:
    """The voices. Without any, the singing engine is not even imported."""
    if not any(track.voice for track in arrangement.project.tracks.values()):
        return Vocals()
    from songwright.singing.song import sing
    from songwright.singing.store import voice_store

    with stopwatch.timing("sing"):
        return sing(arrangement, plugins, options.sample_rate, voice_store(), progress=stopwatch.progress)


def _screen(ready: Prepared, options: RenderOptions) -> Screen | None:
    """The karaoke video, laid out; None when there is none. What it needs is asked for before anything is rendered."""
    if options.karaoke_video and ready.wanted.mix is None:
        hint = "take --no-mix and --only out, or --karaoke-video"
        raise ProjectError(Problem("a karaoke video is made of the mix, which is not rendered", hint=hint))
    settings = ready.arrangement.project.render.karaoke_video or (KaraokeVideo() if options.karaoke_video else None)
    if settings is None or options.karaoke_video is False or not ready.vocals.plan.lines or ready.wanted.mix is None:
        return None
    from songwright.video.encoder import encoder
    from songwright.video.screen import lay_out  # brings Pillow

    encoder()
    return lay_out(ready.arrangement, ready.vocals.plan, settings)


def _film(
    screen: Screen, mix: Mix, start_s: float, folder: Path, reuse: Reuse | None, watch: Callable[[float], None]
) -> None:
    """The video of the mix beside the other karaoke files, or the one that lies there when nothing of it changed."""
    from songwright.video.screen import write_video

    sounds = sorted(mix.files, key=lambda file: _LOSSLESS.get(Path(file.name).suffix, 9))
    name = f"karaoke/{slug(screen.song.title)}.{screen.settings.format}"
    content = screen.identity(sounds[0].sha256, start_s)
    if reuse and reuse.file(name, content):
        return
    (folder / "karaoke").mkdir(exist_ok=True)
    write_video(screen, folder / sounds[0].name, folder / name, start_s, watch)
    if reuse:
        reuse.note_file(name, content)


def _write_words(
    arrangement: Arrangement,
    graph: RenderGraph,
    vocals: Vocals,
    plugins: Plugins,
    folder: Path,
    reuse: Reuse | None,
) -> list[str]:
    """The files beside the audio: notes, karaoke, credits. Returns warnings."""
    project, plan, warnings = arrangement.project, vocals.plan, list[str]()
    if project.render.midi:
        used = {name: track.instrument.name for name, track in project.tracks.items() if track.instrument}
        drums = {track for track, name in used.items() if plugins.get("instrument", name).is_drums}
        score = (arrangement.time_map, arrangement.sections, arrangement.chords, arrangement.parts)
        content = key("midi", version("mido"), project.title, score, drums)
        if not (reuse and reuse.file(MIDI, content)):
            write_midi(arrangement, folder / MIDI, drums)
            if reuse:
                reuse.note_file(MIDI, content)
    if (project.render.karaoke or project.render.karaoke_video) and not plan.lines:
        warnings.append("there is no karaoke: nothing is sung in this song")
    elif project.render.karaoke:
        (folder / "karaoke").mkdir(exist_ok=True)
        for name in dict.fromkeys(project.render.karaoke):
            entry = plugins.entry("exporter", name)
            with blamed(entry, "karaoke"):
                entry.component().write(
                    arrangement, folder / f"karaoke/{slug(project.title)}{entry.component.suffix}", plan
                )
    write_credits(project, graph.entries, folder / "credits.txt", vocals.profiles)
    return warnings
