from __future__ import annotations

import numpy as np

from songwright.graph.events import events
from songwright.music.notes import NOTE, Articulation, notes
from songwright.music.time import TempoPoint, TimeMap

RATE = 48_000


def test_times_follow_the_tempo_and_the_hands():
    time_map = TimeMap((TempoPoint(0.0, 60.0), TempoPoint(4.0, 120.0)))
    played = notes([(2.0, 1.0, 60, 0.5), (6.0, 0.5, 62, 0.7)])
    played["shift_s"] = [0.010, -0.005]
    made = events(played, time_map, RATE, 1)
    assert made["start"].tolist() == [2 * RATE + 480, 5 * RATE - 240]
    assert made["length"].tolist() == [RATE, RATE // 4]
    np.testing.assert_allclose(made["time_s"], [2.010, 4.995], atol=1e-6)


def test_nothing_starts_before_the_song_or_lasts_no_time():
    early = notes([(0.0, 0.0, 60, 2.0)])
    early["shift_s"] = -0.3
    [event] = events(early, TimeMap.constant(), RATE, 1)
    assert (event["start"], event["length"], event["velocity"]) == (0, 1, 1.0)


def test_a_legato_note_comes_from_the_nearest_of_those_before_it():
    made = events(
        notes(
            [
                (0.0, 1.0, 40, 0.5),
                (0.0, 1.0, 60, 0.5),
                (1.0, 1.0, 62, 0.5, Articulation.LEGATO),
                (2.0, 1.0, 64, 0.5),
            ]
        ),
        TimeMap.constant(),
        RATE,
        1,
    )
    assert made["from_pitch"].tolist() == [40, 60, 60, 64]


def test_a_note_keeps_its_chance_whatever_stands_around_it():
    rng = np.random.default_rng(3)
    many = notes((beat / 4, 0.25, int(rng.integers(40, 80)), 0.5) for beat in range(4000))
    whole = events(many, TimeMap.constant(), RATE, 7)
    some = events(many[::3], TimeMap.constant(), RATE, 7)
    assert (
        dict(zip(whole["start"].tolist(), whole["seed"].tolist(), strict=True)).items()
        >= dict(zip(some["start"].tolist(), some["seed"].tolist(), strict=True)).items()
    )


def test_chances_are_spread_and_belong_to_the_track():
    grid = np.zeros(20_000, NOTE)
    grid["beat"], grid["pitch"], grid["length"] = np.arange(20_000) // 4 / 4, 60 + np.arange(20_000) % 4, 0.25
    one, other = (events(grid, TimeMap.constant(), RATE, seed)["seed"] for seed in (1, 2))
    assert len(np.unique(one)) > 19_990
    assert np.count_nonzero(one == other) < 5
    bits = (one[:, None] >> np.arange(32, dtype=np.uint32)) & 1
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.02
    assert np.abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.03
