import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.music.meter import Meter
from songwright_genres.foot import feet, in_four, in_spans, lay, stretch


@pytest.mark.parametrize(
    ("text", "group", "spans"),
    [
        ("4/4", None, [(4, 4), (4, 4)]),
        ("2/2", None, [(4, 4), (4, 4)]),
        ("2/4", None, [(4, 4)]),
        ("3/4", None, [(4, 4, 4)]),
        ("3/2", None, [(4, 4, 4), (4, 4, 4)]),
        ("5/4", None, [(4, 4, 4), (4, 4)]),
        ("5/4", (2, 3), [(4, 4), (4, 4, 4)]),
        ("6/8", None, [(6, 6)]),
        ("6/8", (2, 2, 2), [(4, 4, 4)]),
        ("9/8", None, [(6, 6, 6)]),
        ("12/8", None, [(6, 6), (6, 6)]),
        ("7/8", None, [(4, 4), (4, 2)]),
        ("7/8", (3, 2, 2), [(4, 2), (4, 4)]),
        ("8/8", (3, 3, 2), [(6, 6), (2, 2)]),
        ("10/8", (3, 3, 2, 2), [(6, 6), (4, 4)]),
        ("7/4", None, [(4, 4), (4, 4), (4, 4, 4)]),
        ("7/16", None, [(2, 2), (2, 1)]),
    ],
)
def test_bars_are_stepped_in_spans_of_feet(text, group, spans):
    bar = feet(Meter.parse(text, group))
    assert [tuple(foot.steps for foot in span) for span in in_spans(bar)] == spans


def meters():
    return st.builds(Meter, st.integers(1, 15), st.sampled_from([1, 2, 4, 8, 16, 32]))


@given(meters())
def test_feet_fill_the_bar_and_the_first_is_heavy(meter):
    bar = feet(meter)
    at = 0
    for foot in bar:
        assert foot.start == at
        at += foot.steps
    assert at == round(4 * meter.beats)
    assert not bar or bar[0].heavy
    assert all(0 <= foot.beat <= 3 for foot in bar)


@given(st.text("Xxo-.", min_size=16, max_size=16))
def test_four_beats_are_played_as_written(row):
    assert lay(row, feet(Meter())) == row


@given(st.text("Xxo-.", min_size=16, max_size=16), meters())
def test_a_row_fills_any_bar(row, meter):
    assert len(lay(row, feet(meter))) == round(4 * meter.beats)


@given(st.text("x-", min_size=4, max_size=4))
def test_a_shuffled_beat_keeps_its_first_stroke_and_puts_others_on_the_eighths(beat):
    long = stretch(beat, 6, even=False)
    assert len(long) == 6
    assert long[0] == beat[0]
    assert (long[2] == "x") == (beat[1] == "x")
    assert (long[4] == "x") == ("x" in beat[2:])
    assert (long[5] == "x") == (beat[2:] == "xx")


@pytest.mark.parametrize("text", ["4/4", "12/8", "7/8", "5/8", "2/2"])
def test_rows_of_four_beats_fit_two_spans_of_two(text):
    assert in_four(feet(Meter.parse(text)))


@pytest.mark.parametrize("text", ["2/4", "3/4", "6/8", "9/8", "5/4", "7/4"])
def test_others_have_grooves_of_their_own(text):
    assert not in_four(feet(Meter.parse(text)))


def test_a_sixteenth_finds_its_place_in_a_foot():
    long, short = feet(Meter.parse("12/8"))[1], feet(Meter.parse("7/8"))[3]
    assert [long.place(step) for step in range(4)] == [6, 8, 10, 10]
    assert [short.place(step) for step in range(4)] == [12, 13, None, None]
