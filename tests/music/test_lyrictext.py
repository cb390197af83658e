"""Lyrics as people type them: words, holds, signs, singers, and what is wrong in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from songwright.music.lyrictext import held, read_lyrics

#: What is written → what is read, as syllables of each word with `_` for holds.
READ = {
    "Har-bour lights are call-ing": "Har bour|lights|are|cal ling".replace("cal ling", "call ing"),
    "home_ _ now": "home _ _|now",
    "Har__-bour_": "Har _ _ bour _",
    "mother--in--law": "mo ther- in- law",
    "home — a-way …": "home—|a way…",
    "( a-way ) ¿ que ?": "(a way)|¿que?",
    "call - ing": "call–|ing",
    "’tis o'er": "’tis|o' er",
    "-ing call-": "ing|call",
    "港口灯光。": "港 口 灯 光。",
    "キャンドル": "キャ ン ド ル",
    "fu\u0308r": "für",
    "Listen\\: now": "Li sten:|now",
    "She said: no": "She|said:|no",
    "…": "",
    "   ": "",
}


@pytest.mark.parametrize("text", READ)
def test_a_line_is_read_word_by_word(text: str) -> None:
    words = [word for line in read_lyrics(text).lines for word in line.words]
    shown = []
    for word in words:
        inner = (*word.inner, word.holds) if word.inner else (*[0] * (len(word.syllables) - 1), word.holds)
        shown.append(" ".join(s + " _" * n for s, n in zip(word.syllables, inner, strict=True)))
    assert "|".join(shown) == READ[text]
    assert read_lyrics(text).flaws == ()


def test_singers_hold_until_others_are_named() -> None:
    text = "Everyone\nanna: one\n\ntwo\nBen , anna :\nthree\n\nall: four\nP1 & P2: five\n12:30 six"
    lines = read_lyrics(text).lines
    assert [(line.number, line.singers) for line in lines] == [
        (0, ()), (1, ("anna",)), (3, ("anna",)), (5, ("Ben", "anna")), (7, ()), (8, ("P1", "P2")), (9, ("P1", "P2")),
    ]  # fmt: skip
    assert [(tag.line, tag.column, tag.singers) for tag in read_lyrics(text).tags][:2] == [
        (1, 0, ("anna",)),
        (4, 0, ("Ben", "anna")),
    ]


#: What is wrong → where, and how bad.
FLAWS = {
    "_ oh": [(0, 0, "error", "holds the syllable before it, and there is none")],
    "oh\n  ___": [(1, 2, "error", "there is none")],
    "oh a_b": [(0, 3, "error", "'_' in 'a_b' follows no syllable")],
    "I read[ɹɛd it": [(0, 2, "error", "'read[ɹɛd' is no word")],
    "[Verse 1]": [(0, 0, "error", "names of sections are no lyrics")],
    "a [x]": [(0, 2, "error", "is no word with its pronunciation")],
    "c[] d]": [(0, 0, "error", "'c[]'"), (0, 4, "error", "'d]'")],
    "I read[Rd2]": [(0, 2, "error", "'R' in [Rd2] is no letter of the IPA")],
    "99 bal-loons": [(0, 0, "warning", "the number '99' takes one note")],
    "you & me": [(0, 4, "warning", "'&' cannot be sung and is left out; write 'and'")],
    "me 🎵 ❤️ x": [(0, 3, "warning", "'🎵' cannot be sung"), (0, 5, "warning", "'❤' cannot be sung")],
    "anna: 5 €": [(0, 6, "warning", "'5' takes"), (0, 8, "warning", "'€' cannot")],
}


@pytest.mark.parametrize("text", FLAWS)
def test_what_cannot_be_sung_is_named_with_its_place(text: str) -> None:
    flaws = read_lyrics(text).flaws
    assert [(flaw.line, flaw.column, flaw.severity) for flaw in flaws] == [row[:3] for row in FLAWS[text]]
    for flaw, (*_, words) in zip(flaws, FLAWS[text], strict=True):
        assert words in f"{flaw.message}; {flaw.hint}"


def test_pronunciations_stand_behind_their_word() -> None:
    (line,) = read_lyrics("I read[ɹ ɛ d], you re-cord[ˈɹɛkɚd]_ it").lines
    assert [(word.shown, word.pronunciation, word.holds) for word in line.words] == [
        ("I", "", 0), ("read,", "ɹɛd", 0), ("you", "", 0), ("record", "ˈɹɛkɚd", 1), ("it", "", 0),
    ]  # fmt: skip
    assert line.written == "I read[ɹɛd], you re-cord[ˈɹɛkɚd] _ it"


@given(st.text("ab-_[]: .'\n&🎵é1\\", max_size=40))
@example("1_-[")  # the bracket is refused and leaves one syllable
@example("a_-[b")
def test_any_text_is_read_and_what_is_read_reads_the_same_again(text: str) -> None:
    first = read_lyrics(text)
    assert all(word.syllables and word.notes >= 1 for line in first.lines for word in line.words)
    again = read_lyrics("\n".join(line.written.replace(":", "\\:") for line in first.lines))
    assert [line.notes for line in again.lines] == [line.notes for line in first.lines]
    shown = [[word.shown for word in line.words] for line in first.lines]
    assert [[word.shown for word in line.words] for line in again.lines] == shown


@given(st.integers(0, 12), st.sampled_from(["one", "Har-bour lights", "a_-b c _", "to-mor-row and to-mor-row _ _"]))
def test_a_version_that_fits_takes_the_notes_there_are(notes: int, text: str) -> None:
    (line,) = read_lyrics(text).lines
    fitting = held(line, notes)
    if fitting is None:
        assert notes < line.notes
    else:
        (again,) = read_lyrics(fitting.written).lines
        assert again.notes == notes
        assert [word.shown for word in again.words] == [word.shown for word in line.words]
