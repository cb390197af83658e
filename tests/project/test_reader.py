"""YAML to a document: YAML 1.2's meanings, a place for every value, the same from both of PyYAML's parsers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from project.song import EXACT
from songwright.errors import ProjectError
from songwright.project.origins import Node, dotted, find, nearest, plain, put
from songwright.project.reader import MAX_DEPTH, MAX_VALUES, read
from songwright.project.scalar import resolve
from songwright.project.source import decode

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]
parsers = pytest.mark.parametrize("parser", PARSERS)


#: The examples of the core schema in the YAML 1.2 specification, and words that 1.1 reads otherwise.
MEANINGS: list[tuple[str, Any]] = [
    *(("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL")),
    *(("true", True), ("True", True), ("TRUE", True), ("false", False), ("tRue", "tRue")),
    *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "Off")),
    *(("0", 0), ("-19", -19), ("+12", 12), ("0o7", 7), ("0o17", 15), ("0x3A", 58), ("017", 17), ("0b11", "0b11")),
    *(("0.", 0.0), ("-0.0", -0.0), (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -200000.0), ("1_000", "1_000")),
    *((".inf", float("inf")), ("-.Inf", float("-inf")), ("+.INF", float("inf")), ("inf", "inf")),
    *(("2:30", "2:30"), ("1:02:03", "1:02:03"), ("190:20:30.15", "190:20:30.15"), ("2001-12-14", "2001-12-14")),
    *(("<<", "<<"), ("=", "="), ("1.2.3", "1.2.3"), ("1e", "1e"), ("-", "-"), ("٣", "٣")),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS, ids=[repr(text) for text, _ in MEANINGS])
def test_a_plain_word_means_what_yaml_1_2_says(text: str, meaning: Any) -> None:
    value = resolve(text)
    assert value == meaning
    assert type(value) is type(meaning)


def test_not_a_number_is_read_as_such() -> None:
    value = resolve(".nan")
    assert isinstance(value, float)
    assert value != value


@given(st.integers(-(10**30), 10**30))
def test_whole_numbers_are_exact(number: int) -> None:
    assert resolve(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_exact(number: float) -> None:
    assert resolve(repr(number)) == number


@parsers
def test_every_key_and_value_knows_its_place(parser: Any) -> None:
    document = read(
        "title: Song\ntracks:\n  bass:\n    gain: -6 dB\n    sends: [hall, {to: room}]\n", "song.yaml", loader=parser
    )

    def place(node: Node | None) -> tuple[int, int]:
        assert node is not None
        return node.origin.place.line, node.origin.place.column

    gain = find(document, ("tracks", "bass", "gain"))
    assert gain is not None
    assert gain.key is not None
    assert (gain.key.place.line, gain.key.place.column) == (4, 5)
    assert place(gain) == (4, 11)
    assert gain.origin.place.text == "    gain: -6 dB"
    assert gain.origin.label == "song.yaml:4"
    assert place(find(document, ("tracks", "bass", "sends", 1, "to"))) == (5, 24)
    assert place(document) == (1, 1)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
def test_a_byte_that_is_no_text_is_told_with_its_place(mark: bytes) -> None:
    with pytest.raises(ProjectError) as caught:
        decode(mark + "a: é\nb: éé".encode() + b"\xff", "f")
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (2, 6)
    assert "0xFF" in problem.message


@parsers
def test_places_count_characters_not_bytes(parser: Any) -> None:
    document = read("{ü: ä, é: 😀, z: x}\n", "song.yaml", loader=parser)
    last = find(document, ("z",))
    assert last is not None
    assert last.origin.place.column == 17


def test_both_parsers_read_the_same_document() -> None:
    documents = [read(EXACT, "song.yaml", loader=parser) for parser in PARSERS]
    assert all(document == documents[0] for document in documents)


@parsers
def test_quoted_words_are_text(parser: Any) -> None:
    text = 'a: "1"\nb: \'true\'\nc: "~"\nd: "a\\tb"\ne: |-\n  off\n'
    assert plain(read(text, "f", loader=parser)) == {"a": "1", "b": "true", "c": "~", "d": "a\tb", "e": "off"}


@parsers
def test_aliases_stand_for_their_anchor(parser: Any) -> None:
    assert plain(read("a: &x {k: [1, 2]}\nb: *x\nc: &x 3\nd: *x\n", "f", loader=parser)) == {
        "a": {"k": [1, 2]},
        "b": {"k": [1, 2]},
        "c": 3,
        "d": 3,
    }


@parsers
@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "stands twice; first in line 1"),
        ("a: !!str 1\n", (1, 4), "the tag"),
        ("a: ! 1\n", (1, 4), "the tag"),
        ("!x a: 1\n", (1, 1), "must be plain text"),
        ("[a]: 1\n", (1, 1), "must be plain text"),
        ("&a [*a]\n", (1, 5), "inside its own anchor"),
        ("a: *b\n", (1, 4), "no anchor &b"),
        ("<<: {a: 1}\n", (1, 1), "merge key"),
        ("a: 1\n--- \nb: 1\n", (2, 1), "second document"),
        ("a: [1, 2\nb: 3\n", (2, 2), "not YAML"),
        ("a: {b: 1\n", (2, 1), "not YAML"),
        ("a: 'b\n", (2, 1), "not YAML"),
        ("\ta: 1\n", (1, 1), "not YAML"),
        ("a: b: c\n", (1, 5), "not YAML"),
        ("a: @b\n", (1, 4), "not YAML"),
        ("a: \x07\n", (1, 4), "control character U+0007"),
        ("[" * (MAX_DEPTH + 2), (1, MAX_DEPTH + 2), "nested more than"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_a_project_may_not_use_is_refused(parser: Any, text: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read(text, "song.yaml", loader=parser)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert words in problem.message
    assert (problem.place.line, problem.place.column) == place


def test_the_number_of_values_is_bounded() -> None:
    with pytest.raises(ProjectError, match="holds more than 50,000 values"):
        read("[" + "1," * MAX_VALUES + "1]", "song.yaml")


@parsers
def test_an_empty_text_is_nothing(parser: Any) -> None:
    assert plain(read("", "f", loader=parser)) is None
    assert plain(read("# only words\n", "f", loader=parser)) is None
    assert plain(read("---\n", "f", loader=parser)) is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcde", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_what_json_writes_is_read_back(value: Any) -> None:
    assert plain(read(json.dumps(value, ensure_ascii=False), "song.yaml")) == value


def test_paths_lead_to_values() -> None:
    document = read("a: {b: [1, {c: 2}]}\n", "f")
    found = find(document, ("a", "b", 1, "c"))
    assert found is not None
    assert found.value == 2
    assert find(document, ("a", "x")) is None
    assert find(document, ("a", "b", 9)) is None
    assert nearest(document, ("a", "b", 1, "x"))[0] == ("a", "b", 1)
    assert dotted(("a", "b", 1, "c")) == "a.b.1.c"


def test_put_leaves_the_old_document_as_it_was() -> None:
    document = read("a: {b: [1, 2]}\n", "f")
    new = read("7", "f")
    assert plain(put(document, ("a", "b", 0), new)) == {"a": {"b": [7, 2]}}
    assert plain(put(document, ("a", "b", 0), None)) == {"a": {"b": [2]}}
    assert plain(put(document, ("x", "y"), new)) == {"a": {"b": [1, 2]}, "x": {"y": 7}}
    assert plain(put(document, ("a",), None)) == {}
    assert plain(document) == {"a": {"b": [1, 2]}}
