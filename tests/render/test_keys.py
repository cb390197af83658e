"""Keys: equal things have equal keys, different things different ones, and what cannot be told has none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fake_desk import click, graph
from songwright.dsp import image
from songwright.graph.curve import Curve, Shape
from songwright.graph.nodes import Fader, Tap
from songwright.interfaces.instrument import EVENT
from songwright.knobs import Params
from songwright.plugins import Entry
from songwright.render import cache as cache_module
from songwright.render import identity, tape
from songwright.render.cache import RenderCache
from songwright.render.engine import Engine
from songwright.render.key import Keys, key
from songwright.render.tape import Recorder, Tape
from songwright.store import Draft, Store


class Word(StrEnum):
    ONE = "one"


class Sampled(Params):
    sample: Path = Path("none")
    level: float = 1.0


@dataclass(frozen=True)
class Opaque:
    what: Any


DIFFERENT = [
    None, True, 1, 1.0, "1", b"1", (), (1,), (1, 2), ((1,), 2), (1, (2,)), {"a": 1}, {"a": 1, "b": None}, {"b": 1},
    0.0, -0.0, float("nan"), 0.1, np.float32(0.1), np.array([0.1]), np.array([0.1], np.float32), np.array([[0.1]]),
    Fader(), Fader(mono=True), Fader(gain_db=1.0), Sampled(level=2.0), Sampled(),
    Curve.through([(0.0, 1.0, Shape.LINEAR)]), Curve.through([(0.0, 1.0, Shape.STEP)]),
]  # fmt: skip


def test_different_values_have_different_keys() -> None:
    found = [key("test", value) for value in DIFFERENT]
    assert None not in found
    assert len(set(found)) == len(found)
    assert key("test", 1) != key("other", 1)
    assert key("test", "a", "b") != key("test", "ab")


def test_equal_values_have_equal_keys() -> None:
    assert key("test", np.float64(0.1)) == key("test", 0.1)
    assert key("test", Word.ONE) == key("test", "one")
    assert key("test", {"c", "a", "b"}) == key("test", {"b", "c", "a"})
    assert key("test", [1, 2]) == key("test", (1, 2))


def test_what_cannot_be_told_has_no_key() -> None:
    for value in (object(), lambda: 0, Opaque(object()), {"a": [object()]}, np.array([object()])):
        assert key("test", value) is None


def test_a_file_enters_by_its_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.wav", tmp_path / "two.wav"
    absent = key("test", Sampled(sample=one))
    one.write_bytes(b"sound")
    two.write_bytes(b"sound")
    os.utime(two, (0, 0))
    assert key("test", Sampled(sample=one)) == key("test", Sampled(sample=two)) != absent
    two.write_bytes(b"noise")
    assert key("test", Sampled(sample=one)) != key("test", Sampled(sample=two))
    before = key("test", tmp_path)
    (tmp_path / "three.wav").write_bytes(b"")
    assert key("test", tmp_path) not in (before, None)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A plugin package with one component, imported."""
    folder = tmp_path / "other_sounds"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "table.bin").write_bytes(b"1234")
    (folder / "sound.py").write_text(
        "from songwright.interfaces.instrument import Instrument\n"
        "class Sound(Instrument):\n    'A sound.'\n    name = 'sound'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("other_sounds")]:
        del sys.modules[name]
    identity._package.cache_clear()


def test_a_components_code_and_data_are_in_its_identity(package: Path) -> None:
    from other_sounds.sound import Sound

    def identity_of(**more: Any) -> bytes:
        identity._package.cache_clear()
        words = {"kind": "instrument", "name": "sound", "source": Sound, "plugin": "p", "distribution": "d"}
        return identity.component_identity(Entry(**(words | {"distribution_version": "1"} | more)))

    seen = [identity_of()]
    assert identity_of() == seen[0]
    seen.append(identity_of(distribution_version="2"))
    Sound.version = "2"
    seen.append(identity_of())
    (package / "helper.py").write_text("X = 1\n")
    seen.append(identity_of())
    (package / "helper.py").write_text("X = 2\n")
    seen.append(identity_of())
    (package / "table.bin").write_bytes(b"12345")
    seen.append(identity_of())
    assert len(set(seen)) == len(seen)
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "helper.pyc").write_bytes(b"compiled")
    assert identity_of() == seen[-1]


