"""A melody is placed in the range of the voice profile that sings it, not in its provider's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from profiles.people import LIBRARY
from songwright.arrangement.arrange import arrange
from songwright.plugins import load_plugins
from songwright.profiles.library import Library, library
from songwright.project.load import load

SONG = """\
songwright: 1
title: Range
genre: pop
key: C major
sections: {verse: {bars: 8, lyrics: "Har-bour lights are call-ing home"}}
arrangement: [verse]
tracks:
  lead: {voice: {use: hibari%s}, sings: melody}
"""


def _middle(folder: Path, profile: str) -> float:
    path = folder / "song.yaml"
    path.write_text(SONG % profile)
    plugins = load_plugins(safe=True)
    return float(np.mean(arrange(load(path, plugins), plugins).parts["lead"].notes["pitch"]))


def test_a_melody_goes_where_the_profile_sings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Library(LIBRARY).get("anna")
    monkeypatch.setenv("SONGWRIGHT_PROFILES", str(tmp_path / "mine"))
    bass = replace(anna.character, low_hz=80.0, median_hz=105.0, high_hz=150.0)
    library().add(replace(anna, name="boris", character=bass))
    assert bass.midi_range == (44, 58)
    own, low = _middle(tmp_path, ""), _middle(tmp_path, ", profile: boris")
    assert 55 <= own <= 69
    assert 44 <= low <= 58
    assert round(own - low) % 12 == 0
