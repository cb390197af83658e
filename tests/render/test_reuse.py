"""Files of an earlier result are taken over when they are what would be written, and only then."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from changing_song import Desk, hashes
from songwright.render.mixdown import Mixdown
from songwright.render.result import RenderResult


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")


def inodes(result: RenderResult) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in result.files if file.suffix in (".wav", ".mid")}


def bytes_of(result: RenderResult) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in result.files if file.suffix in (".wav", ".mid")}


@pytest.fixture
def song(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def again(song: Desk, **options: Any) -> RenderResult:
    """Render to one place; every file is what a render without the cache writes."""
    result, plain = song.render(out=song.folder / "out", **options), song.render(cache=False, **options)
    assert hashes(result) == hashes(plain)
    assert bytes_of(result) == bytes_of(plain)
    assert {file.stat().st_nlink for file in result.files} == {1}
    timeless = {"timing", "cache", "since_last", "stems", "files"}
    assert {k: v for k, v in result.report.items() if k not in timeless} == {
        k: v for k, v in plain.report.items() if k not in timeless
    }
    levels = [{k: v for k, v in stem.items() if k != "cached"} for stem in result.report["stems"]]
    assert levels == [{k: v for k, v in stem.items() if k != "cached"} for stem in plain.report["stems"]]
    return result


def test_unchanged_files_move_to_the_new_result(song: Desk) -> None:
    first = inodes(again(song))
    assert inodes(again(song)) == first
    song.tracks["dry"]["gain"] = "-3 dB"
    second = inodes(again(song))
    assert {name for name in first if first[name] != second[name]} == {"04-dry.wav", "mix.wav"}
    song.tracks["dry"]["clips"][0]["notes"] = "C3:1/8"
    third = inodes(again(song))
    assert {name for name in first if second[name] != third[name]} == {"04-dry.wav", "mix.wav", "song.mid"}


def test_a_file_that_somebody_changed_is_written_anew(song: Desk) -> None:
    first = again(song)
    [stem] = [file for file in first.files if file.name == "02-tone.wav"]
    when = stem.stat().st_mtime_ns
    data = bytearray(stem.read_bytes())
    data[len(data) // 2] ^= 1
    stem.write_bytes(data)
    os.utime(stem, ns=(when, when))
    mix = next(file for file in first.files if file.name == "mix.wav")
    mix.unlink()
    mix.symlink_to("stems/02-tone.wav")
    again(song)


def test_a_stem_with_another_number_is_the_same_stem(song: Desk) -> None:
    first = inodes(again(song))
    song.tracks = {"first": {"instrument": "click", "clips": [{"at": "1:1", "notes": "C3:1/4"}]}} | song.tracks
    second = inodes(again(song))
    assert second["03-tone.wav"] == first["02-tone.wav"]
    assert second["mix.wav"] != first["mix.wav"]


def test_another_title_depth_or_place_is_another_file(song: Desk) -> None:
    again(song)
    song.fields = {"title": "Another"}
    again(song)
    again(song, bit_depth="16")
    again(song, start="1:2", end="2:1")
    again(song, only=("tone",))
    again(song)


def test_only_own_files_are_taken_over(song: Desk) -> None:
    """What lies in the folder but is in no report of ours is somebody else's, whatever it is called."""
    first = again(song)
    inodes_before = inodes(first)
    (first.folder / "report.json").unlink()
    second = again(song)
    assert not set(inodes_before.values()) & set(inodes(second).values())


def test_nothing_is_ever_written_through_a_link(song: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the earlier result stay whole when a render fails after it has linked them."""
    first = again(song)
    before = bytes_of(first)
    song.tracks["dry"]["gain"] = "-3 dB"

    def fail(*_args: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Mixdown, "finish", fail)
    with pytest.raises(Exception, match="full"):
        song.render(out=song.folder / "out")
    assert bytes_of(first) == before
