"""Our files as FFmpeg reads them: sample values, tags, and the loudness of whole songs.

Not part of the default run, for it needs the ``ffmpeg`` program: ``make test-peers``.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess

import numpy as np
import pytest

from songwright.files.audio import AudioFile
from songwright.files.samples import Depth
from songwright.files.tags import Tags
from songwright.pipeline import RenderOptions, render

RATE = 44100
TAGS = Tags(title="Étude №1", artist="Zoë", license="CC-BY-4.0", comment="made with Songwright")

SONGS = {
    "plain": "duration: 0:20",
    "quiet": "mood: dreamy\nenergy: 0.1\nduration: 0:20\n"
    "tracks: {drums: null, bass: null, guitar: null, arp: null, answer: null, melody: null, keys: {gain: -40 dB}}",
    "dense": "mood: driving\nenergy: 1.0\nduration: 0:20\nrender: {mix: {loudness: -10 LUFS}}",
}


def write(path, kind, depth):
    rng = np.random.default_rng(5)
    file = AudioFile(path, kind, RATE, depth, TAGS)
    file.write(rng.normal(0, 0.1, (2, 30_000)).astype(np.float32))
    file.close()
    return file


@pytest.mark.parametrize("file", ["16.wav", "24.wav", "32f.wav", "16.flac", "24.flac"])
def test_the_hash_is_that_of_the_decoded_samples(tmp_path, file):
    depth, _, kind = file.partition(".")
    written = write(tmp_path / file, kind, Depth(depth))
    layout = {"16": "s16le", "24": "s24le", "32f": "f32le"}[depth]
    decode = ["ffmpeg", "-v", "error", "-i", tmp_path / file, "-f", layout, "-c:a", f"pcm_{layout}", "-"]
    decoded = subprocess.run(decode, capture_output=True, check=True).stdout
    assert hashlib.sha256(decoded).hexdigest() == written.sha256


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_tags_are_read(tmp_path, kind):
    path = tmp_path / f"file.{kind}"
    write(path, kind, Depth.INT16)
    probe = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "format_tags:stream_tags", path]
    told = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)
    tags = {**told["format"].get("tags", {}), **told["streams"][0].get("tags", {})}
    tags = {name.lower(): text for name, text in tags.items()}
    assert (tags["title"], tags["artist"], tags["comment"]) == (TAGS.title, TAGS.artist, TAGS.comment)
    assert TAGS.license in (tags.get("license"), tags.get("copyright"))


@pytest.mark.parametrize("name", SONGS)
def test_songs_are_as_loud_as_asked(tmp_path, name):
    song = tmp_path / "song.yaml"
    song.write_text(f"songwright: 1\ntitle: {name}\ngenre: pop\n{SONGS[name]}\n")
    result = render(song, RenderOptions(out=tmp_path / "out"))
    command = ["ffmpeg", "-nostats", "-i", tmp_path / "out/mix.wav", "-af", "ebur128=peak=true", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stderr.rpartition("Summary")[2]
    lufs, peak = (float(re.search(rf"{what}:\s+(-?[\d.]+)", text)[1]) for what in ("I", "Peak"))
    assert lufs == pytest.approx(-10.0 if name == "dense" else -14.0, abs=0.2)
    assert peak <= -1.0
    assert result.report["null_residual_db"] <= -120.0
