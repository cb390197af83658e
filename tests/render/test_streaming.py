"""A mix as a stream: the file's audio to the last bit when the gain is the same, near its loudness when it is not."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from fake_desk import RATE, click, desk, graph, write_song
from little_songs import QUICK
from songwright.errors import PluginError, ProjectError
from songwright.pipeline import RenderOptions, render
from songwright.render.preview import places
from songwright.store import user_store
from songwright.streaming import Stream, stream

NOTES = "A3:1/16@0.8 r:1/16 C4:1/16 r:1/8 E4:1/8"
TRACKS = {
    "hiss": {
        "instrument": "hiss",
        "clips": [{"at": "1:1", "notes": NOTES, "repeat": 12}],
        "effects": [{"use": "late", "frames": 333}],
        "sends": [{"to": "hall", "level": "-9 dB"}],
    },
    "tone": {"instrument": {"use": "tone", "tail": "0.4 s"}, "clips": [{"at": "1:2", "notes": "A3:1/1 E4:1/4"}]},
    "spikes": {"instrument": "click", "clips": [{"at": "1:1", "notes": "C4:1/4@1", "repeat": 8}], "gain": "9 dB"},
}
BUSES = {"hall": {"role": "return", "effects": [{"use": "echo", "time": "1/8."}]}}
MOVES = [{"target": "hiss.gain", "points": [["1:1", "-30 dB"], ["3:1", "-3 dB", "smooth"]]}]
LOUD = {"loudness": "-14 LUFS", "true_peak": "-1 dBTP", "formats": ["wav"]}


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("song"), TRACKS, buses=BUSES, automation=MOVES, render={"mix": LOUD})


@pytest.fixture(scope="module")
def mix(song: Path) -> np.ndarray:
    """The audio of the file, shape ``(2, frames)``."""
    folder = render(song, _options(song), plugins=desk()).folder
    return soundfile.read(folder / "mix.wav", dtype="float32", always_2d=True)[0].T


def _options(song: Path, **more) -> RenderOptions:
    return RenderOptions(out=song.parent / "out", bit_depth="32f", **more)


def _heard(audio: Stream) -> np.ndarray:
    place, blocks = audio.start_frame, []
    with audio:
        for block in audio:
            assert block.start_frame == place
            place += block.audio.shape[1]
            blocks.append(block.audio)
    assert place == audio.end_frame
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize(("jobs", "block_s"), [(1, 1.0), (2, 0.013), (3, 0.5), (2, 60.0)])
@pytest.mark.parametrize("gain", ["exact", "report"])
def test_a_stream_with_the_gain_of_the_file_is_the_file(song, mix, gain, jobs, block_s):
    audio = stream(song, _options(song, jobs=jobs), gain=gain, block_s=block_s, plugins=desk())
    assert np.array_equal(_heard(audio), mix)


def test_without_a_loudness_a_stream_is_the_file_whatever_its_gain_comes_from(song, tmp_path):
    options = RenderOptions(out=tmp_path / "out", bit_depth="32f", overrides={"render.mix.loudness": None})
    folder = render(song, options, plugins=desk()).folder
    audio = stream(song, options, plugins=desk())
    assert audio.gain_db == 0.0
    assert np.array_equal(_heard(audio), soundfile.read(folder / "mix.wav", dtype="float32", always_2d=True)[0].T)


def test_a_part_is_that_part_of_the_whole(song, mix):
    options = _options(song, start="1:3", end="2:4")
    for gain in ("exact", "report"):
        audio = stream(song, options, gain=gain, block_s=0.3, plugins=desk())
        assert (audio.start_frame, audio.end_frame) == (44_100, 44_100 * 3 + 22_050)
        assert np.array_equal(_heard(audio), mix[:, audio.start_frame : audio.end_frame])


def test_the_estimated_gain_is_near_the_exact_one_and_the_ceiling_holds(tmp_path):
    tracks = {name: track | {"gain": "0 dB"} for name, track in TRACKS.items()}
    for name, repeat in (("hiss", 160), ("spikes", 120)):
        tracks[name] = tracks[name] | {"clips": [{**tracks[name]["clips"][0], "repeat": repeat}]}
    lanes = [{"target": "hiss.gain", "points": [["1:1", "-30 dB"], ["20:1", "0 dB", "smooth"]]}]
    parts = {"part": {"bars": 40, "chords": "I"}}
    song = write_song(tmp_path, tracks, sections=parts, buses=BUSES, automation=lanes, render={"mix": LOUD})
    options = RenderOptions(out=tmp_path / "out", stems=False, sample_rate=16_000)
    exact = render(song, options, plugins=desk()).report
    assert exact["audio"]["seconds"] > 30.0  # long enough to be sampled
    audio = stream(song, options, plugins=desk())
    assert audio.gain_db == pytest.approx(exact["mix"]["gain_db"], abs=0.5)
    assert audio.gain_db != exact["mix"]["gain_db"]
    assert np.abs(_heard(audio)).max() <= 10 ** (-1.0 / 20)
    assert audio.gain_db == stream(song, options, plugins=desk()).gain_db


def test_who_stops_early_leaves_nothing_running(song):
    audio = stream(song, _options(song), gain=0.0, block_s=0.05, plugins=desk())
    next(iter(audio))
    assert any(thread.name.startswith("songwright") for thread in threading.enumerate())
    audio.close()
    for _ in range(100):
        if not any(thread.name.startswith("songwright") for thread in threading.enumerate()):
            break
        time.sleep(0.05)
    assert not any(thread.name.startswith("songwright") for thread in threading.enumerate())
    assert list(audio) == []


def test_a_component_that_fails_fails_the_stream(tmp_path):
    tracks = {"hiss": TRACKS["hiss"] | {"effects": [{"use": "faulty", "way": "raise"}]}}
    song = write_song(tmp_path, tracks, buses=BUSES, render={"mix": LOUD})
    with pytest.raises(PluginError, match="'faulty' failed in 'hiss'"):
        _heard(stream(song, _options(song), gain=0.0, plugins=desk()))


def test_what_has_no_mix_or_no_report_is_refused(song, tmp_path):
    with pytest.raises(ProjectError, match="there is no mix to stream"):
        stream(song, _options(song, only=("hiss",)), plugins=desk())
    with pytest.raises(ProjectError, match=r"no report of a mix is at .*nowhere"):
        stream(song, RenderOptions(out=tmp_path / "nowhere"), gain="report", plugins=desk())


def test_damaged_tapes_are_gone_round(song, mix, tmp_path, monkeypatch):
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")  # kernels stay where they are
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    options = _options(song, jobs=2)
    assert np.array_equal(_heard(stream(song, options, gain="report", plugins=desk())), mix)
    store = user_store("renders")
    entries = store.entries()
    assert entries  # what was streamed to its end was kept
    assert np.array_equal(_heard(stream(song, options, gain="report", plugins=desk())), mix)
    for entry in entries:
        data = bytearray(entry.path.read_bytes())
        data[len(data) * 3 // 4] ^= 1
        entry.path.write_bytes(data)
    for gain in ("report", "exact"):
        assert np.array_equal(_heard(stream(song, options, gain=gain, plugins=desk())), mix)


def test_places_of_a_short_song_begin_in_it(tmp_path: Path) -> None:
    short = replace(graph(tmp_path, {"t": click()}), frames=17 * RATE)  # a little more than all places together
    cut = places(short)
    assert len(cut.starts) == 12
    assert cut.starts[0] == 0
    assert cut.starts[-1] + cut.frames <= short.frames


def test_a_song_that_ships_instruments_is_estimated_too(tmp_path):
    from little_songs import write_little

    song = write_little(tmp_path / "song.yaml", bars=32)
    options = RenderOptions(out=tmp_path / "out", sample_rate=QUICK.sample_rate, stems=False)
    exact = render(song, options).report["mix"]["gain_db"]
    assert stream(song, options).gain_db == pytest.approx(exact, abs=0.5)
