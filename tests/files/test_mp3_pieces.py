"""An MP3 made in pieces is a sound stream, and as near to the sound as one that a single encoder makes."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from songwright.files import mp3
from songwright.files.mp3 import FRAME, Mp3Pieces, Mp3Stream
from songwright.files.tags import Tags

RATE = 44_100
TAGS = Tags(title="", artist="", license="", comment="")
FRAMES = 300  # MPEG frames of each signal: eight seconds
DELAY = 1105  # samples by which LAME and a decoder are late


@pytest.fixture(autouse=True)
def _short_pieces(monkeypatch):
    monkeypatch.setattr(mp3, "PIECE", 60)


def signals():
    rng = np.random.default_rng(3)
    time = np.arange(FRAMES * FRAME - 500)
    noise = rng.uniform(-1.0, 1.0, time.size)
    fading = np.exp(-(time % 30_000) / 4_000.0)
    yield "tones", sum(0.2 * np.sin(time * step) for step in (0.01, 0.0337, 0.091, 0.4))
    yield "noise", 0.5 * noise
    yield "hits", fading * (0.5 * noise + 0.4 * np.sin(time * 0.02))
    yield "silence", 0.0 * noise
    yield "clicks", (time % 3_000 == 0) * 0.9
    yield "steps", (time // 4_000 % 2) * 1.6 - 0.8


SIGNALS = {name: (np.stack((wave, np.roll(wave, 9)), axis=1) * 32_000).astype(np.int16) for name, wave in signals()}


def write(path, samples, make=Mp3Pieces, block=10_000, **options):
    file = make(path, RATE, TAGS, **options)
    for start in range(0, len(samples), block):
        file.write(samples[start : start + block])
    file.close()
    return path.read_bytes()


@pytest.mark.parametrize("name", SIGNALS)
def test_no_byte_depends_on_threads_or_blocks(tmp_path, name):
    one = write(tmp_path / "one", SIGNALS[name])
    assert one == write(tmp_path / "two", SIGNALS[name], jobs=3)
    assert one == write(tmp_path / "three", SIGNALS[name], block=200_001, jobs=2)


@pytest.mark.parametrize("name", SIGNALS)
def test_every_frame_finds_its_own_data(tmp_path, name):
    """The data of each frame begin after those of the frame before, and end within the frame."""
    stream = write(tmp_path / "pieces", SIGNALS[name])
    lone = write(tmp_path / "lone", SIGNALS[name], Mp3Stream)
    frames = mp3._frames(stream, RATE)
    assert len(frames) == len(mp3._frames(lone, RATE))
    place = end = 0  # in the bytes left after headers and side information
    for frame in frames:
        assert frame[:2] == b"\xff\xfb"
        begin = place - mp3._reach(frame)
        assert begin >= end
        end = begin + -(-data_bits(frame) // 8)
        place += len(frame) - 36
        assert end <= place


def data_bits(frame: bytes) -> int:
    """Bits of scale factors and spectra in a stereo frame: ``part2_3_length`` of two granules and two channels."""
    side = int.from_bytes(frame[4:36], "big")
    return sum(side >> (256 - 20 - 59 * number - 12) & 0xFFF for number in range(4))


@pytest.mark.parametrize("name", ["tones", "noise", "hits"])
def test_changes_from_piece_to_piece_are_not_heard(tmp_path, name):
    """What encoding adds is no more about a change than where one encoder made everything."""
    samples = SIGNALS[name]
    write(tmp_path / "pieces", samples)
    write(tmp_path / "lone", samples, Mp3Stream)
    pieces, lone = (added(tmp_path / file, samples) for file in ("pieces", "lone"))
    assert pieces.size == lone.size
    for change in range(60, pieces.size - 60, 60):
        near = slice(change - 4, change + 30)
        assert pieces[near].max() < 1.6 * lone[near].max() + 1e-9
        assert pieces[near].mean() < 1.2 * lone[near].mean() + 1e-9


def added(path, samples):
    """The energy that encoding added to each frame's span."""
    decoded, _ = soundfile.read(path, dtype="float64", always_2d=True)
    length = len(samples) // FRAME * FRAME
    noise = decoded[DELAY : DELAY + length] - samples[:length] / 2.0**15
    return (noise**2).sum(axis=1).reshape(-1, FRAME).mean(axis=1)


def test_pieces_without_a_frame_to_change_at_become_one(tmp_path, monkeypatch):
    monkeypatch.setattr(mp3, "_CHOICE", 0)
    assert write(tmp_path / "pieces", SIGNALS["hits"]) == write(tmp_path / "lone", SIGNALS["hits"], Mp3Stream)


def test_a_song_of_no_length_is_a_file(tmp_path):
    assert write(tmp_path / "file", np.empty((0, 2), np.int16)) == write(
        tmp_path / "lone", np.empty((0, 2), np.int16), Mp3Stream
    )
