"""Whatever is written, the loader answers with a project or with problems, and never with anything else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from project.band import band
from project.song import EXACT
from songwright.errors import Problem, ProjectError
from songwright.project.load import load_checked
from songwright.project.schema import project_schema

BAND = band()
WORDS = [
    *(
        "null",
        "~",
        "true",
        "off",
        "-1",
        "0",
        "1e999",
        ".nan",
        "1/8t",
        "2:30",
        '"1:1"',
        "c1+2:1",
        "-6 dB",
        "9 Hz",
        "[]",
        "{}",
    ),
    *(
        "[[]]",
        "{a: b}",
        "&a x",
        "*a",
        "!t x",
        "<<",
        "use",
        "reed",
        "master",
        "\t",
        "''",
        '"',
        "- ",
        "? ",
        ": ",
        "#",
        "|",
        ">",
        "%",
    ),
    *("E2:1/4", "| I |", "\u2028", "\U0001f600", "é", "\ufeff", "999999999999999999999999", "0o17", "𝟙/𝟠", "A minor"),
]
LINES = EXACT.splitlines(keepends=True)


def problems_of(song: Path, **options: Any) -> tuple[Problem, ...]:
    """What the loader tells; anything but a project or told problems fails the test."""
    try:
        return load_checked(song, BAND, **options).problems
    except ProjectError as error:
        return error.problems or (Problem("an error without a problem"),)


def assert_answered(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder, "song.yaml")
        song.write_bytes(content)
        for problem in problems_of(song):
            assert problem.place is not None, problem
            assert "\n" not in problem.message + problem.hint
            assert "Input should" not in problem.message


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """The exact project with a few characters taken out, put in, or words in their place."""
    text = EXACT
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5, 20])))
        text = text[:start] + draw(st.sampled_from(WORDS) | st.text(max_size=3)) + text[end:]
    return text


@st.composite
def shuffled(draw: st.DrawFn) -> str:
    """The exact project with values of lines swapped, lines doubled, lost, or indented differently."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 5))):
        one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        how = draw(st.sampled_from(["values", "swap", "double", "lose", "indent", "word"]))
        key, colon, value = lines[one].partition(":")
        if how == "values":
            lines[one] = key + colon + lines[other].partition(":")[2]
        elif how == "swap":
            lines[one], lines[other] = lines[other], lines[one]
        elif how == "double":
            lines.insert(other, lines[one])
        elif how == "lose" and len(lines) > 1:
            del lines[one]
        elif how == "indent":
            lines[one] = " " * draw(st.integers(1, 4)) + lines[one]
        else:
            lines[one] = f"{key}{colon} {draw(st.sampled_from(WORDS))}\n" if colon else value or "\n"
    return "".join(lines)


@given(spoiled())
@settings(max_examples=250, deadline=None)
def test_spoiled_projects(text: str) -> None:
    assert_answered(text.encode("utf-8", "surrogatepass"))


@given(shuffled())
@settings(max_examples=250, deadline=None)
def test_shuffled_projects(text: str) -> None:
    assert_answered(text.encode("utf-8", "surrogatepass"))


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    assert_answered(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes(content: bytes) -> None:
    assert_answered(content)


KEYS = sorted(project_schema(BAND)["properties"])
VALUES = st.recursive(
    st.sampled_from(WORDS[:16]) | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "use", "at", "to", "id"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
@settings(max_examples=250, deadline=None)
def test_any_values_under_known_keys(values: dict[str, object]) -> None:
    assert_answered(json.dumps({"songwright": 1, "title": "Song", "genre": "tune", **values}, allow_nan=True).encode())


STEPS = st.sampled_from([*KEYS, "bass", "effects", "comp", "0", "threshold", "v2", "points", "x", ""])


@given(
    st.lists(STEPS, min_size=1, max_size=5).map(".".join) | st.text(max_size=20),
    st.sampled_from(WORDS) | st.text(max_size=20),
)
@settings(max_examples=250, deadline=None)
def test_any_setting(path: str, value: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder, "song.yaml")
        song.write_text(EXACT)
        assert all(problem.place for problem in problems_of(song, overrides={path: value}))
