"""Videos that were encoded, read back: their length, their sound, and when the words light up.

Not part of the default run, for it needs an encoder: ``make test-video``. By PyAV and, where it is installed, by the
program ffmpeg; read back by PyAV.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from songwright.pipeline import RenderOptions, render
from songwright.video import program, pyav
from songwright.video.encoder import Film, Sound
from songwright.video.screen import Screen
from video.look_at import words_of
from video.songs import screen, verse

RATE, FPS, SECONDS = 44_100, 30, 17
CLICKS_S = (0.5, 3.0, 7.25, 11.9)
WAYS = {"pyav": pyav.encode} | ({"ffmpeg": program.encode} if shutil.which("ffmpeg") else {})


def clicks(path: Path, seconds: float) -> Path:
    """Short bursts at known times."""
    audio = np.zeros((round(seconds * RATE), 2), np.float32)
    for at_s in (one for one in CLICKS_S if one < seconds - 0.01):
        start = round(at_s * RATE)
        audio[start : start + 200] = 0.7 * np.hanning(200)[:, None] * np.sin(np.arange(200) * 0.6)[:, None]
    soundfile.write(path, audio, RATE, subtype="PCM_24")
    return path


def film(video: Screen, way: str, path: Path, seconds: float) -> Path:
    with Sound(clicks(path.with_suffix(".wav"), seconds)) as mix:
        look, kind = video.look, path.suffix[1:]
        count = round(mix.seconds * look.fps)
        wanted = Film(look.width, look.height, look.fps, count, kind, video.song.title, mix)  # type: ignore[arg-type]
        WAYS[way](wanted, path, video.frames(0.0, count), lambda _: None)
    return path


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    """Each frame's moment and luma."""
    with av.open(str(path)) as file:
        found = []
        for frame in file.decode(video=0):
            assert frame.format.name == "yuv420p"
            found.append((float(frame.time), frame.to_ndarray()[: frame.height].astype(int)))
        return found


def sound(path: Path) -> tuple[float, np.ndarray, int]:
    """The moment of the first sample, the left channel, the rate."""
    with av.open(str(path)) as file:
        frames = list(file.decode(audio=0))
        rate = frames[0].sample_rate
        return float(frames[0].time), np.concatenate([frame.to_ndarray()[0] for frame in frames]), rate


@pytest.fixture(scope="module", params=[(way, kind) for way in WAYS for kind in ("mp4", "webm")], ids="-".join)
def made(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Screen, Path]:
    way, kind = request.param
    video = screen(verse(4), energies=(0.6,), size="640x360", fps=FPS)
    return video, film(video, way, tmp_path_factory.mktemp("film") / f"a.{kind}", SECONDS)


def test_it_lasts_as_long_as_the_mix_to_a_frame(made: tuple[Screen, Path]) -> None:
    shown = pictures(made[1])
    assert len(shown) == SECONDS * FPS
    np.testing.assert_allclose([at for at, _ in shown], np.arange(len(shown)) / FPS, atol=0.0011)
    start_s, left, rate = sound(made[1])
    assert start_s + len(left) / rate == pytest.approx(SECONDS, abs=0.03)


def test_clicks_are_heard_when_they_should(made: tuple[Screen, Path]) -> None:
    start_s, left, rate = sound(made[1])
    for at_s in CLICKS_S:
        middle = round((at_s + 100 / RATE - start_s) * rate)
        around = np.abs(left[middle - rate // 10 : middle + rate // 10])
        assert around.max() > 0.3
        heard_s = start_s + (middle - rate // 10 + int(np.argmax(around))) / rate
        opus_s = 0.0065 if made[1].suffix == ".webm" else 0.0  # its pre-skip, which FFmpeg before 6 counts otherwise
        assert heard_s == pytest.approx(at_s + 100 / RATE, abs=0.001 + opus_s)


def test_words_light_up_within_a_frame_of_the_plan(made: tuple[Screen, Path]) -> None:
    video, path = made
    shown = pictures(path)
    checked = 0
    for line in video.lines:
        thing = next(one for one in video.things if one.text == line.text and one.show_s == line.show_s)
        left, top, _, bottom = thing.box
        for start, end, at_s in words_of(line):
            piece = next(k for k, one in enumerate(line.pieces) if one.start == start)
            last = max(k for k, one in enumerate(line.pieces) if one.end <= end)
            # The first fifth of the word, and the moment at which it is half lit.
            stroke, full = thing.columns[3 * piece + 1], thing.columns[3 * last + 2]
            across = slice(left + int(thing.columns[3 * piece]), left + int(stroke) + 1)
            plain = next(luma for at, luma in shown if at > line.start_s - 2 / FPS)[top:bottom, across]
            filled = next(luma for at, luma in shown if at > line.end_s + 1 / FPS)[top:bottom, across]
            mask = np.abs(plain - filled) > 12  # what the light changes
            if not mask.any() or full <= stroke:
                continue
            share = [
                (at, ((luma[top:bottom, across] - plain)[mask] / (filled - plain)[mask]).mean())
                for at, luma in shown
                if at_s - 0.2 < at < at_s + 0.2
            ]
            lit_s = next(at for at, one in share if one > 0.5)
            assert at_s - 0.001 <= lit_s <= at_s + 1 / FPS + 0.001, (line.text[start:end], at_s, lit_s)
            checked += 1
    assert checked >= 12


def test_the_same_film_has_the_same_bytes(tmp_path: Path) -> None:
    video = screen(verse(1), fps=FPS)
    for way in WAYS:
        for kind in ("mp4", "webm"):
            hashes = {
                hashlib.sha256(film(video, way, tmp_path / f"{way}{k}.{kind}", 4.0).read_bytes()).digest()
                for k in range(2)
            }
            assert len(hashes) == 1, (way, kind)


def test_a_song_is_rendered_with_its_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")  # kernels stay where they are
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    (tmp_path / "song.yaml").write_text(
        """
songwright: 1
title: Two Lines
genre: pop
tempo: 120
sections: {verse: {bars: 4, lyrics: "ann: Har-bour lights are call-ing home\\nben: ev-ery wave a sto-ry told"}}
arrangement: [verse]
tracks:
  melody: null
  ann: {voice: hibari, sings: melody}
  ben: {voice: hibari, sings: melody}
render: {karaoke_video: {size: 320x180, title_card: false}}
"""
    )
    result = render(tmp_path / "song.yaml", RenderOptions(out=tmp_path / "out", stems=False))
    path = tmp_path / "out/karaoke/two-lines.mp4"
    assert path in result.files
    assert "karaoke/two-lines.mp4" in result.report["files"]
    start_s, left, rate = sound(path)
    mix, _ = soundfile.read(tmp_path / "out/mix.wav")
    assert start_s + len(left) / rate == pytest.approx(len(mix) / RATE, abs=0.05)
    loud = slice(rate, 3 * rate)
    assert np.corrcoef(left[round(-start_s * rate) :][loud], mix[loud, 0])[0, 1] > 0.95
    written = path.stat()
    render(tmp_path / "song.yaml", RenderOptions(out=tmp_path / "out", stems=False))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns), "it is kept"
    part = render(tmp_path / "song.yaml", RenderOptions(out=tmp_path / "part", stems=False, start="3:1"))
    assert len(pictures(tmp_path / "part/karaoke/two-lines.mp4")) == round(
        part.report["audio"]["seconds"] * 30 - 4 * 30
    )
