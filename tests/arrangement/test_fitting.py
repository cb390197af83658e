"""A form at any length: the error in seconds, and what is given up for it."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.arrangement.fit import fit, usual
from songwright.interfaces.genre import Form, FormSection

VERSE = FormSection("verse", (8, 16, 4), 0.5, repeatable=True)
CHORUS = FormSection("chorus", (8, 4, 16), 0.9)
POP = Form(
    "pop",
    (
        FormSection("intro", (4, 2, 8), 0.3, optional=True),
        VERSE,
        CHORUS,
        VERSE,
        CHORUS,
        FormSection("bridge", (8, 4), 0.6, optional=True),
        FormSection("chorus", (8, 16), 1.0, repeatable=True),
        FormSection("outro", (4, 2, 8), 0.3, optional=True),
    ),
)
BLUES = Form(
    "blues",
    (
        FormSection("head", (12,), 0.5, repeatable=True),
        FormSection("solo", (12,), 0.7),
        FormSection("head", (12,), 0.8),
    ),
)
FIXED = Form(
    "fixed", (FormSection("verse", (8,), 0.5), FormSection("chorus", (8,), 0.9), FormSection("verse", (8,), 0.5))
)
ONE = Form("one", (FormSection("piece", (8, 16, 32), 0.5),))


def seconds_at(bpm: float, beats_a_bar: float = 4.0):
    return lambda bars: bars * beats_a_bar * 60.0 / bpm


@pytest.mark.parametrize("form", [POP, BLUES, FIXED, ONE], ids=lambda form: form.name)
@pytest.mark.parametrize("bpm", [60.0, 97.0, 140.0, 200.0])
def test_every_length_from_15_seconds_to_10_minutes_is_met_within_a_bar(form, bpm):
    bar = 240.0 / bpm
    for duration in (15.0, 20.0, 30.0, 45.0, 61.0, 95.0, 120.0, 150.0, 187.0, 240.0, 333.0, 480.0, 600.0):
        fitted = fit(form, seconds_at(bpm), duration)
        assert abs(fitted.bars * bar - duration) <= bar + 1e-6, (duration, fitted)


@settings(max_examples=60, deadline=None)
@given(st.floats(15.0, 600.0), st.floats(60.0, 200.0), st.sampled_from([2.0, 3.0, 3.5, 4.0, 6.0]))
def test_pop_is_met_within_a_bar_whatever_the_tempo_and_meter(duration, bpm, beats):
    fitted = fit(POP, seconds_at(bpm, beats), duration)
    bar = beats * 60.0 / bpm
    assert abs(fitted.bars * bar - duration) <= bar + 1e-6


def test_the_usual_length_costs_nothing():
    plain = usual(POP)
    fitted = fit(POP, seconds_at(120.0), plain.bars * 2.0)
    assert fitted.sections == plain.sections
    assert fitted.cost == 0.0


def test_lengths_stay_among_those_allowed_where_the_form_can_reach_the_wish():
    for bars in range(30, 120, 2):
        fitted = fit(POP, seconds_at(120.0), bars * 2.0)
        for section, length in fitted.sections[:-1]:
            assert length in section.bars, (bars, fitted)


def test_short_songs_lose_optional_sections_before_others():
    fitted = fit(POP, seconds_at(120.0), 24 * 2.0)
    uses = [section.use for section, _ in fitted.sections]
    assert uses.count("verse") == 2
    assert uses.count("chorus") == 3
    assert "bridge" not in uses


def test_the_shortest_song_keeps_its_strongest_section():
    fitted = fit(POP, seconds_at(60.0), 15.0)
    assert any(section.energy == 1.0 for section, _ in fitted.sections)


def test_long_songs_play_whole_blocks_again_and_end_once():
    fitted = fit(POP, seconds_at(120.0), 600.0)
    uses = [section.use for section, _ in fitted.sections]
    assert uses.count("outro") == 1
    assert uses[-1] == "outro"
    assert uses[0] == "intro"
    assert uses.count("intro") == 1
    assert sum(a == "verse" and b == "chorus" for a, b in itertools.pairwise(uses)) >= 4


@pytest.mark.parametrize("bars", [8, 24, 56, 200, 512])
def test_a_block_is_played_again_in_the_cheapest_of_all_ways(bars):
    """A piece of 8 bars, of 16 for 1 more or of 32 for 2; its time t again costs 3 + t / 4."""
    form = Form("one block", (FormSection("piece", (8, 16, 32), 0.5, repeatable=True),))
    costs = []
    for wide, middle in itertools.product(range(bars // 32 + 1), range(bars // 16 + 1)):
        narrow = (bars - 32 * wide - 16 * middle) // 8
        again = narrow + middle + wide - 1
        if narrow >= 0:
            costs.append(middle + 2.0 * wide + 3.0 * again + again * (again + 1) / 8)
    assert fit(form, seconds_at(120.0), bars * 2.0).cost == min(costs)


def test_a_ramp_is_met_too():
    def slowing(bars):
        return 2.0 * bars + 0.01 * bars * bars

    fitted = fit(POP, slowing, 180.0)
    assert abs(slowing(fitted.bars) - 180.0) <= 2.0 + 0.02 * fitted.bars + 0.02
