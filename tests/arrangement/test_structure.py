import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangement.paper_band import PaperGenre, band, project
from songwright.arrangement.arrange import arrange
from songwright.arrangement.structure import plan_sections, scaled_energy
from songwright.music.random import Chance

PLUGINS = band()


def plans(**fields):
    one = project(PLUGINS, **fields)
    return plan_sections(one, PaperGenre(), Chance(one.seed))


def test_without_an_order_the_genre_gives_one_and_chance_is_keyed_by_the_seed():
    forms = {tuple(plan.use for plan in plans(seed=seed)) for seed in range(40)}
    assert len(forms) == 2
    assert plans(seed=3) == plans(seed=3)


@pytest.mark.parametrize("duration", [15, 33, 60, 120, 201, 420, 600])
@pytest.mark.parametrize("tempo", [70, 128])
def test_the_song_ends_within_a_bar_of_the_wish(duration, tempo):
    one = project(PLUGINS, duration_s=duration, tempo=[{"at": "1:1", "bpm": tempo}])
    song = arrange(one, PLUGINS)
    assert abs(song.time_map.seconds(song.end_beat) - duration) <= 240 / tempo + 1e-6


def test_a_duration_is_met_through_tempo_and_meter_changes():
    one = project(
        PLUGINS,
        duration_s=150,
        tempo=[{"at": "1:1", "bpm": 90}, {"at": "9:1", "bpm": 140, "over": "8 bars"}],
        meter=[{"at": "1:1", "meter": "4/4"}, {"at": "17:1", "meter": "7/8"}],
    )
    song = arrange(one, PLUGINS)
    assert abs(song.time_map.seconds(song.end_beat) - 150) <= 4 * 60 / 90


def test_the_projects_own_order_with_ids_lengths_and_energies():
    found = plans(
        energy=0.6,
        sections={"verse": {"bars": 6, "energy": 0.4, "lyrics": "la"}, "hook": {}},
        arrangement=[
            "intro",
            {"use": "verse", "id": "v1"},
            "verse",
            {"use": "hook", "energy": 0.8, "lyrics": "oh"},
            "verse",
        ],
    )
    assert [plan.id for plan in found] == ["intro", "v1", "verse-2", "hook", "verse-3"]
    assert [plan.bars for plan in found] == [4, 6, 6, 8, 6]
    assert [plan.energy for plan in found] == pytest.approx([0.3, 0.4, 0.4, 0.8, 0.4])
    assert [plan.lyrics for plan in found] == ["", "la", "la", "oh", "la"]


def test_materials_of_the_project_set_lengths_in_the_genres_form():
    for plan in plans(sections={"verse": {"bars": 12}}):
        assert plan.bars == 12 or plan.use != "verse"


def test_a_form_that_leaves_the_projects_materials_out_is_hardly_chosen():
    chosen = [{plan.use for plan in plans(seed=seed, sections={"bridge": {}})} for seed in range(40)]
    assert sum("bridge" in uses for uses in chosen) >= 36


def test_a_form_is_chosen_however_far_all_of_them_stray():
    assert plans(sections={f"bridge{number}": {} for number in range(300)})


def test_sections_stand_end_to_end():
    song = arrange(project(PLUGINS), PLUGINS)
    assert song.sections[0].start_beat == 0.0
    for one, following in itertools.pairwise(song.sections):
        assert one.end_beat == following.start_beat
        assert one.bar + one.bars == following.bar


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_projects_energy_keeps_order_and_range(low, high, overall):
    low, high = sorted((low, high))
    assert 0.0 <= scaled_energy(low, overall) <= scaled_energy(high, overall) <= 1.0
    assert scaled_energy(low, 0.6) == pytest.approx(low)


def test_doubts_are_told():
    order = ["verse", "chorus"]
    song = arrange(project(PLUGINS, duration_s=180, arrangement=order, sections={"bridge": {}}), PLUGINS)
    assert song.warnings == (
        "section 'bridge' is never played: the song has chorus, verse",
        "the song lasts 32.0 s, not the 180 s asked for: the arrangement is written out",
    )
    assert arrange(project(PLUGINS, duration_s=180), PLUGINS).warnings == ()
