"""Swing by arithmetic; human timing by the statistics it was modelled on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangement.paper_band import band, project
from songwright.arrangement.arrange import arrange
from songwright.arrangement.groove import GROOVES, lay_groove
from songwright.arrangement.humanise import humanise
from songwright.errors import ProjectError
from songwright.music.form import Section
from songwright.music.notes import join, notes
from songwright.music.pitch import Key
from songwright.music.random import Chance
from songwright.music.time import Meter, TempoPoint, TimeMap
from songwright.project.model import Feel, Humanize

MAP = TimeMap.constant(120.0)
STILL = Humanize(timing_ms=0.0, velocity=0.0)


def eighths(count, pitch=42, step=0.5):
    return notes((place * step, 0.25, pitch, 0.7) for place in range(count))


def section(beats):
    return Section("s", "s", 1, int(beats // 4), 0.0, float(beats), 0.6, Key.parse("C"))


def feel(**fields):
    return Feel.model_validate({"groove": "straight", **fields})


def test_straight_changes_nothing():
    played = eighths(32)
    np.testing.assert_array_equal(lay_groove(played, "drums", feel(), MAP), played)


@pytest.mark.parametrize("percent", [52.0, 58.0, 66.7, 75.0])
def test_swing_moves_the_second_eighth_to_its_place_in_the_beat(percent):
    laid = lay_groove(eighths(8), "drums", feel(swing=percent), MAP)
    np.testing.assert_allclose(laid["shift_s"][0::2], 0.0, atol=1e-7)
    np.testing.assert_allclose(laid["shift_s"][1::2], (percent / 100 - 0.5) * 0.5, atol=1e-6)
    np.testing.assert_array_equal(laid["beat"], eighths(8)["beat"])


def test_amount_scales_the_groove():
    full, half, none = (lay_groove(eighths(8), "comp", feel(groove="laid-back", amount=a), MAP) for a in (100, 50, 0))
    np.testing.assert_allclose(half["shift_s"], full["shift_s"] / 2, atol=1e-7)
    np.testing.assert_allclose(none["shift_s"], 0.0)
    assert full["shift_s"].tolist() == pytest.approx([0.010] * 8)


def test_every_bar_of_seven_eighths_swings_the_same():
    played = eighths(28)
    time_map = TimeMap.constant(120.0, Meter.parse("7/8"))
    laid = lay_groove(played, "drums", feel(groove="shuffle"), time_map)
    late, louder = laid["shift_s"].reshape(4, 7), (laid["velocity"] - played["velocity"]).reshape(4, 7)
    assert (late == late[0]).all()
    assert (late[0] > 0.01).tolist() == [False, True, False, True, False, True, False]
    assert np.allclose(louder, [0.02, -0.04, 0.02, -0.04, 0.02, -0.04, 0.02], atol=1e-6)


def test_sixteenths_swing_within_the_eighth_and_triplets_are_left_alone():
    laid = lay_groove(eighths(16, step=0.25), "drums", feel(groove="swing-16"), MAP)
    np.testing.assert_allclose(laid["shift_s"][1::2], (0.58 - 0.5) * 0.25, atol=1e-6)
    np.testing.assert_allclose(laid["shift_s"][0::2], 0.0, atol=1e-6)
    triplets = notes((place / 3, 0.2, 60, 0.7) for place in range(12))
    shifts = lay_groove(triplets, "comp", feel(swing=66), MAP)["shift_s"]
    np.testing.assert_allclose(shifts, 0.0, atol=1e-7)


def test_swing_straightens_as_the_tempo_rises():
    def off_beat(bpm):
        shift = lay_groove(eighths(2), "drums", feel(groove="swing-8"), TimeMap.constant(bpm))["shift_s"][1]
        return 0.5 + float(shift) * bpm / 60

    assert off_beat(100) == pytest.approx(2 / 3, abs=0.002)
    assert off_beat(180) / (1 - off_beat(180)) == pytest.approx(1.9, abs=0.02)
    assert off_beat(290) / (1 - off_beat(290)) == pytest.approx(1.2, abs=0.02)


@given(st.sampled_from(list(GROOVES)), st.floats(50, 75), st.floats(0, 100), st.floats(60, 200))
def test_a_groove_keeps_the_order_of_the_grid(groove, swing, amount, bpm):
    time_map = TimeMap((TempoPoint(0.0, bpm), TempoPoint(4.0, 90.0, 8.0)))
    played = eighths(64, pitch=60, step=0.25)
    laid = lay_groove(played, "comp", feel(groove=groove, swing=swing, amount=amount), time_map)
    onsets = time_map.seconds(laid["beat"]) + laid["shift_s"]
    assert np.all(np.diff(onsets) > 0)
    assert np.all((laid["velocity"] >= 0) & (laid["velocity"] <= 1))


def test_an_unknown_groove_lists_the_known():
    plugins = band()
    with pytest.raises(ProjectError, match=r"no groove is named 'polka'.*straight"):
        arrange(project(plugins, feel={"groove": "polka"}), plugins)


def human(played, timing=13.0, velocity=19.0, role="drums", seed=0, beats=2048):
    hands = Humanize(timing_ms=timing, velocity=velocity)
    return humanise(played, role, hands, [section(beats)], MAP, Chance(seed))


def lag1(values):
    values = values - values.mean()
    return float(np.sum(values[1:] * values[:-1]) / np.sum(values * values))


def test_cymbals_stray_as_drummers_do():
    """Groove MIDI: sd 13.4 ms (q10 to q90: 10 to 20), lag-1 correlation 0.39 to 0.59."""
    shifts = np.concatenate([human(eighths(4096), seed=seed)["shift_s"][8:] * 1000 for seed in range(4)])
    assert float(shifts.std()) == pytest.approx(13.0, rel=0.1)
    assert abs(float(shifts.mean())) < 1.5
    assert 0.4 <= lag1(shifts) <= 0.6


def test_kick_and_snare_lead_the_cymbals_by_4_ms():
    """Groove MIDI: kick -3.97 ms (sd 14.6), snare -3.75 ms (sd 15.5) from the cymbals."""
    both = join(eighths(2048, 42), eighths(2048, 36, 1.0)[:1024], eighths(1024, 38, 1.0))
    played = human(both)
    played = played[played["beat"] > 4]
    when = {pitch: played[played["pitch"] == pitch] for pitch in (42, 36, 38)}
    for limb in (36, 38):
        own = when[limb]
        cymbal = when[42][np.isin(when[42]["beat"], own["beat"])]
        own = own[np.isin(own["beat"], cymbal["beat"])]
        apart = (own["shift_s"] - cymbal["shift_s"]) * 1000
        assert float(apart.mean()) == pytest.approx(-4.0, abs=1.5)
        assert 11.0 <= float(apart.std()) <= 15.5


def test_the_default_is_scaled_to_6_ms():
    shifts = human(eighths(4096), timing=6.0)["shift_s"][8:] * 1000
    assert float(shifts.std()) == pytest.approx(6.0, rel=0.15)


def test_velocities_waver_with_memory_and_stay_velocities():
    struck = human(eighths(4096), velocity=5.0)["velocity"].astype(float)
    assert float(struck.std()) * 127 == pytest.approx(5.0, rel=0.1)
    assert 0.4 <= lag1(struck) <= 0.6
    loud = eighths(512)
    loud["velocity"] = 1.0
    assert human(loud, velocity=40.0)["velocity"].max() <= 1.0
    soft = eighths(512)
    soft["velocity"] = 0.02
    assert human(soft, velocity=40.0)["velocity"].min() > 0.0


def test_beats_are_never_written_and_nothing_sounds_before_the_song():
    played = human(eighths(64), timing=50.0)
    np.testing.assert_array_equal(played["beat"], eighths(64)["beat"])
    for seed in range(20):
        first = human(eighths(4), timing=50.0, seed=seed)
        assert np.all(MAP.seconds(first["beat"]) + first["shift_s"] >= -1e-9)


def test_still_hands_change_nothing():
    np.testing.assert_array_equal(humanise(eighths(64), "drums", STILL, [section(64)], MAP, Chance(1)), eighths(64))


def test_a_chord_is_struck_together():
    chords = notes((beat, 1.0, pitch, 0.6) for beat in range(32) for pitch in (60, 64, 67))
    shifts = human(chords, role="comp", beats=32)["shift_s"].reshape(-1, 3)
    assert np.all(shifts == shifts[:, :1])
    assert len(np.unique(shifts[2:, 0])) > 20


def test_a_change_in_one_section_leaves_the_others_performance():
    halves = [
        Section("a", "a", 1, 4, 0.0, 16.0, 0.6, Key.parse("C")),
        Section("b", "b", 5, 4, 16.0, 32.0, 0.6, Key.parse("C")),
    ]
    hands = Humanize(timing_ms=6.0, velocity=5.0)
    full = humanise(eighths(64), "drums", hands, halves, MAP, Chance(1))
    thinned = humanise(eighths(64)[5:], "drums", hands, halves, MAP, Chance(1))
    np.testing.assert_array_equal(full[32:], thinned[27:])
