"""The JSON Schema says what the loader takes, in short and full forms, and no unknown keys."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from project.band import band
from project.song import EXACT
from songwright.errors import ProjectError
from songwright.plugins import installed_plugins
from songwright.presets import preset_names, preset_path
from songwright.project.load import load
from songwright.project.origins import plain
from songwright.project.reader import read
from songwright.project.schema import project_schema
from songwright.units import CLOCK, LENGTH, POSITION, parse_length, parse_position, parse_seconds, quantity_pattern

BAND = band()
SCHEMA = project_schema(BAND)
HEAD = "songwright: 1\ntitle: Song\ngenre: tune\n"


def faults(text: str, schema: dict[str, Any] = SCHEMA) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(plain(read(text, "song.yaml")))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


SHORT_FORMS = {
    "smallest": "",
    "numbers": "tempo: 104\nenergy: 0.5\nmeter: 3/4\n",
    "title as a number": "artist: 1984\n",
    "names": "tracks: {riff: {instrument: reed, pattern: walk, sends: hall, effects: squeeze}}\n",
    "lists of one": 'automation: {target: bass.gain, points: [["1:1", 0 dB]]}\nrender: {karaoke: lrc}\n',
    "null": "tracks: {lead: null}\nrender: {mix: {loudness: null}}\n",
    "parameters over the genre's": "tracks: {bass: {instrument: {cutoff: 1.2 kHz}}}\n",
    "a chain": "tracks: {lead: {voice: [nobody, anna], sings: {harmony: third-below}}}\n",
    "a preset below": "extends: []\n",
    "musical time": "buses: {hall: {effects: [{use: echo, time: 1/8t}]}}\n",
    "clock": "duration: 2:30\n",
}


@pytest.mark.parametrize("text", [EXACT, *(HEAD + text for text in SHORT_FORMS.values())], ids=["exact", *SHORT_FORMS])
def test_right_projects_are_valid(text: str, tmp_path: Path) -> None:
    song = tmp_path / "song.yaml"
    song.write_text(text)
    load(song, BAND)
    assert faults(text) == []


#: Broken files whose fault is one of shape: an editor with the schema shows it, too.
BROKEN = Path(__file__).parent / "broken"
FAULTS_OF_SHAPE = (
    *("unknown-key", "unknown-track-key", "python-name", "internal-field", "unknown-parameter", "unknown-instrument"),
    *(
        "unknown-effect",
        "unknown-pattern",
        "unknown-progression",
        "unknown-genre",
        "no-title",
        "no-version",
        "no-genre",
    ),
    *("wrong-unit", "unknown-unit", "no-number", "out-of-range", "not-whole", "boolean-for-number", "text-for-boolean"),
    *("no-choice", "list-for-mapping", "number-for-mapping"),
    *("bad-position", "bad-length", "clip-without-place", "effect-without-use", "next-version", "mapping-for-text"),
    *(
        "automation-bad-shape",
        "automation-long-point",
        "unknown-mood",
        "not-a-mapping",
        "bad-duration",
    ),
)


@pytest.mark.parametrize("name", FAULTS_OF_SHAPE)
def test_faults_of_shape_are_invalid(name: str) -> None:
    assert faults((BROKEN / f"{name}.yaml").read_text())


@pytest.mark.parametrize("name", preset_names())
def test_the_songs_that_ship_are_valid(name: str) -> None:
    schema = project_schema(installed_plugins())
    assert faults(preset_path(name).read_text(encoding="utf-8"), schema) == []


def objects(schema: Any) -> list[dict[str, Any]]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema] if isinstance(schema, dict) and "properties" in schema and "additionalProperties" in schema else []
    return own + [found for value in inner for found in objects(value)]


def test_every_object_is_closed_and_every_key_described() -> None:
    assert len(objects(SCHEMA)) > 20
    for one in objects(SCHEMA):
        assert one["additionalProperties"] is False
        for key, value in one["properties"].items():
            assert "description" in value or "$ref" in value or value == {} or key == "use", (one["description"], key)


def accepts(read_text: Callable[[str], object], text: str) -> bool:
    try:
        read_text(text)
    except ValueError:
        return False
    return True


PIECES = st.lists(
    st.sampled_from([*"0123456789.:/+-te ", "bars", "beat", "s", "ms", "kHz", "Hz", "c1", "e5", "1/8", "9:1"]),
    max_size=6,
)


@given(PIECES.map("".join))
@settings(max_examples=1000, deadline=None)
def test_the_patterns_and_the_readers_agree(text: str) -> None:
    """What a pattern refuses no reader takes. (Readers know more: bar 0, ranges.)"""
    for pattern, reader in (
        (POSITION, parse_position),
        (LENGTH, parse_length),
        (f"{CLOCK}|{quantity_pattern('s')}", parse_seconds),
    ):
        if accepts(reader, text):
            found = Draft202012Validator({"pattern": f"^(?:{pattern})$"}).is_valid(text.strip())
            assert found, (text, pattern)


@given(
    st.sampled_from(sorted(SCHEMA["properties"])),
    st.sampled_from([1, -1, 0.5, "x", "1/4", True, [], {}, [1], {"x": 1}]),
)
@settings(max_examples=300, deadline=None)
def test_what_the_schema_refuses_the_loader_refuses(key: str, value: Any) -> None:
    """The schema never shows a fault in a project that loads."""
    import json

    text = json.dumps({"songwright": 1, "title": "Song", "genre": "tune", key: value})
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder, "song.yaml")
        song.write_text(text)
        try:
            load(song, BAND)
        except ProjectError:
            return
    assert faults(text) == []
