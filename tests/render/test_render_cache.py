"""The render cache: what is read from it is what would have been rendered, and a change renders only what hears it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from changing_song import ALL, Desk, hashes
from fake_desk import RATE
from songwright.store import Store


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")  # kernels stay where they are
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    return Store(tmp_path / "cache" / "renders", 1 << 30)


@pytest.fixture
def song(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    assert desk.anew() == ALL
    assert desk.anew() == []
    return desk


def test_a_title_is_in_no_key(song: Desk) -> None:
    song.fields = {"title": "Another", "artist": "Somebody", "license": "CC0-1.0"}
    assert song.anew() == []


def test_a_fader_renders_what_hears_it_but_no_effect_of_its_own(song: Desk) -> None:
    song.tracks["hiss"]["gain"] = "-4 dB"
    assert song.anew() == ["hall"]
    song.tracks["hiss"]["pan"] = "70 %"
    assert song.anew() == ["hall"]


def test_an_effect_renders_what_hears_it_and_no_instrument(song: Desk) -> None:
    song.tracks["hiss"]["effects"][0]["frames"] = 300
    result = song.render()
    assert [stem.id for stem in result.stems if not stem.cached] == ["hiss", "tone", "hall"]
    assert result.report["cache"] == {"hits": 3, "misses": 3, "sources": {"hits": 4, "misses": 0}}


def test_a_note_renders_one_instrument(song: Desk) -> None:
    song.tracks["tone"]["clips"][0]["notes"] = "A3:1/1@0.7 F4:1/4@0.5"
    result = song.render()
    assert [stem.id for stem in result.stems if not stem.cached] == ["tone"]
    assert result.report["cache"]["sources"] == {"hits": 2, "misses": 1}


def test_a_track_more_or_less_renders_what_hears_it(song: Desk) -> None:
    song.tracks = {"first": {"instrument": "hiss", "clips": [{"at": "1:1", "notes": "C3:1/4"}]}} | song.tracks
    assert song.anew() == ["first"]
    song.tracks["first"]["to"] = "glue"
    assert song.anew() == ["glue"]
    del song.tracks["bent"]
    assert song.anew() == ["glue"]


def test_a_knob_that_moves_and_the_time_it_moves_in_are_in_the_key(song: Desk) -> None:
    lane = {"target": "tone.turn.gain", "points": [["1:1", "-3 dB"], ["3:1", "0 dB", "smooth"]]}
    song.fields = {"automation": [lane]}
    assert song.anew() == ["tone"]
    lane["points"] = [["1:1", "-3 dB"], ["3:1", "0 dB", "linear"]]
    assert song.anew() == ["tone"]
    song.fields["tempo"] = 121
    assert song.anew() == ALL


def test_the_sample_rate_is_in_every_key(song: Desk) -> None:
    other = song.render(sample_rate=11_025)
    assert not any(stem.cached for stem in other.stems)
    assert hashes(other) == hashes(song.render(sample_rate=11_025, cache=False))


def test_a_longer_song_plays_no_instrument_anew(song: Desk) -> None:
    song.tracks["tone"]["instrument"]["tail"] = "5 s"
    song.tracks["tone"]["clips"][0] |= {"at": "4:1"}
    result = song.render()
    assert result.report["audio"]["frames"] > 16 * RATE // 2
    assert result.report["cache"]["sources"]["misses"] == 1
    assert hashes(result) == hashes(song.render(cache=False))


@pytest.mark.parametrize("block_frames", [512, 5000, 32768, 100_000])
def test_tapes_fit_any_block(song: Desk, block_frames: int) -> None:
    whole = hashes(song.render(cache=False))
    assert hashes(song.render(block_frames=block_frames)) == whole
    song.tracks["hiss"]["effects"][0]["frames"] = 300
    changed = hashes(song.render(block_frames=block_frames, jobs=1))
    assert changed == hashes(song.render(cache=False))
    assert hashes(song.render(jobs=3)) == changed


def test_part_of_a_song_serves_a_part_and_does_not_pass_for_the_whole(tmp_path: Path) -> None:
    song = Desk(tmp_path)
    first = song.render(start="1:2", end="2:1")
    again = song.render(start="1:2", end="2:1")
    assert hashes(first) == hashes(again) == hashes(song.render(start="1:2", end="2:1", cache=False))
    assert all(stem.cached for stem in again.stems)
    song.render(only=("tone",))
    assert hashes(song.render()) == hashes(song.render(cache=False))
    late = song.render(start="3:1", end="4:3")
    assert all(stem.cached for stem in late.stems)
    assert hashes(late) == hashes(song.render(start="3:1", end="4:3", cache=False))


def damage(path: Path, way: str, rng: np.random.Generator) -> None:
    size = path.stat().st_size
    if way == "cut":
        os.truncate(path, int(rng.integers(size)))
    elif way == "empty":
        os.truncate(path, 0)
    elif way == "longer":
        with path.open("ab") as file:
            file.write(b"more")
    else:
        data = bytearray(path.read_bytes())
        data[int(rng.integers(size))] ^= 1 << int(rng.integers(8))
        path.write_bytes(data)


@pytest.mark.parametrize("way", ["cut", "empty", "longer", "flip"])
def test_whatever_is_damaged_is_noticed_and_made_again(song: Desk, store: Store, way: str) -> None:
    rng, whole = np.random.default_rng(5), hashes(song.render(cache=False))
    for _ in range(3):
        for entry in store.entries():
            damage(entry.path, way, rng)
        assert hashes(song.render()) == whole
    assert all(stem.cached for stem in song.render().stems)


def test_without_the_cache_nothing_is_read_or_kept(tmp_path: Path, store: Store) -> None:
    song = Desk(tmp_path)
    song.render(cache=False)
    assert store.entries() == []
    song.render()
    kept = len(store.entries())
    assert kept > 0
    assert not any(stem.cached for stem in song.render(cache=False).stems)
    assert len(store.entries()) == kept


def test_a_failing_render_keeps_nothing_half(song: Desk, store: Store) -> None:
    before = {entry.name for entry in store.entries()}
    song.tracks["bent"]["effects"] = [{"use": "faulty", "way": "nan"}]
    with pytest.raises(Exception, match="no numbers"):
        song.render()
    assert {entry.name for entry in store.entries()} == before
    assert list((store.folder / ".drafts").iterdir()) == []
