"""ID3 tags and Ogg serial numbers against another implementation of both."""

from __future__ import annotations

import io
from pathlib import Path

import mutagen.id3
import mutagen.ogg
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from songwright.files.id3 import id3_tag
from songwright.files.ogg import checksum, fix_serial

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1)


@given(title=TEXTS, artist=TEXTS, comment=TEXTS, terms=TEXTS)
def test_mutagen_reads_the_texts_back(title: str, artist: str, comment: str, terms: str) -> None:
    tag = id3_tag({"title": title, "artist": artist, "comment": comment, "license": terms})
    read = mutagen.id3.ID3(io.BytesIO(tag), translate=False)
    assert (read["TIT2"].text, read["TPE1"].text, read["TCOP"].text) == ([title], [artist], [terms])
    assert read.getall("COMM")[0].text == [comment]


def test_nothing_to_say_is_no_tag() -> None:
    assert id3_tag({"title": "", "artist": ""}) == b""


def test_a_tag_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        id3_tag({"comment": "x" * (1 << 28)})


def _ogg(path: Path) -> Path:
    noise = np.random.default_rng(1).normal(0, 0.1, (44_100, 2)).astype(np.float32)
    with soundfile.SoundFile(path, "w", 44_100, 2, "VORBIS", format="OGG") as file:
        for start in range(0, len(noise), 8192):
            file.write(noise[start : start + 8192])
    return path


def test_every_page_has_the_serial_and_a_right_checksum(tmp_path: Path) -> None:
    path = _ogg(tmp_path / "a.ogg")
    before, _ = soundfile.read(path)
    fix_serial(path, 77)
    pages, file = 0, io.BytesIO(path.read_bytes())
    while file.tell() < path.stat().st_size:
        start = file.tell()
        page = mutagen.ogg.OggPage(file)
        raw = file.getvalue()[start : file.tell()]
        assert page.serial == 77
        assert page.write() == raw  # mutagen computes the checksum anew
        pages += 1
    assert pages > 3
    after, _ = soundfile.read(path)
    assert np.array_equal(before, after)


def test_what_is_no_ogg_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(ValueError, match="not an Ogg"):
        fix_serial(path)


@given(st.binary())
def test_checksum_is_the_bitwise_one(data: bytes) -> None:
    register = 0
    for byte in data:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1) ^ (0x104C11DB7 if register & 0x80000000 else 0)
    assert checksum(data) == register
