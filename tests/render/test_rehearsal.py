"""Files end when the sound has ended: all of them at once, never earlier, and known before the first frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_desk import BEAT, RATE, click, desk, listen, play, write_song
from songwright import hookimpl
from songwright.graph.build import build
from songwright.graph.nodes import MASTER, RenderGraph, Tap
from songwright.interfaces.instrument import Instrument
from songwright.knobs import Params, knob
from songwright.pipeline import RenderOptions, render
from songwright.plugins import Plugins, register
from songwright.render.rehearsal import SILENCE_DB, rehearsed
from songwright.render.result import RenderResult
from songwright.store import Store
from songwright.streaming import stream

END = 16 * BEAT


class PingParams(Params):
    decay_s: float = knob(1.0, 0.1, 5.0, "s", "how long it takes to fall by 60 dB")


class Ping(Instrument):
    """Falls from its velocity, evenly in dB, and says that it may take nine seconds."""

    name = "ping"
    Params = PingParams
    tail_s = 9.0

    def prepare(self, sample_rate):
        self._rate = sample_rate

    def render(self, events, controls, out):
        for event in events:
            frames = np.arange(event["length"] + 9 * self._rate)
            fall = event["velocity"] * 10.0 ** (-3.0 * frames / (self.params.decay_s * self._rate))
            out[:, event["start"] : event["start"] + len(frames)] += fall.astype(np.float32)


class PingPlugin:
    @staticmethod
    @hookimpl
    def songwright_instruments():
        return [Ping]


def plugins() -> Plugins:
    both = desk()
    register(both, PingPlugin, "ping", "ping-desk", "1.0")
    return both


def ping(decay: str, at: str = "4:4", velocity: float = 0.5, **more: Any) -> dict[str, Any]:
    instrument = {"use": "ping", "decay": decay}
    return {"instrument": instrument, "clips": [{"at": at, "notes": f"C4:1/4@{velocity}"}], **more}


def song(folder: Path, tracks: dict[str, Any], **fields: Any) -> Path:
    return write_song(folder, tracks, **{"render": {"mix": {"formats": ["wav", "flac"]}}} | fields)


def made(path: Path, name: str = "out", **options: Any) -> RenderResult:
    chosen = {"out": path.parent / name, "sample_rate": RATE, "cache": False} | options
    return render(path, RenderOptions(**chosen), plugins=plugins())


def lengths(result: RenderResult) -> set[int]:
    files = [file for file in result.files if file.suffix in (".wav", ".flac")]
    return {result.report["audio"]["frames"], *(soundfile.info(file).frames for file in files)}


@pytest.mark.parametrize(
    ("tracks", "fields", "seconds"),
    [
        ({"a": ping("2 s")}, {}, 11.0),  # 96 dB take 3.2 s from 7.5 s on
        ({"a": ping("2 s", velocity=0.01)}, {}, 11.0),  # however quiet: the mix is made as loud as any
        ({"a": ping("2 s")}, {"master": {"gain": "-20 dB"}}, 11.5),  # the stem is heard longer than the mix
        ({"a": ping("2 s"), "b": ping("3 s", velocity=0.05)}, {}, 11.5),  # 96 - 20 dB take 3.8 s
        ({"a": ping("0.1 s")}, {}, 8.0),  # over before the last section is
        ({"a": ping("5 s", at="1:1")}, {}, 8.0),
        ({"a": click("4:4", effects=[{"use": "echo", "time": "3.9 s"}])}, {}, 11.5),  # silence, and sound again
        ({"a": click("4:4", effects=[{"use": "late", "frames": 3000}])}, {}, 8.0),
        ({"a": {"instrument": "ping"}}, {}, 8.0),  # nothing is played
    ],
)
def test_all_files_end_together_when_the_last_sound_has_died_away(tmp_path, tracks, fields, seconds):
    assert lengths(made(song(tmp_path, tracks, **fields))) == {round(seconds * RATE)}


def test_a_song_that_fades_out_ends_with_its_last_section(tmp_path):
    lane = {"target": "a.gain", "points": [["3:1", "0 dB"], ["4:4.5", "-90 dB"]]}
    assert lengths(made(song(tmp_path, {"a": ping("4 s")}, automation=[lane]))) == {END}


def test_a_stream_and_a_part_know_the_same_end(tmp_path):
    path = song(tmp_path, {"a": ping("2 s"), "b": click()}, render={"mix": {"loudness": None}})
    whole = soundfile.read(made(path).folder / "mix.wav", dtype="int32")[0]
    options = RenderOptions(out=tmp_path / "out", sample_rate=RATE, cache=False)
    with stream(path, options, plugins=plugins()) as audio:
        assert audio.frames == len(whole) == 11 * RATE
        assert sum(block.audio.shape[1] for block in audio) == len(whole)
    late = made(path, "late", start="10 s")
    np.testing.assert_array_equal(soundfile.read(late.folder / "mix.wav", dtype="int32")[0], whole[10 * RATE :])
    assert lengths(made(path, "only", only=("b",))) == {11 * RATE}


def test_a_song_that_becomes_longer_plays_only_what_changed_and_has_one_length(tmp_path, monkeypatch):
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    tracks = {"a": ping("1.2 s"), "b": click("4:2", effects=[{"use": "echo", "time": "0.3 s"}])}
    first = made(song(tmp_path, tracks), cache=True)
    assert lengths(first) == {round(9.5 * RATE)}
    assert not any(stem.cached for stem in first.stems)
    tracks["a"] = ping("1.5 s")
    second = made(song(tmp_path, tracks), cache=True)
    assert lengths(second) == {10 * RATE}
    assert [stem.id for stem in second.stems if not stem.cached] == ["a"]
    plain = made(song(tmp_path, tracks), "plain")
    assert [stem.file.sha256 for stem in second.stems] == [stem.file.sha256 for stem in plain.stems]
    assert second.mix.files == plain.mix.files


def built(folder: Path, tracks: dict[str, Any], **fields: Any) -> RenderGraph:
    return build(play(folder, tracks, plugins(), **fields), plugins(), RATE)


seconds = st.sampled_from(["0.2 s", "0.7 s", "1.5 s", "3 s", "5 s"])
tracks = st.fixed_dictionaries(
    {
        "decay": seconds,
        "at": st.sampled_from(["1:1", "2:3", "4:1", "4:4.5", "8:1"]),
        "velocity": st.sampled_from([0.001, 0.1, 1.0]),
        "gain": st.sampled_from(["-40 dB", "0 dB", "6 dB"]),
        "effects": st.lists(
            st.sampled_from(
                [{"use": "echo", "time": "1.3 s"}, {"use": "late", "frames": 2000}, {"use": "cube"}, {"use": "turn"}]
            ),
            max_size=2,
            unique_by=lambda effect: effect["use"],
        ),
    }
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(songs=st.lists(tracks, min_size=1, max_size=3), jobs=st.integers(1, 3))
def test_what_is_cut_is_silence_and_what_is_kept_is_not(tmp_path_factory, songs, jobs):
    folder = tmp_path_factory.mktemp("song")
    parts = {"part": {"bars": 8, "chords": "I"}}
    whole = built(folder, {f"t{i}": ping(**one) for i, one in enumerate(songs)}, sections=parts)
    store = Store(folder / "store", 1 << 30)
    graph = rehearsed(whole, 2 * END, jobs, store)
    assert graph == rehearsed(whole, 2 * END, 1) == rehearsed(whole, 2 * END, 1, store)
    assert 2 * END <= graph.frames <= whole.frames
    mix, *stems = (
        np.abs(audio).max(axis=0)
        for audio in listen(whole, (MASTER, Tap.POST), *((plan.id, plan.tap) for plan in whole.stems))
    )
    loudest, below = np.max([mix, *stems], axis=0), 10.0 ** (SILENCE_DB / 20.0)
    assert loudest[graph.frames :].max(initial=0.0) <= 2.0 * max(2.0**-24, below * min(1.0, mix.max()))
    if graph.frames > 2 * END:
        last_note = max(strip.source.events["start"].max() for strip in whole.strips.values() if strip.source)
        assert loudest[graph.frames - RATE // 2 : graph.frames].max() >= 0.5 * below * min(1.0, mix[last_note:].max())


def test_half_a_minute_of_pop_ends_when_its_cymbal_does(tmp_path):
    path = tmp_path / "song.yaml"
    path.write_text(
        "songwright: 1\ntitle: Short\ngenre: pop\ntempo: 112\nkey: E minor\nduration: 0:30\n"
        "render: {mix: {formats: [wav]}, midi: false}\n"
    )
    result = render(path, RenderOptions(out=tmp_path / "out", sample_rate=16_000, cache=False))
    [frames] = lengths(result)
    files = [soundfile.read(file)[0] for file in result.files if file.suffix == ".wav"]
    loudest = np.max([np.abs(audio).max(axis=1) for audio in files], axis=0)
    heard = np.flatnonzero(loudest > 10.0 ** (-90.0 / 20.0))[-1]
    assert frames - 16_000 < heard < frames - 1600  # at most a second of silence, and all that sounds
    assert frames / 16_000 > result.report["sections"][-1]["end_s"] + 1.0
