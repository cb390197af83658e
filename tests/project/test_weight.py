"""Checking a song is light: nothing that renders is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "numba",
    "scipy",
    "soxr",
    "soundfile",
    "onnxruntime",
    "torch",
    "pretty_midi",
    "music21",
    "matplotlib",
    "packaging",
)


@pytest.mark.parametrize("module", ["songwright.project.load", "songwright.project.schema"])
def test_importing_the_loader_is_light(module: str) -> None:
    assert loaded_after(f"import {module}") == []


def test_loading_a_song_is_light(tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    song.write_text("songwright: 1\ntitle: Song\ngenre: none\n")
    code = (
        "from songwright.errors import ProjectError\n"
        "from songwright.project.load import load\n"
        f"try:\n    load({str(song)!r})\nexcept ProjectError as error:\n    assert 'genre' in str(error)\n"
        "else:\n    raise AssertionError\n"
    )
    assert loaded_after(code) == []


def loaded_after(code: str) -> list[str]:
    """Heavy modules that a fresh interpreter holds after ``code``."""
    script = f"{code}\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
