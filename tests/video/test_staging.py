"""Lines in rows and time: read ahead, never late, never two in one row."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.sung_plan import plans
from songwright.arrangement.plan import PlannedLine, TimingPlan
from songwright.video.staging import BREATH_S, LEAD_S, REST_S, ROWS, TAIL_S, ShownLine, stage
from video.look_at import words_of
from video.songs import sung, verse


def staged(lines: list[PlannedLine], widest: float = 1e9) -> tuple[ShownLine, ...]:
    ordered = sorted(lines, key=lambda line: line.start_s)
    return stage(ordered, lambda _: 1, lambda text: 10.0 * len(text), widest)


def test_half_pages_take_turns() -> None:
    shown = staged(verse(8))
    assert [line.row for line in shown] == [0, 1, 2, 3, 0, 1, 2, 3]
    assert [line.opens_page for line in shown] == [True] + [False] * 7
    assert {line.show_s for line in shown[:4]} == {6.0 - LEAD_S}
    for later, begun in ((4, 2), (5, 2), (6, 4), (7, 4)):
        assert shown[later].show_s == shown[begun].start_s, "what comes next appears when the other half begins"
        assert shown[later - 4].hide_s == shown[later].show_s
    assert {line.hide_s for line in shown[4:]} == {shown[-1].end_s + TAIL_S}


def test_few_lines_stand_in_the_middle_and_a_rest_begins_a_page() -> None:
    first, second = verse(2), verse(3, start_s=30.0)
    shown = staged([*first, *second])
    assert [line.row for line in shown] == [1, 2, 0, 1, 2]
    assert [line.opens_page for line in shown] == [True, False, True, False, False]
    assert shown[0].hide_s < shown[2].show_s == 30.0 - LEAD_S


def test_lines_that_are_too_wide_are_divided_between_words_into_even_parts() -> None:
    (line,) = verse(1)
    shown = staged([line], widest=200.0)
    assert [one.text for one in shown] == ["Harbour lights", "are calling home"]
    assert shown[0].end_s <= shown[1].start_s
    assert [one.text for one in staged([line], widest=10.0)] == ["Harbour", "lights", "are", "calling", "home"]


def test_the_letters_of_each_syllable_and_word_are_known() -> None:
    (line,) = staged([sung("Har-bour lights a-way", 1.0)])
    assert [line.text[piece.start : piece.end] for piece in line.pieces] == ["Har", "bour", "lights", "a", "way"]
    assert [line.text[start:end] for start, end, _ in words_of(line)] == ["Harbour", "lights", "away"]
    assert [at for *_, at in words_of(line)] == [1.0, line.pieces[2].start_s, line.pieces[3].start_s]


def test_a_long_line_of_one_singer_keeps_its_row_while_others_go_on() -> None:
    long = sung("ooh", 6.0, 20.0, "anna")
    shown = staged([long, *verse(10, start_s=6.1, singer="ben")])
    (held,) = [line for line in shown if line.text == "ooh"]
    assert all(line.row != held.row for line in shown if line is not held and line.show_s < held.end_s)
    _sound(shown)


def _sound(shown: tuple[ShownLine, ...]) -> None:
    """What must hold of any staging."""
    for line in shown:
        assert 0 <= line.row < line.rows
        assert 0.0 <= line.show_s <= line.start_s + 1e-9, "no line comes late"
        assert line.hide_s >= line.end_s, "no line goes early"
        assert all(one.end_s <= two.start_s + 1e-9 for one, two in itertools.pairwise(line.pieces))
    for one, other in itertools.combinations(shown, 2):
        if one.row == other.row:
            assert one.hide_s <= other.show_s or other.hide_s <= one.show_s, "two lines in one row"


@settings(max_examples=60, deadline=None)
@given(plan=plans(), other=plans(), third=plans(), widest=st.floats(30.0, 400.0))
def test_any_singers_lines_are_shown_in_time_and_apart(
    plan: TimingPlan, other: TimingPlan, third: TimingPlan, widest: float
) -> None:
    _sound(staged([*plan.lines, *other.lines, *third.lines], widest))


def test_more_singers_at_once_get_more_rows() -> None:
    shown = staged([sung("la la la", 6.0 + 0.01 * k, singer=f"s{k}") for k in range(6)])
    assert shown[0].rows == 8
    assert sorted(line.row for line in shown) == list(range(1, 7))
    _sound(shown)


@pytest.mark.parametrize("gap_s", [REST_S - 0.1, REST_S + 0.1])
def test_only_long_rests_begin_a_page(gap_s: float) -> None:
    lines = verse(2, gap_s=gap_s)
    assert sum(line.opens_page for line in staged(lines)) == (2 if gap_s > REST_S else 1)
    assert BREATH_S < TAIL_S < REST_S - LEAD_S + 1.0
    assert ROWS % 2 == 0
