"""Written notes: the grammar, its errors, and that what is written is what is read."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.music.cliptext import ClipError, ClipNote, parse_clip
from songwright.music.pitch import note_name, parse_pitch


def test_the_contracts_example() -> None:
    assert parse_clip("E2:1/4 G2:1/8 r:1/8 A2:1/2") == (
        ClipNote(Fraction(0), Fraction(1), (40,), 0.8),
        ClipNote(Fraction(1), Fraction(1, 2), (43,), 0.8),
        ClipNote(Fraction(3, 2), Fraction(1, 2), (), 0.8),
        ClipNote(Fraction(2), Fraction(2), (45,), 0.8),
    )


@pytest.mark.parametrize(
    ("text", "pitches", "length", "velocity"),
    [
        ("C4:1/4", (60,), 1, 0.8),
        ("F#3:1/8.", (54,), Fraction(3, 4), 0.8),
        ("Bb2:1/8t", (46,), Fraction(1, 3), 0.8),
        ("C4:1/4..", (60,), Fraction(7, 4), 0.8),
        ("C4:1/2+1/8", (60,), Fraction(5, 2), 0.8),
        ("C4:1/1", (60,), 4, 0.8),
        ("C4:2/1", (60,), 8, 0.8),
        ("36:1/16", (36,), Fraction(1, 4), 0.8),
        ("[E3 G3 B3]:1/2", (52, 55, 59), 2, 0.8),
        ("[B3 E3 E3]:1/2", (52, 59), 2, 0.8),
        ("C4:1/4@0.5", (60,), 1, 0.5),
        ("C4:1/4@1.0", (60,), 1, 1.0),
        ("C4:1/4@127", (60,), 1, 1.0),
        ("C4:1/4@1", (60,), 1, 1 / 127),
        ("[C4 E4]:1/4@90", (60, 64), 1, 90 / 127),
        ("r:1/4", (), 1, 0.8),
    ],
)
def test_one_item(text: str, pitches: tuple[int, ...], length: Fraction, velocity: float) -> None:
    (note,) = parse_clip(text)
    assert note == ClipNote(Fraction(0), Fraction(length), pitches, velocity)


def test_a_length_holds_until_the_next() -> None:
    assert [note.length for note in parse_clip("C4:1/8 D4 r E4:1/4 F4@0.5")] == [
        *(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)),
        *(Fraction(1), Fraction(1)),
    ]


def test_bars_are_for_the_eye() -> None:
    assert parse_clip("| C4:1/4 D4|E4 |\n F4 ||") == parse_clip("C4:1/4 D4 E4 F4")


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("", 0, "without a note"),
        (" | ", 0, "without a note"),
        ("E2", 0, "has no length"),
        ("E2:1/4 H2:1/8", 7, "'H2' is not a pitch"),
        ("E2:1/4 G2:", 10, "'' is not a note's length"),
        ("E2:1/4 G2:0/4", 10, "'0/4' is not a note's length"),
        ("E2:1/4 G2:1/4+", 10, "is not a note's length"),
        ("E2:1/4 G2:2.5", 10, "is not a note's length"),
        ("E2:1/4@0", 7, "not a velocity"),
        ("E2:1/4@128", 7, "not a velocity"),
        ("E2:1/4@1.5", 7, "not a velocity"),
        ("E2:1/4@", 7, "not a velocity"),
        ("E2:1/4@0.0", 7, "not a velocity"),
        ("E2:1/4 128", 7, "not a MIDI number"),
        ("E2:1/4 []:1/4", 7, "a chord without a note"),
        ("E2:1/4 [C4 X4]:1/4", 11, "'X4' is not a pitch"),
        ("E2:1/4 [C4 E4", 7, "not a note"),
        ("E2:1/4 C4]", 7, "not a note"),
        ("E2:1/4:1/8", 3, "not a note's length"),
        ("E2:1/4 @0.5", 7, "not a note"),
        ("E2:1/4 C4:1/8[D4]", 7, "not a note"),
        ("E2:1/4 C12:1/8", 7, "outside the MIDI range"),
    ],
)
def test_an_error_names_the_word_and_its_place(text: str, offset: int, words: str) -> None:
    with pytest.raises(ClipError) as caught:
        parse_clip(text)
    assert words in str(caught.value)
    assert caught.value.offset == offset


LENGTHS = st.sampled_from(["1/4", "1/8", "1/8t", "1/4.", "3/16", "1/2+1/8", "1/1"])
ITEMS = st.tuples(
    st.lists(st.integers(0, 127), max_size=4, unique=True), LENGTHS, st.one_of(st.none(), st.integers(1, 127))
)


@given(st.lists(ITEMS, min_size=1, max_size=8), st.sampled_from([" ", "  ", " | ", "\n"]))
def test_what_is_written_is_read(items: list[tuple[list[int], str, int | None]], gap: str) -> None:
    def word(pitches: list[int], length: str, velocity: int | None) -> str:
        names = [note_name(pitch) for pitch in pitches]
        what = "r" if not names else names[0] if len(names) == 1 else f"[{' '.join(names)}]"
        return f"{what}:{length}" + ("" if velocity is None else f"@{velocity}")

    notes = parse_clip(gap.join(word(*item) for item in items))
    assert [note.pitches for note in notes] == [tuple(sorted(pitches)) for pitches, _, _ in items]
    assert all(note.end == following.start for note, following in itertools.pairwise(notes))
    assert notes[0].start == 0


@given(st.text("CDE#b0123456789r[]:/.@t+| \n", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        notes = parse_clip(text)
    except ClipError as error:
        offset = error.offset
    else:
        offset = 0
        assert all(note.length > 0 and 0 < note.velocity <= 1 for note in notes)
    assert 0 <= offset <= len(text)


def test_pitches_are_the_music_cores() -> None:
    assert parse_clip("Eb3:1/4")[0].pitches == (parse_pitch("Eb3"),)
