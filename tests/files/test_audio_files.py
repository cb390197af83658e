from __future__ import annotations

import hashlib
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from decoding import decoded
from songwright.files.audio import AudioFile, stored_depth
from songwright.files.samples import Depth, Quantizer
from songwright.files.tags import Tags
from songwright.files.wav import WavFile

RATE = 44100
TAGS = Tags(title="Étude №1", artist="Zoë", license="CC-BY-4.0", comment="made with Songwright")


def sound(frames=30_000):
    rng = np.random.default_rng(5)
    tone = 0.4 * np.sin(2 * np.pi * 440.0 / RATE * np.arange(frames))
    return np.stack((tone, -0.5 * tone)).astype(np.float32) + rng.normal(0, 0.01, (2, frames)).astype(np.float32)


def write(path, kind, depth, audio, block=4096, tags=TAGS):
    file = AudioFile(path, kind, RATE, depth, tags)
    for start in range(0, audio.shape[1], block):
        file.write(np.ascontiguousarray(audio[:, start : start + block]))
    file.close()
    return file


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("depth", list(Depth))
def test_bytes_depend_on_the_audio_alone(tmp_path, kind, depth):
    one = write(tmp_path / "one", kind, depth, sound())
    two = write(tmp_path / "two", kind, depth, sound(), block=1777)
    assert one.sha256 == two.sha256
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize(("depth", "step"), [(Depth.INT16, 2**-15), (Depth.INT24, 2**-23), (Depth.FLOAT32, 0.0)])
def test_lossless_files_read_back(tmp_path, kind, depth, step):
    audio = sound()
    write(tmp_path / "file", kind, depth, audio)
    read, rate = soundfile.read(tmp_path / "file")
    assert rate == RATE
    worst = {Depth.INT16: 1.5, Depth.INT24: 0.5, Depth.FLOAT32: 0.0}[depth] * step
    if stored_depth(kind, depth) is not depth:
        worst = 0.5 * 2**-23
    assert np.abs(read.T - audio).max() <= worst * 1.0001


@pytest.mark.parametrize("file", ["16.wav", "24.wav", "32f.wav", "16.flac", "24.flac"])
def test_the_hash_is_that_of_the_samples_as_libsndfile_decodes_them(tmp_path, file):
    depth, _, kind = file.partition(".")
    written = write(tmp_path / file, kind, Depth(depth), sound())
    assert hashlib.sha256(decoded(tmp_path / file, depth)).hexdigest() == written.sha256


@pytest.mark.parametrize("kind", ["ogg", "mp3"])
def test_lossy_files_sound_alike(tmp_path, kind):
    audio = sound(3 * RATE)
    write(tmp_path / f"file.{kind}", kind, Depth.INT24, audio)
    read, rate = soundfile.read(tmp_path / f"file.{kind}")
    assert rate == RATE
    level = 20 * np.log10(np.std(read[RATE : 2 * RATE, 0]) / np.std(audio[0, RATE : 2 * RATE]))
    assert abs(level) < 0.1
    spectrum = np.abs(np.fft.rfft(read[RATE : 2 * RATE, 0]))
    assert np.argmax(spectrum) == 440


def test_dither_makes_rounding_a_steady_hiss():
    """A sine of half a step vanishes when it is rounded; dithered it is there, and the rest is white."""
    frames = 2**16
    tone = 0.5 * 2**-15 * np.sin(2 * np.pi * 1000.0 / 65536 * np.arange(frames))
    samples = Quantizer(Depth.INT16).take(np.stack((tone, tone)).astype(np.float32))[:, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(samples)) / (frames / 2)
    assert spectrum[1000] == pytest.approx(0.5, abs=0.03)
    rest = np.delete(spectrum, 1000)[1:]
    harmonics = spectrum[[2000, 3000, 5000]]
    assert harmonics.max() < 6.0 * np.sqrt(np.mean(rest**2))
    noise = samples - tone * 2**15
    assert np.var(noise) == pytest.approx(1 / 4, rel=0.03)  # 1/12 of rounding, twice 1/12 of dither
    assert np.abs(samples).max() <= 2


def test_16_bit_is_the_nearest_step_to_what_a_sample_is_with_its_dither():
    """As double precision has it: near full scale single precision has no room for the dither."""
    audio, quantizer = (
        np.random.default_rng(5).uniform(-1.01, 1.01, (2, 5000)).astype(np.float32),
        Quantizer(Depth.INT16),
    )
    samples = np.concatenate([quantizer.take(np.ascontiguousarray(part)).copy() for part in np.split(audio, 5, axis=1)])
    noise = np.arange(1, 10_001, dtype=np.uint32).reshape(-1, 2)
    noise = (noise ^ (noise >> 16)) * np.uint32(0x21F0AAAD)
    noise = (noise ^ (noise >> 15)) * np.uint32(0xD35A2D97)
    noise ^= noise >> 15
    exact = audio.T * 2.0**15 + ((noise & 0xFFFF) - (noise >> 16).astype(float)) / 2**16
    legal = np.clip(exact, -(2**15), 2**15 - 1)
    assert np.abs(samples - legal).max() == pytest.approx(0.5, abs=1e-3)
    assert quantizer.clipped == np.count_nonzero(np.rint(exact) != np.rint(legal)) > 0


@given(st.integers(-(2**23) - 5, 2**23 + 5))
def test_24_bit_rounds_to_the_nearest_step_and_clips(value):
    quantizer = Quantizer(Depth.INT24)
    exact = np.float32(value / 2**23)
    packed = quantizer.take(np.full((2, 1), exact, np.float32))
    read = int.from_bytes(packed[0, 0].tobytes(), "little", signed=True)
    nearest = int(np.rint(float(exact) * 2**23))
    assert read == max(-(2**23), min(2**23 - 1, nearest))
    assert quantizer.clipped == 2 * (nearest != read)


@pytest.mark.parametrize("depth", list(Depth))
def test_hashes_do_not_depend_on_blocks(depth):
    audio, one, two = sound(), Quantizer(depth), Quantizer(depth)
    one.take(audio)
    for start in range(0, audio.shape[1], 999):
        two.take(np.ascontiguousarray(audio[:, start : start + 999]))
    assert one.sha256 == two.sha256


def test_a_file_beyond_four_gigabytes_is_rf64(tmp_path):
    file = WavFile(tmp_path / "file.wav", RATE, Depth.INT16, TAGS)
    file.write(np.zeros((10, 2), np.int16))
    file._bytes = 5 * 2**30
    file.close()
    head = (tmp_path / "file.wav").read_bytes()[:48]
    assert head[:4] == b"RF64"
    assert head[8:16] == b"WAVEds64"
    assert struct.unpack("<QQ", head[28:44]) == (5 * 2**30, 5 * 2**30 // 4)
