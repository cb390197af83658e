"""Cutting text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.singing.text import sentences, split, without_pronunciations

TEXT = st.text(st.sampled_from("ab cd. e, f! \n?;X"), max_size=200)


@given(TEXT, st.integers(1, 60))
def test_no_word_is_lost_and_no_piece_is_too_long(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= longest for piece in pieces)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Brown met J. S. Bach. They spoke.", 2),
        ("Wait… what? Yes! 'No.' she said.", 3),
        ("One line\n\nAnother line", 2),
        ("He paid 3.50 for it.", 1),
    ],
)
def test_titles_and_numbers_end_no_sentence(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_whole_sentences_are_gathered() -> None:
    assert split("One. Two. Three. Four.", 11) == ["One. Two.", "Three.", "Four."]
    assert split("a, b, c d e", 4) == ["a,", "b,", "c d", "e"]


def test_pronunciations_come_off() -> None:
    assert without_pronunciations("the read[ɹɛd] book") == "the read book"
