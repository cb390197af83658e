import numpy as np
import pytest

from genres.charts import play
from songwright.arrangement.quality import drum_grid
from songwright.interfaces.pattern import Role
from songwright.music.notes import join
from songwright_genres.drum import DRUMS
from songwright_genres.pop.drums import PopDrums, PopDrumsParams

KIT = {"drums": (PopDrums(), (0, 127))}
SKINS = [DRUMS[name] for name in ("snare", "tom_hi", "tom_mid", "tom_lo")]


def drummed(seed, **kwargs):
    return play(seed, KIT, **kwargs)


def test_no_bar_of_drums_is_repeated_more_than_three_times_in_a_row():
    for seed in range(30):
        song = drummed(seed, mood=("bright", "driving", "dreamy")[seed % 3])
        arrangement = song.arrangement({"drums": Role.DRUMS})
        run, before = 0, None
        for bar in range(1, sum(section.bars for section in song.sections) + 1):
            grid = drum_grid(arrangement, arrangement.parts["drums"].notes, bar)
            run = run + 1 if grid and grid == before else 1
            assert run <= 3, (seed, bar)
            before = grid


def test_backbeats_kicks_and_hats_fall_where_measured_drummers_put_them():
    hits = {"kick": np.zeros(16), "snare": np.zeros(16)}
    bars = 0
    for seed in range(40):
        song = drummed(seed)
        for section, played in zip(song.sections, song.parts["drums"], strict=True):
            if section.use not in ("verse", "chorus"):
                continue
            bars += section.bars
            steps = np.rint((played["beat"] - section.start_beat) * 4).astype(int) % 16
            for drum, counts in hits.items():
                counts += np.bincount(steps[played["pitch"] == DRUMS[drum]], minlength=16)
    kick, snare = hits["kick"] / bars, hits["snare"] / bars
    assert kick[0] > 0.8  # Groove MIDI pop .80, pattern books .91
    assert 0.3 < kick[8] < 0.75  # .38 and .55
    assert 0.5 < snare[4] <= 1.0  # .56 and .73
    assert 0.5 < snare[12] <= 1.0  # .58 and .82
    assert max(snare[[1, 3, 5, 7, 9, 11]]) < 0.3  # ghosts and fills only


def test_energy_fills_the_bar():
    sparse, full = [], []
    for seed in range(20):
        song = drummed(seed)
        for section, played in zip(song.sections, song.parts["drums"], strict=True):
            if section.use in ("verse", "chorus"):
                loud = float(played["velocity"].sum()) / section.bars
                (full if section.use == "chorus" else sparse).append(loud)
    assert np.mean(full) > 1.2 * np.mean(sparse)


def test_a_bigger_section_is_led_into_and_announced():
    announced = 0
    for seed in range(20):
        song = drummed(seed)
        for place, section in enumerate(song.sections[1:], start=1):
            if section.use != "chorus" or song.sections[place - 1].use == "chorus":
                continue
            first = song.parts["drums"][place]
            downbeat = first["pitch"][first["beat"] < section.start_beat + 0.01]
            announced += DRUMS["crash"] in downbeat
            assert DRUMS["kick"] in downbeat
            lead = song.parts["drums"][place - 1]
            last_bar = lead[lead["beat"] >= section.start_beat - 4]
            stopped = DRUMS["crash"] in last_bar["pitch"]
            assert stopped or np.isin(last_bar["pitch"], SKINS).sum() >= 3
    assert announced >= 40


def test_fill_none_plays_no_fill():
    from dataclasses import replace

    for seed in range(10):
        song = drummed(seed, change=lambda section: replace(section, fill="none"))
        toms = join(*song.parts["drums"])
        assert not np.isin(toms["pitch"], [DRUMS["tom_hi"], DRUMS["tom_mid"], DRUMS["tom_lo"]]).any()


def test_fill_last_fills_only_at_the_end_of_the_section():
    from dataclasses import replace

    for seed in range(10):
        song = drummed(seed, change=lambda section: replace(section, fill="last"))
        for section, played in zip(song.sections, song.parts["drums"], strict=True):
            toms = played[np.isin(played["pitch"], [DRUMS["tom_hi"], DRUMS["tom_mid"], DRUMS["tom_lo"]])]
            assert (toms["beat"] >= section.end_beat - 8).all()


@pytest.mark.parametrize("meter", ["3/4", "6/8", "7/8", "5/4", "2/4", "12/8"])
def test_every_meter_is_played_inside_its_bars(meter):
    song = drummed(4, meter=meter, form=0)
    for section, played in zip(song.sections, song.parts["drums"], strict=True):
        assert (played["beat"] >= section.start_beat).all()
        assert (played["beat"] < section.end_beat).all()
        if section.use == "chorus":
            starts = song.time_map.bar_start(np.arange(section.bar, section.bar + section.bars))
            kicks = played["beat"][played["pitch"] == DRUMS["kick"]]
            assert np.isin(np.round(starts, 6), np.round(kicks, 6)).mean() > 0.7


def test_the_song_ends_on_one_stroke():
    song = drummed(3)
    last = song.parts["drums"][-1]
    final_bar = last[last["beat"] >= song.sections[-1].end_beat - 4 - 1e-6]
    assert set(final_bar["pitch"].astype(int)) == {DRUMS["kick"], DRUMS["crash"]}
    assert len(set(final_bar["beat"])) == 1


def test_the_fills_knob_silences_them():
    quiet = {"drums": (PopDrums(PopDrumsParams.model_validate({"fills": 0, "variation": 0})), (0, 127))}
    toms = join(*play(1, quiet).parts["drums"])["pitch"]
    builds_allowed = {DRUMS["tom_lo"]}
    assert set(toms[np.isin(toms, [DRUMS["tom_hi"], DRUMS["tom_mid"]])]) <= builds_allowed


def test_the_same_seed_plays_the_same_and_another_another():
    one, again, other = (join(*drummed(seed).parts["drums"]) for seed in (5, 5, 6))
    assert np.array_equal(one, again)
    assert not np.array_equal(one[:50], other[:50])
