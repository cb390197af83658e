"""``render --verify``: the second render is compared, and a difference is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from songwright.cli.run import run
from songwright.errors import RenderError
from songwright.pipeline import RenderOptions
from songwright.verify import hashes, verify

SONG = """
songwright: 1
title: Twice
genre: pop
sections: {verse: {bars: 1, chords: "| C |"}}
arrangement: [verse]
"""


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("song.yaml").write_text(SONG)
    return Path("song.yaml")


def test_a_song_is_the_same_on_one_thread_and_in_other_blocks(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", str(song), "--verify", "--sample-rate", "22050", "--jobs", "2"]) == 0
    assert "a second render gave the same audio in all" in capsys.readouterr().err


def test_what_differs_is_named(song: Path) -> None:
    report = {
        "mix": {"files": [{"file": "mix.wav", "sha256": "another"}]},
        "stems": [{"file": "stems/01-drums.wav", "sha256": "another"}],
    }
    options = RenderOptions(sample_rate=22_050, stems=False)
    with pytest.raises(RenderError, match=r"other audio in mix\.wav, stems/01-drums\.wav"):
        verify(song, options, report)
    assert not Path("out").exists()


def test_hashes_are_of_the_mix_and_the_stems() -> None:
    assert hashes({"mix": None, "stems": [{"file": "a.wav", "sha256": "1"}]}) == {"a.wav": "1"}
