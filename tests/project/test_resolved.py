"""``songwright resolve``: complete, with origins, and itself a project that is equal to the first."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from project.band import band
from project.song import EXACT
from songwright.errors import ProjectError
from songwright.project.load import load_checked, resolved_yaml
from songwright.project.origins import plain
from songwright.project.reader import read
from songwright.project.resolved import _text

BAND = band()
SMALLEST = "songwright: 1\ntitle: First Light\ngenre: tune\n"


def resolve_twice(text: str, folder: Path) -> tuple[str, str]:
    """The resolved file, and that of the resolved file; both must give the same project."""
    song, again = folder / "song.yaml", folder / "again.yaml"
    song.write_text(text)
    first = load_checked(song, BAND)
    again.write_text(resolved_yaml(first))
    second = load_checked(again, BAND)
    assert second.project == first.project
    return again.read_text(), resolved_yaml(second)


def without_comments(text: str) -> str:
    return "\n".join(line.rpartition("  # ")[0].rstrip() or line for line in text.splitlines())


@pytest.mark.parametrize("text", [SMALLEST, EXACT], ids=["smallest", "exact"])
def test_a_resolved_project_is_the_same_project(text: str, tmp_path: Path) -> None:
    once, twice = resolve_twice(text, tmp_path)
    assert without_comments(once) == without_comments(twice)


def test_each_value_says_who_decided_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("artist: The Parents\n")
    song = tmp_path / "song.yaml"
    song.write_text(SMALLEST + "extends: base.yaml\ntracks:\n  bass: {gain: -3 dB}\n")
    lines = resolved_yaml(load_checked(song, BAND, overrides={"energy": "0.25"})).splitlines()
    origins = {line.split("  # ")[0].strip(): line.split("  # ")[1] for line in lines if "  # " in line}
    assert origins["title: First Light"] == "song.yaml:2"
    assert origins["artist: The Parents"] == "base.yaml:1"
    assert origins["gain: -3 dB"] == "song.yaml:6"
    assert origins["energy: 0.25"] == "--set"
    assert origins["swing: 54 %"] == "genre: tune"
    assert origins["cutoff: 900 Hz"] == "genre: tune"
    assert origins['license: ""'] == "default"


def test_what_was_taken_out_stays_out(tmp_path: Path) -> None:
    once, _ = resolve_twice(SMALLEST + "tracks: {lead: null}\nrender: {mix: {loudness: null}}\n", tmp_path)
    assert "  lead: null" in once
    assert "loudness: null" in once


def test_lyrics_keep_their_lines(tmp_path: Path) -> None:
    once, _ = resolve_twice(EXACT, tmp_path)
    assert "    lyrics: |" in once
    assert "      Har-bour lights are call-ing home\n" in once


TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "off",
        "yes",
        "~",
        "null",
        "1984",
        "0o17",
        "2:30",
        "- x",
        "# no",
        "a: b",
        "a #b",
        "'",
        '"',
        "|\n",
        " x ",
        "x\n",
        "x\n\ny\n",
        "\tx",
        "\ufffe",
        "\ufeff",
        "a\u2028b",
        "é",
        "\\",
    ]
)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


LENGTH = st.sampled_from(["1/4", "1/8t", "3/16", "1/8.", "1/16..", "2 bars", "1.5 bars", "0.3 beats", "3 beats"])
REED = st.fixed_dictionaries(
    {"use": st.just("reed")},
    optional={"cutoff": between(20, 20000), "shape": st.sampled_from(["saw", "square"]), "voices": st.integers(1, 8)},
)
ECHO = st.fixed_dictionaries(
    {"use": st.just("echo")},
    optional={
        "time": between(1, 4000) | LENGTH,
        "feedback": between(0, 95),
        "id": st.sampled_from(["a", "echo", "far-1"]),
    },
)
TRACK = st.fixed_dictionaries(
    {"instrument": REED | st.just("reed"), "pattern": st.just("walk")},
    optional={
        "gain": between(-90, 24),
        "pan": between(-100, 100).map(lambda pan: f"{pan} %"),
        "effects": st.lists(st.just("squeeze"), max_size=3) | ECHO,
        "sends": st.lists(st.fixed_dictionaries({"to": st.just("hall"), "level": between(-90, 12)}), max_size=1),
    },
)
BASS = st.fixed_dictionaries(
    {}, optional={"instrument": REED, "gain": between(-90, 24), "voice": st.just("anna"), "sends": st.none()}
)
WISH = st.fixed_dictionaries(
    {"songwright": st.just(1), "title": TEXT, "genre": st.just("tune")},
    optional={
        "artist": TEXT,
        "license": TEXT,
        "seed": st.integers(0, 2**63 - 1),
        "energy": between(0, 1),
        "tempo": between(20, 400) | st.lists(st.just({"bpm": 90}), min_size=1, max_size=1),
        "duration": between(5, 3600) | st.just("2:30.5"),
        "sections": st.dictionaries(
            st.sampled_from(["verse", "chorus"]),
            st.fixed_dictionaries({}, optional={"bars": st.integers(1, 256), "lyrics": TEXT}),
        ),
        "tracks": st.fixed_dictionaries(
            {}, optional={"bass": BASS | st.none(), "lead": st.none(), "riff": TRACK, "x_1": TRACK}
        ),
        "arrangement": st.lists(
            st.sampled_from(["verse", "chorus", "intro", {"use": "verse", "transpose": -2}]), min_size=1, max_size=5
        ),
    },
)


@given(WISH)
@settings(max_examples=300, deadline=None)
def test_any_right_project_resolves_to_itself(wish: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder, "song.yaml")
        song.write_text(json.dumps(wish))
        assume(is_right(song))
        resolve_twice(song.read_text(), Path(folder))


def is_right(song: Path) -> bool:
    try:
        load_checked(song, BAND)
    except ProjectError:
        return False
    return True


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | TEXT)
@settings(max_examples=300, deadline=None)
def test_every_title_survives(text: str) -> None:
    document = read(f"key: {_text(text)}  # comment\n", "song.yaml")
    assert plain(document) == {"key": text}
