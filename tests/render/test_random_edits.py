"""Whatever is changed in whatever order: a render with the cache gives what a render without it gives, bit for bit.

The cache lives through all examples, so every edit meets what any earlier song left behind.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from changing_song import BUSES, TRACKS, Desk, hashes
from fake_desk import RATE, desk, write_song
from songwright.arrangement.arrange import arrange
from songwright.graph.build import build
from songwright.graph.nodes import MASTER, RenderGraph, Tap
from songwright.project.load import load
from songwright.render import tape
from songwright.render.cache import Counts, RenderCache
from songwright.render.engine import Engine
from songwright.store import Store

Song = dict[str, Any]
Edit = tuple[str, Any]

NAMES, RETURNS = list(TRACKS), list(BUSES)
NOTES = ("A3:1/2@0.8 r:1/4 C4:1/4", "E4:1/4 G4:1/8 r:1/8 C3:2/1", "C4:1/4@0.3", "r:1/4", "A3:1/1@0.7 E4:1/4@0.5")
EFFECTS: tuple[Song, ...] = (
    {"use": "turn", "gain": "-3 dB"},
    {"use": "turn", "gain": "2 dB"},
    {"use": "late", "frames": 100},
    {"use": "late", "frames": 5001},
    {"use": "echo", "time": "1/8."},
    {"use": "echo", "time": "0.3 s"},
    {"use": "cube"},
)
TONES = ({"use": "tone", "tail": "0.7 s"}, {"use": "tone", "level": "50 %"})
INSTRUMENTS: tuple[Any, ...] = ("click", "hiss", "tone", *TONES)
RAMP = [{"at": "1:1", "bpm": 200}, {"at": "2:1", "bpm": 260, "over": "1 bar"}]
LANES: tuple[Song, ...] = (
    {"target": "tone.gain", "points": [["1:1", "-30 dB"], ["3:1", "-3 dB", "smooth"]]},
    {"target": "hall.gain", "points": [["1:1", "0 dB"], ["2:2", "-12 dB", "linear"]]},
    {"target": "hiss.hall", "points": [["1:1", "-90 dB"], ["2:1", "0 dB", "exp"]]},
    {"target": "master.gain", "points": [["2:1", "0 dB"], ["2:3", "-6 dB", "step"]]},
)

one_of = st.sampled_from
TAPS = one_of(["pre", "post"])
EDITS = st.one_of(
    st.tuples(st.just("notes"), st.tuples(one_of(NAMES), one_of(NOTES), one_of(["1:1", "1:3", "2:2.5"]))),
    st.tuples(st.just("instrument"), st.tuples(one_of(NAMES), one_of(INSTRUMENTS))),
    st.tuples(st.just("gain"), st.tuples(one_of(NAMES + RETURNS), one_of(["-90 dB", "-6 dB", "0 dB", "1.5 dB"]))),
    st.tuples(st.just("pan"), st.tuples(one_of(NAMES + RETURNS), one_of(["-100 %", "0 %", "30 %"]))),
    st.tuples(st.just("send"), st.tuples(one_of(NAMES), one_of([None, "-9 dB", "0 dB"]), TAPS)),
    st.tuples(st.just("route"), st.tuples(one_of(NAMES), one_of(["master", "band", "glue"]))),
    st.tuples(st.just("add"), st.tuples(one_of([*NAMES, "hall", "glue", "band"]), one_of(EFFECTS), st.integers(0, 3))),
    st.tuples(st.just("remove"), st.tuples(one_of(NAMES + RETURNS), st.integers(0, 3))),
    st.tuples(st.just("reverse"), one_of(NAMES + RETURNS)),
    st.tuples(st.just("sidechain"), st.tuples(one_of(["bent", "dry"]), one_of(["hiss", "tone"]), TAPS)),
    st.tuples(st.just("automate"), st.lists(one_of(LANES), max_size=3, unique_by=lambda lane: lane["target"])),
    st.tuples(st.just("seed"), st.integers(0, 2)),
    st.tuples(st.just("tempo"), one_of([180, 240, RAMP])),
    st.tuples(st.just("bars"), st.integers(3, 5)),
    st.tuples(st.just("track"), st.tuples(one_of(["more", "another"]), one_of(INSTRUMENTS), one_of(NOTES))),
    st.tuples(st.just("less"), one_of(["more", "another"])),
    st.tuples(st.just("title"), one_of(["Fake", "Other"])),
)


COUNTED = Counts()  # over all examples
QUICK = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a failure is told as it was found: shrinking it takes minutes
    suppress_health_check=list(HealthCheck),
)


def first() -> Song:
    return {"tracks": copy.deepcopy(TRACKS), "buses": copy.deepcopy(BUSES), "tempo": 240}


def edited(song: Song, edit: Edit) -> Song:
    """The song after an edit. One that makes no sense here (the third effect of two) changes nothing."""
    song, (kind, what) = copy.deepcopy(song), edit
    strips = song["tracks"] | song["buses"]
    match kind, what:
        case "notes", (name, notes, at):
            strips[name]["clips"] = [{"at": at, "notes": notes}]
        case "instrument", (name, instrument):
            strips[name]["instrument"] = instrument
        case (("gain" | "pan"), (name, value)):
            strips[name][kind] = value
        case "send", (name, level, tap):
            strips[name]["sends"] = [{"to": "hall", "level": level, "tap": tap}] if level else []
        case "route", (name, target):
            strips[name]["to"] = target
        case "add", (name, effect, place):
            effects = strips[name].setdefault("effects", [])
            if len(effects) < 4:
                effects.insert(place, effect | {"id": f"e{len(effects)}-{len(str(effects))}"})
        case "remove", (name, place):
            del strips[name].get("effects", [])[place : place + 1]
        case "reverse", name:
            strips[name].get("effects", []).reverse()
        case "sidechain", (name, source, tap):
            strips[name]["effects"] = [{"use": "duck", "id": "side", "sidechain": {"from": source, "tap": tap}}]
        case "automate", lanes:
            song["automation"] = lanes
        case (("seed" | "tempo" | "title"), value):
            song[kind] = value
        case "bars", bars:
            song["sections"] = {"part": {"bars": bars, "chords": "I"}}
        case "track", (name, instrument, notes):
            track = {"instrument": instrument, "clips": [{"at": "1:1", "notes": notes}]}
            song["tracks"] = {name: track} | song["tracks"]
        case "less", name:
            song["tracks"].pop(name, None)
    return song


def graph_of(folder: Path, song: Song) -> RenderGraph:
    fields = {name: value for name, value in song.items() if name != "tracks"}
    plugins = desk()
    return build(arrange(load(write_song(folder, song["tracks"], **fields), plugins), plugins), plugins, RATE)


def heard(graph: RenderGraph, cache: RenderCache | None, block_frames: int, jobs: int, end: int) -> list[bytes]:
    """All stems, and the mix before and after the master, up to a frame; a stem that is on tape is read from it."""
    taps = [(MASTER, Tap.SOURCE), (MASTER, Tap.POST)]
    outputs = [*((plan.id, plan.tap) for plan in graph.stems), *taps]
    engine = Engine(graph, outputs, block_frames, cache, end)
    ports = [*map(engine.stem, graph.stems), *(engine.tap(*tap) for tap in taps)]
    whole: list[list[np.ndarray]] = [[] for _ in ports]

    def take(blocks: Any) -> None:
        for kept, block in zip(whole, blocks, strict=True):
            kept.append(block.copy())

    engine.listen(ports, take, (0, end))
    engine.run(jobs)
    return [np.concatenate(blocks, axis=1).tobytes() for blocks in whole]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store so small that it forgets, and tapes of so short chunks that a song has several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tape, "CHUNK_FRAMES", 4096)
        yield Store(tmp_path_factory.mktemp("renders"), 1_500_000)


@settings(QUICK, max_examples=200)
@given(data=st.data(), edits=st.lists(EDITS, min_size=1, max_size=3))
def test_two_hundred_sequences_of_edits(tmp_path_factory, store, data, edits):
    folder, song = tmp_path_factory.getbasetemp(), first()
    for edit in edits:
        song = edited(song, edit)
        graph = graph_of(folder, song)
        cache = RenderCache(store, graph)
        block_frames, jobs = data.draw(one_of([1000, 4096, 8192])), data.draw(st.integers(1, 2))
        end = graph.frames if data.draw(st.integers(0, 3)) else data.draw(st.integers(1, graph.frames))
        with_cache = heard(graph, cache, block_frames, jobs, end)
        assert with_cache == heard(graph, None, 4096, 1, end)
        COUNTED.hits += cache.sources.hits + cache.strips.hits
        COUNTED.misses += cache.sources.misses + cache.strips.misses


def test_the_edits_met_what_was_kept_and_what_was_not():
    """The test above means something only when much was read from the cache and much was not there."""
    assert COUNTED.hits > 500
    assert COUNTED.misses > 100


@settings(QUICK, max_examples=12)
@given(edits=st.lists(EDITS, min_size=2, max_size=4), damages=st.lists(st.integers(0, 10**9), max_size=4))
def test_whole_renders_after_edits_and_damage(tmp_path_factory, edits, damages):
    folder = tmp_path_factory.mktemp("song")
    song, state, damages = Desk(folder), first(), iter(damages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("songwright.store.cache_root", lambda: folder / "cache")
        patch.setenv("SONGWRIGHT_CACHE_LIMIT", "20 MB")
        for edit in edits:
            state = edited(state, edit)
            song.tracks, song.buses = state["tracks"], state["buses"]
            song.fields = {name: value for name, value in state.items() if name not in ("tracks", "buses")}
            assert hashes(song.render(out=folder / "out")) == hashes(song.render(out=folder / "plain", cache=False))
            entries = Store(folder / "cache" / "renders", 1).entries()
            if entries and (place := next(damages, None)) is not None:
                path = entries[place % len(entries)].path
                content = bytearray(path.read_bytes())
                content[place % len(content)] ^= 1
                path.write_bytes(content)
