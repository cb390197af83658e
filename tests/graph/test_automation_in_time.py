from __future__ import annotations

import numpy as np
import pytest

from fake_desk import BEAT, RATE, click, graph, listen, play
from songwright.graph.automation import Panel
from songwright.graph.nodes import Tap
from songwright.graph.timeline import Timeline
from songwright.units import parse_length

LONG_TONE = {"instrument": "tone", "clips": [{"at": "1:1", "notes": "A3:4/1@1"}]}


def lane(target, *points):
    return {"target": target, "points": [list(point) for point in points]}


def test_a_fader_moves_to_the_sample(tmp_path):
    moved = graph(
        tmp_path,
        {"t": LONG_TONE},
        automation=[lane("t.gain", ("1:2", "-20 dB"), ("2:2", "0 dB"), ("3:2", "-6 dB", "step"))],
    )
    pre, post = listen(moved, ("t", Tap.PRE), ("t", Tap.POST))
    frames = np.arange(pre.shape[1])
    decibels = np.interp(frames, [BEAT, 5 * BEAT], [-20.0, 0.0])
    decibels[frames >= 9 * BEAT] = -6.0
    np.testing.assert_allclose(post, pre * 10.0 ** (decibels / 20.0), atol=2e-6)


def test_an_effects_knob_moves_with_the_song_however_late_its_audio_is(tmp_path):
    effects = [{"use": "late", "frames": 777}, {"use": "turn", "id": "t1"}]
    automation = [lane("t.t1.gain", ("1:1", "0 dB"), ("2:1", "-40 dB", "step"))]
    moved = graph(tmp_path, {"t": LONG_TONE | {"effects": effects}}, automation=automation)
    source, post = listen(moved, ("t", Tap.SOURCE), ("t", Tap.POST))
    factor = np.where(np.arange(source.shape[1]) < 4 * BEAT, 1.0, 0.01)
    np.testing.assert_allclose(post, source * factor, atol=1e-6)


def test_an_instruments_knob_moves_across_pages(tmp_path):
    fade = lane("t.instrument.level", ("1:1", "100 %"), ("101:1", "0 %"))
    sections = {"part": {"bars": 100, "chords": "I"}}
    tone = {"instrument": "tone", "clips": [{"at": "1:1", "notes": "A3:1/4@1", "repeat": 399}]}
    still, moved = (
        listen(graph(tmp_path, {"t": tone}, sections=sections, automation=lanes), ("t", Tap.POST))[0]
        for lanes in ([], [fade])
    )
    level = 1.0 - np.arange(still.shape[1]) / (400 * BEAT)
    np.testing.assert_allclose(moved, still * level, atol=2e-6)


def test_a_send_moves(tmp_path):
    tracks = {"t": LONG_TONE | {"sends": [{"to": "hall", "level": "-6 dB"}]}}
    moved = graph(
        tmp_path,
        tracks,
        buses={"hall": {"role": "return"}},
        automation=[lane("t.hall", ("1:1", "-90 dB"), ("2:1", "0 dB", "step"))],
    )
    dry, sent = listen(moved, ("t", Tap.POST), ("hall", Tap.POST))
    assert not sent[:, : 4 * BEAT].any()
    np.testing.assert_array_equal(sent[:, 4 * BEAT :], dry[:, 4 * BEAT :])


def test_a_synced_delay_follows_the_tempo(tmp_path):
    tempo = [{"at": "1:1", "bpm": 120}, {"at": "2:1", "bpm": 240}]
    song = {
        "a": click("1:1", effects=[{"use": "echo", "time": "1/4"}]),
        "b": click("2:1", effects=[{"use": "echo", "time": "1/4"}]),
    }
    a, b = listen(graph(tmp_path, song, tempo=tempo), ("a", Tap.POST), ("b", Tap.POST))
    assert np.flatnonzero(a[0]).tolist() == [0, BEAT]
    assert np.flatnonzero(b[0]).tolist() == [4 * BEAT, 4 * BEAT + BEAT // 2]


def test_a_synced_length_follows_a_ramp_exactly(tmp_path):
    tempo = [{"at": "1:1", "bpm": 90}, {"at": "2:1", "bpm": 150, "over": "2 bars"}]
    song = play(tmp_path, {"a": click()}, tempo=tempo)
    timeline = Timeline(song, RATE)
    curve = timeline.follow(parse_length("1/8"), "ms")
    for beat in np.linspace(0.0, 15.9, 60):
        bpm = song.time_map.bpm(float(beat))
        assert curve.value(timeline.frame(float(beat))) == pytest.approx(30_000.0 / bpm, rel=2e-5)


def test_a_length_that_the_tempo_makes_too_long_stays_in_its_knobs_range(tmp_path):
    tempo = [{"at": "1:1", "bpm": 60}, {"at": "2:1", "bpm": 30}]
    slow = graph(tmp_path, {"a": click(effects=[{"use": "echo", "time": "1/1"}])}, tempo=tempo)
    (insert,) = slow.strips["a"].inserts
    assert insert.effect.params.time_s == insert.knobs["time_s"].low == insert.knobs["time_s"].high == 4.0
    assert slow.warnings == ("a.echo: time would be 8 s in this song's tempo, and stays at 4 s",)


def test_a_lane_of_lengths_stays_in_its_knobs_range(tmp_path):
    effects = [{"use": "echo"}]
    moved = graph(
        tmp_path, {"a": click(effects=effects)}, automation=[lane("a.echo.time", ("1:1", "1/4"), ("2:1", "3 bars"))]
    )
    (insert,) = moved.strips["a"].inserts
    assert (insert.knobs["time_s"].low, insert.knobs["time_s"].high) == (0.5, 4.0)
    assert moved.warnings == ("a.echo: time would be 6 s in this song's tempo, and stays at 4 s",)


def test_units_of_musical_lengths(tmp_path):
    timeline = Timeline(play(tmp_path, {"a": click()}), RATE)
    quarter, bar = parse_length("1/4"), parse_length("1 bar")
    assert timeline.in_unit(quarter, "s", 0.0) == 0.5
    assert timeline.in_unit(quarter, "ms", 0.0) == 500.0
    assert timeline.in_unit(quarter, "Hz", 0.0) == 2.0
    assert timeline.in_unit(bar, "beats", 0.0) == 4.0
    assert timeline.follow(bar, "s") == 2.0


def test_a_panel_shows_still_knobs_as_one_value_and_moving_ones_a_frame():
    from songwright.graph.curve import Curve, Shape

    panel = Panel({"still": 3.0, "moving": Curve.through([(0, 0.0, Shape.LINEAR), (10, 10.0, Shape.LINEAR)])})
    panel.turn_to(4, 3)
    assert (panel.value("still"), panel.moving("still"), panel.curve("still").tolist()) == (3.0, False, [3.0])
    assert (panel.value("moving"), panel.moving("moving")) == (4.0, True)
    assert panel.curve("moving").tolist() == [4.0, 5.0, 6.0]
    panel.turn_to(20, 2)
    assert panel.curve("moving").tolist() == [10.0, 10.0]  # it moves in the song, not here: still a frame each
