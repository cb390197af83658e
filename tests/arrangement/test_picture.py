"""The picture tells the truth about the arrangement."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from songwright.arrangement.arrange import arrange
from songwright.arrangement.model import Arrangement
from songwright.arrangement.picture import LABEL_COLUMNS, LEVELS, busyness, lines, plot
from songwright.errors import OutputError
from songwright.plugins import installed_plugins
from songwright.project.load import load

SONG = """
songwright: 1
title: Two Rooms
genre: pop
key: C major
tempo: [{at: "1:1", bpm: 120}, {at: "5:1", bpm: 60}]
sections:
  hall: {bars: 4, energy: 0.25, chords: "| C | F . G7 . | C | C |"}
  kitchen: {bars: 4, energy: 1.0, chords: "| Am | G | F | G |"}
arrangement: [hall, kitchen, hall]
tracks:
  drums: null
  bass: null
  keys: null
  guitar: null
  pad: null
  arp: null
  answer: null
  melody: null
  pick:
    instrument: plucked-string
    clips: [{at: "2:1", notes: "C4:1/4 E4 G4 C5"}, {at: "5:1", notes: "C4:1/1+1/1"}, {at: "8:1", notes: "C4:1/4"}]
  still: {instrument: plucked-string}
"""


@pytest.fixture
def arrangement(tmp_path: Path) -> Arrangement:
    plugins = installed_plugins()
    path = tmp_path / "song.yaml"
    path.write_text(SONG)
    return arrange(load(path, plugins), plugins)


def _row(shown: list[str], label: str) -> str:
    return next(line for line in shown if line.startswith(label))[LABEL_COLUMNS:]


def test_title_sections_energy_and_bars(arrangement: Arrangement) -> None:
    shown = lines(arrangement)
    # Four bars of four at 120 are 8 s, eight at 60 are 32 s.
    assert shown[0] == "Two Rooms: C major, 60 to 120 BPM, 4/4, 12 bars, 0:40.0"
    assert _row(shown, "bar") == "1   5   9"
    assert _row(shown, "section") == "hal kit hall-2"
    assert _row(shown, "energy") == LEVELS[2] * 4 + LEVELS[8] * 4 + LEVELS[2] * 4


def test_a_tracks_row_is_how_much_it_plays(arrangement: Arrangement) -> None:
    played = busyness(arrangement, arrangement.parts["pick"])
    assert played == pytest.approx([0, 1, 0, 0, 0.25, 0.25, 0, 0.25, 0, 0, 0, 0], abs=0.05)
    assert _row(lines(arrangement), "pick") == " █  ▂▂ ▂"
    assert not np.any(busyness(arrangement, arrangement.parts["still"]))
    assert _row(lines(arrangement), "still") == ""


def test_chords_are_told_once(arrangement: Arrangement) -> None:
    assert lines(arrangement)[-3:] == [
        f"{'hall':<{LABEL_COLUMNS}}| C | F G7 | C | C |",
        f"{'kitchen':<{LABEL_COLUMNS}}| Am | G | F | G |",
        f"{'hall-2':<{LABEL_COLUMNS}}as hall",
    ]


def test_a_long_song_fits_its_columns(arrangement: Arrangement) -> None:
    shown = lines(arrangement, columns=LABEL_COLUMNS + 6)
    assert _row(shown, "energy") == LEVELS[2] * 2 + LEVELS[8] * 2 + LEVELS[2] * 2
    assert _row(shown, "pick") == "█ ▂▂"


def test_a_picture_is_drawn(arrangement: Arrangement, tmp_path: Path) -> None:
    import matplotlib.image

    plot(arrangement, tmp_path / "song.png")
    pixels = matplotlib.image.imread(tmp_path / "song.png")
    assert pixels.shape[1] == 1760
    assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) > 20  # something is on it


def test_without_matplotlib_it_says_what_to_install(
    arrangement: Arrangement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(OutputError, match=r"songwright\[plot\]"):
        plot(arrangement, tmp_path / "song.png")