def test_settings_and_libraries_are_in_the_engines_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget() -> None:
        identity.engine_identity.cache_clear()
        image.platform_key.cache_clear()

    before = identity.engine_identity()
    forget()
    assert identity.engine_identity() == before
    for name, value in (("NUMBA_CPU_NAME", "generic"), ("NPY_DISABLE_CPU_FEATURES", "AVX2")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            forget()
            assert identity.engine_identity() != before
    forget()


def test_gaps_between_the_fields_of_events_are_in_no_key(tmp_path: Path) -> None:
    song = graph(tmp_path, {"a": click()})
    before = Keys(song).source("a")
    part: Any = song.strips["a"].source
    raw = np.frombuffer(part.events.tobytes(), np.uint8).copy().reshape(len(part.events), EVENT.itemsize)
    used = np.zeros(EVENT.itemsize, bool)
    for dtype, offset in EVENT.fields.values():  # type: ignore[union-attr]
        used[offset : offset + dtype.itemsize] = True
    assert not used.all()
    raw[:, ~used] ^= 0xFF
    part.events[:] = 0
    part.events.view(np.uint8).reshape(raw.shape)[:] = raw
    assert Keys(song).source("a") == before


def test_a_source_that_tells_nothing_of_itself_is_never_kept(tmp_path: Path) -> None:
    class Recording:
        channels, end_frame = 2, 100

        def rewind(self) -> None: ...

        def read(self, frames: int) -> Any:
            return np.zeros((2, frames), np.float32)

    song = graph(
        tmp_path, {"a": click(effects=["cube"], to="band"), "b": click()}, buses={"band": {"effects": ["cube"]}}
    )
    object.__setattr__(song.strips["a"], "source", Recording())
    keys = Keys(song)
    assert (
        keys.source("a") is keys.tap("a", Tap.PRE) is keys.tap("band", Tap.POST) is keys.tap("master", Tap.POST) is None
    )
    assert keys.tap("b", Tap.POST) is not None


def test_a_disk_that_fills_up_ends_the_recording_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, audio = Store(tmp_path, 10**9), np.ones((2, tape.CHUNK_FRAMES), np.float32)
    write, count = Draft.write, 0

    def fail(self: Draft, *parts: Any) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError("full")
        write(self, *parts)

    monkeypatch.setattr(Draft, "write", fail)
    recorder = Recorder(store, "ab12")
    for _ in range(5):
        recorder.write(audio)
    recorder.commit(10**9)
    assert store.entries() == []
    assert list((tmp_path / ".drafts").iterdir()) == []


def test_a_tape_holds_every_bit(tmp_path: Path) -> None:
    """Negative zeros, denormals, equal sides, silence, a length that is no whole chunk."""
    store, rng = Store(tmp_path, 10**9), np.random.default_rng(1)
    audio = rng.standard_normal((2, 5 * tape.CHUNK_FRAMES + 77)).astype(np.float32)
    chunk = tape.CHUNK_FRAMES
    audio[:, :chunk] = 0.0
    audio[:, chunk : 2 * chunk] = -0.0
    audio[1, 2 * chunk : 3 * chunk] = audio[0, 2 * chunk : 3 * chunk]
    audio[0, 3 * chunk : 4 * chunk], audio[1, 3 * chunk : 4 * chunk] = 0.0, -0.0
    audio[0, 4 * chunk] = 1e-42
    recorder = Recorder(store, "ab12")
    for start in range(0, audio.shape[1], 10_007):
        recorder.write(np.ascontiguousarray(audio[:, start : start + 10_007]))
    recorder.commit(audio.shape[1])
    found = Tape.find(store, "ab12")
    assert found is not None
    assert found.frames == audio.shape[1]
    for frames in (chunk, 999, 3 * chunk + 1):
        out = np.full((2, -(-audio.shape[1] // frames) * frames), 7.0, np.float32)
        for start in range(0, out.shape[1], frames):
            block = np.empty((2, frames), np.float32)
            found.read(start, block)
            out[:, start : start + frames] = block
        assert out[:, : audio.shape[1]].tobytes() == audio.tobytes()
        assert not out[:, audio.shape[1] :].any()
    found.close()
    assert (tmp_path / "ab" / "ab12").stat().st_size < 4.1 * audio.nbytes // 5


def test_nothing_is_recorded_where_the_render_may_need_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song, store = graph(tmp_path, {"a": click()}), Store(tmp_path / "renders", 10**9)
    recorder = RenderCache(store, song).recorder(b"a" * 20)
    assert recorder is not None
    recorder.abandon()
    monkeypatch.setattr(Store, "free_bytes", lambda _self: cache_module.RESERVE_BYTES)
    assert RenderCache(store, song).recorder(b"a" * 20) is None


def test_what_was_made_from_the_end_of_a_tape_is_not_kept(tmp_path: Path) -> None:
    """Large blocks run on past the end that is asked for, and there a tape is silent though the song is not."""
    store, chunk = Store(tmp_path / "renders", 10**9), tape.CHUNK_FRAMES

    def mix(frames: int, end: int, cache: bool, block_frames: int) -> bytes:
        notes = [{"at": "1:1", "notes": "A3:4/1 A3:4/1"}]
        held = {"instrument": "tone", "clips": notes, "to": "band", "effects": ["cube"]}
        effects = [{"use": "late", "frames": frames}, "cube"]
        fields = {"sections": {"part": {"bars": 8, "chords": "I"}}, "buses": {"band": {"effects": effects}}}
        song = graph(tmp_path, {"a": held}, **fields)
        engine = Engine(song, [("band", Tap.POST)], block_frames, RenderCache(store, song) if cache else None, end)
        heard: list[bytes] = []
        engine.listen([engine.tap("band", Tap.POST)], lambda ports: heard.append(ports[0][0].tobytes()), (0, end))
        engine.run(1)
        return b"".join(heard)

    end = chunk + 1000
    mix(10, end, cache=True, block_frames=1000)
    mix(20, end, cache=True, block_frames=chunk)  # the bus is made anew from the track's short tape
    for later in (end + 500, end + 5000, 2 * chunk - 20):
        assert mix(20, later, cache=True, block_frames=chunk) == mix(20, later, cache=False, block_frames=chunk)


def test_an_engine_that_cannot_be_built_lets_go_of_its_tapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song, store = graph(tmp_path, {"a": click(effects=["cube"])}), Store(tmp_path / "renders", 10**9)
    first = Engine(song, [("a", Tap.POST)], cache=RenderCache(store, song))
    first.listen([first.tap("a", Tap.POST)], lambda _: None)
    first.run(1)
    found, find = list[Tape | None](), Tape.find

    def step(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Tape, "find", lambda *place: found.append(find(*place)) or found[-1])
    monkeypatch.setattr("songwright.render.engine.StripStep", step)
    with pytest.raises(MemoryError):
        Engine(song, [("a", Tap.POST)], cache=RenderCache(store, song))
    assert [one._file.closed for one in found if one] == [True]
