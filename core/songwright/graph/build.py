"""From an arrangement to a render graph: every component made and prepared, every route drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from songwright.arrangement.model import Arrangement, Part
from songwright.graph.automation import lane_curve, resolve
from songwright.graph.curve import Motion
from songwright.graph.events import events
from songwright.graph.latency import align, in_order
from songwright.graph.length import song_frames, tail_frames
from songwright.graph.nodes import (
    MASTER,
    AudioSource,
    Fader,
    Feed,
    Insert,
    InstrumentPart,
    Kind,
    RenderGraph,
    Strip,
    Tap,
)
from songwright.graph.stem_plan import plan_stems
from songwright.graph.timeline import Timeline
from songwright.knobs import Params
from songwright.music.notes import notes
from songwright.music.random import Chance
from songwright.plugins import Entry, Plugins, UnknownComponentError
from songwright.project.model import AutomationLane, Bus, Master, Project, Send, Track, Use

#: The effect that, at the end of the master chain, becomes the final limiter.
LIMITER = "limiter"


def build(
    arrangement: Arrangement,
    plugins: Plugins,
    sample_rate: int,
    voices: Mapping[str, AudioSource] | None = None,
    singers: Iterable[Entry] = (),
) -> RenderGraph:
    """Build the graph of a song.

    Args:
        arrangement: the song as it is played.
        plugins: where components come from.
        sample_rate: Hz.
        voices: track → its singing. A voice track without is silent, has no stem, and is warned of.
        singers: the voices that are heard.

    Raises:
        RenderError: the routing runs in a circle.
        PluginError: a name is supplied by two distributions.
    """
    builder = _Builder(arrangement, plugins, sample_rate, voices or {})
    project = arrangement.project
    strips = {name: builder.track(name, track) for name, track in project.tracks.items()}
    strips |= {name: builder.bus(name, bus) for name, bus in project.buses.items() if name not in builder.idle}
    strips[MASTER] = builder.master(project.master)
    ordered = {name: strips[name] for name in in_order(strips)}
    silent = builder.idle | {
        name for name, track in project.tracks.items() if track.instrument is None and name not in builder.voices
    }
    limiter = builder.limiter()
    return RenderGraph(
        sample_rate=sample_rate,
        frames=song_frames(ordered, builder.timeline.end_frame, sample_rate),
        strips=ordered,
        delays=align(ordered),
        stems=plan_stems(project, silent),
        limiter=limiter,
        entries=tuple(dict.fromkeys([*builder.entries, *singers])),
        warnings=(
            *(f"track {name!r} is silent: nothing sings it" for name in project.tracks if name in silent),
            *builder.warnings,
        ),
    )


@dataclass
class _Builder:
    """Makes strips out of the project's words, and keeps a list of what it used and of what to warn of."""

    arrangement: Arrangement
    plugins: Plugins
    sample_rate: int
    voices: Mapping[str, AudioSource]
    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.timeline = Timeline(self.arrangement, self.sample_rate)
        self.idle = _idle(self.arrangement.project)
        self._lanes = {lane.target: lane for lane in self.arrangement.project.automation}

    def track(self, name: str, track: Track) -> Strip:
        source: InstrumentPart | AudioSource | None = self.voices.get(name)
        if track.instrument is not None:
            source = self._instrument(name, track.instrument, self.arrangement.parts.get(name))
        return Strip(
            id=name,
            kind=Kind.TRACK,
            source=source,
            inserts=self._inserts(name, track.effects),
            fader=self._fader(name, track, mono=_is_mono(source)),
        )

    def bus(self, name: str, bus: Bus) -> Strip:
        return Strip(
            id=name,
            kind=Kind(bus.role),
            feeds=self._feeds(name),
            inserts=self._inserts(name, bus.effects),
            fader=self._fader(name, bus),
        )

    def master(self, master: Master) -> Strip:
        chain = master.effects[:-1] if _ends_in_limiter(master) else master.effects
        gain = self._motion(f"{MASTER}.gain", master.gain_db, "dB")
        return Strip(
            id=MASTER,
            kind=Kind.MASTER,
            feeds=self._feeds(MASTER),
            inserts=self._inserts(MASTER, chain),
            fader=Fader(gain_db=gain),
        )

    def limiter(self) -> Insert | None:
        """The final limiter: the project's own when its master chain ends in one, else one with default knobs."""
        master = self.arrangement.project.master
        if _ends_in_limiter(master):
            return self._insert(MASTER, master.effects[-1])
        try:
            params = self.plugins.get("effect", LIMITER).Params()
        except UnknownComponentError:
            return None
        return self._insert(MASTER, Use(name=LIMITER, params=params, id=LIMITER))

    def _instrument(self, track: str, use: Use, part: Part | None) -> InstrumentPart:
        entry = self._entry("instrument", use.name)
        params, knobs = self._resolved(f"{track}.instrument", use)
        instrument = entry.component(params)
        instrument.prepare(self.sample_rate)
        seed = Chance(self.arrangement.project.seed).of("tracks", track).number("notes")
        played = part.notes if part else notes()
        return InstrumentPart(
            instrument=instrument,
            entry=entry,
            events=events(played, self.arrangement.time_map, self.sample_rate, seed),
            knobs=knobs,
            tail_frames=tail_frames(entry.component, params, knobs, self.sample_rate),
        )

    def _inserts(self, strip: str, uses: Iterable[Use]) -> tuple[Insert, ...]:
        return tuple(self._insert(strip, use) for use in uses)

    def _insert(self, strip: str, use: Use) -> Insert:
        entry = self._entry("effect", use.name)
        params, knobs = self._resolved(f"{strip}.{use.id}", use)
        effect = entry.component(params)
        effect.prepare(self.sample_rate)
        side = use.sidechain
        return Insert(
            id=use.id,
            effect=effect,
            entry=entry,
            knobs=knobs,
            tail_frames=tail_frames(entry.component, params, knobs, self.sample_rate),
            sidechain=Feed(side.source, Tap(side.tap)) if side else None,
        )

    def _resolved(self, owner: str, use: Use) -> tuple[Params, dict[str, Motion]]:
        """A component's parameters and knobs; what they cannot do is warned of."""
        params, knobs, remarks = resolve(use.params, self._lanes_of(owner), self.timeline)
        self.warnings += (f"{owner}: {remark}" for remark in remarks)
        return params, knobs

    def _feeds(self, bus: str) -> tuple[Feed, ...]:
        """What enters a bus, in project order: each strip's output, then its sends."""
        project, feeds = self.arrangement.project, list[Feed]()
        strips: list[tuple[str, Track | Bus]] = [*project.tracks.items(), *project.buses.items()]
        for name, strip in strips:
            if name in self.idle:
                continue
            if strip.to == bus:
                feeds.append(Feed(name, Tap.POST))
            feeds += [self._send(name, send) for send in strip.sends if send.to == bus]
        return tuple(feeds)

    def _send(self, strip: str, send: Send) -> Feed:
        return Feed(strip, Tap(send.tap), self._motion(f"{strip}.{send.to}", send.level_db, "dB"))

    def _fader(self, strip: str, channel: Track | Bus, *, mono: bool = False) -> Fader:
        return Fader(
            gain_db=self._motion(f"{strip}.gain", channel.gain_db, "dB"),
            pan_percent=self._motion(f"{strip}.pan", channel.pan_percent, "%"),
            mono=mono,
        )

    def _motion(self, target: str, still: float, unit: str) -> Motion:
        lane = self._lanes.get(target)
        return lane_curve(lane, unit, self.timeline) if lane else float(still)

    def _lanes_of(self, owner: str) -> dict[str, AutomationLane]:
        """The lanes of a component's knobs, by YAML key."""
        prefix = f"{owner}."
        return {target.removeprefix(prefix): lane for target, lane in self._lanes.items() if target.startswith(prefix)}

    def _entry(self, kind: str, name: str) -> Entry:
        entry = self.plugins.entry(kind, name)
        if entry not in self.entries:
            self.entries.append(entry)
        return entry


def _idle(project: Project) -> frozenset[str]:
    """The buses that nothing enters and nothing listens to: a genre's, in a song that does without them."""
    strips: dict[str, Track | Bus] = {**project.tracks, **project.buses}
    owners = [*strips.values(), project.master]
    keys = {effect.sidechain.source for one in owners for effect in one.effects if effect.sidechain}
    idle: frozenset[str] = frozenset()
    while True:
        awake = [strip for name, strip in strips.items() if name not in idle]
        entered = {strip.to for strip in awake} | {send.to for strip in awake for send in strip.sends} | keys
        if (found := frozenset(project.buses) - entered) == idle:
            return idle
        idle = found


def _ends_in_limiter(master: Master) -> bool:
    return bool(master.effects) and master.effects[-1].name == LIMITER


def _is_mono(source: InstrumentPart | AudioSource | None) -> bool:
    return source is not None and not isinstance(source, InstrumentPart) and source.channels == 1
