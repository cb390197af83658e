from __future__ import annotations

import numpy as np
import pytest

from fake_desk import BEAT, RATE, click, graph, listen
from songwright.graph.nodes import MASTER, Tap


def frames(audio, channel=0):
    """Frame → sample, where there is any."""
    return {int(at): float(audio[channel, at]) for at in np.flatnonzero(audio[channel])}


def db(decibels):
    return 10.0 ** (decibels / 20.0)


def test_notes_sound_where_they_stand(tmp_path):
    song = graph(tmp_path, {"a": click("1:1"), "b": click("2:3.5", 0.25)})
    a, b, mix = listen(song, ("a", Tap.POST), ("b", Tap.POST), (MASTER, Tap.SOURCE))
    assert frames(a) == {0: 0.5}
    assert frames(b) == {int(6.5 * BEAT): 0.25}
    assert frames(mix) == {0: 0.5, int(6.5 * BEAT): 0.25}
    assert mix.shape == (2, 16 * BEAT)


def test_gain_group_send_and_return_multiply(tmp_path):
    song = graph(
        tmp_path,
        {
            "a": click(
                gain="-6 dB",
                to="band",
                sends=[{"to": "hall", "level": "-3 dB"}, {"to": "room", "level": "-9 dB", "tap": "pre"}],
            )
        },
        buses={
            "band": {"gain": "-2 dB", "sends": [{"to": "hall", "level": "-20 dB"}]},
            "hall": {"role": "return", "gain": "-1 dB"},
            "room": {"role": "return", "to": "band"},
        },
    )
    a, band, hall, room, mix = listen(
        song, ("a", Tap.POST), ("band", Tap.POST), ("hall", Tap.POST), ("room", Tap.POST), (MASTER, Tap.SOURCE)
    )
    dry, sent_pre = 0.5 * db(-6), 0.5 * db(-9)
    grouped = (dry + sent_pre) * db(-2)
    assert frames(a) == {0: pytest.approx(dry, rel=1e-6)}
    assert frames(room) == {0: pytest.approx(sent_pre, rel=1e-6)}
    assert frames(band) == {0: pytest.approx(grouped, rel=1e-6)}
    assert frames(hall) == {0: pytest.approx((dry * db(-3) + grouped * db(-20)) * db(-1), rel=1e-6)}
    assert frames(mix)[0] == pytest.approx(frames(band)[0] + frames(hall)[0], rel=1e-6)


@pytest.mark.parametrize(
    ("pan", "left", "right"),
    [
        ("0 %", 1.0, 1.0),
        ("-100 %", 1.0, 0.0),
        ("100 %", 0.0, 1.0),
        ("50 %", np.sqrt(2) * np.cos(3 * np.pi / 8), 1.0),
        ("-50 %", 1.0, np.sqrt(2) * np.cos(3 * np.pi / 8)),
    ],
)
def test_a_stereo_source_is_balanced(tmp_path, pan, left, right):
    [post] = listen(graph(tmp_path, {"a": click(pan=pan)}), ("a", Tap.POST))
    np.testing.assert_allclose(post[:, 0], [0.5 * left, 0.5 * right], rtol=1e-6, atol=0)


def test_a_fader_at_its_lowest_mark_is_shut(tmp_path):
    [post] = listen(graph(tmp_path, {"a": click(gain="-90 dB")}), ("a", Tap.POST))
    assert not post.any()


def test_paths_of_any_latency_meet_in_step(tmp_path):
    """The same click on seven ways to the mix: one sample there, and nothing beside it."""
    song = graph(
        tmp_path,
        {
            "a": click(
                effects=[{"use": "late", "frames": 1000}],
                sends=[{"to": "hall"}, {"to": "room", "tap": "pre"}],
                to="band",
            ),
            "b": click(sends=[{"to": "hall"}]),
            "c": click(effects=[{"use": "late", "frames": 31}, {"use": "late", "id": "more", "frames": 5000}]),
        },
        buses={
            "band": {"effects": [{"use": "late", "frames": 77}], "sends": [{"to": "room"}]},
            "hall": {"role": "return", "effects": [{"use": "late", "frames": 4096}]},
            "room": {"role": "return", "effects": [{"use": "late", "frames": 13}]},
        },
        master={"effects": [{"use": "late", "frames": 2500}]},
    )
    taps = [(strip, tap) for strip in song.strips for tap in Tap]
    for (strip, tap), audio in zip(taps, listen(song, *taps), strict=True):
        assert list(frames(audio)) == [0], f"{strip} at {tap}"
        assert audio.shape[1] == song.frames
    # a and b: each dry once; hall has both, room has a twice (its send and its group's); c is dry only
    assert frames(listen(song, (MASTER, Tap.POST))[0])[0] == pytest.approx(0.5 * 7)


def test_a_sidechain_hears_in_step_whichever_path_is_later(tmp_path):
    """A click ducks the click of another track to a half, at their common frame only."""
    for early, late in ((0, 900), (900, 0), (123, 456)):
        song = graph(
            tmp_path,
            {
                "key": click("2:1", effects=[{"use": "late", "frames": late}], gain="-20 dB"),
                "ducked": {
                    "instrument": "tone",
                    "clips": [{"at": "1:1", "notes": "A3:4/1@1"}],
                    "effects": [
                        {"use": "late", "frames": early},
                        {"use": "duck", "sidechain": {"from": "key", "tap": "pre"}},
                    ],
                },
            },
        )
        source, post, key = listen(song, ("ducked", Tap.SOURCE), ("ducked", Tap.POST), ("key", Tap.PRE))
        assert frames(key) == {4 * BEAT: 0.5}  # the effect scribbled on a copy
        expected = source.copy()
        expected[:, 4 * BEAT] *= 0.5
        np.testing.assert_array_equal(post, expected)


def test_a_track_can_duck_to_a_bus_after_its_fader(tmp_path):
    song = graph(
        tmp_path,
        {
            "kick": click("1:1", 0.8, to="drums"),
            "bass": click("1:1", 0.5, effects=[{"use": "duck", "sidechain": "drums"}]),
        },
        buses={"drums": {"gain": "-6 dB"}},
    )
    [bass] = listen(song, ("bass", Tap.POST))
    assert frames(bass) == {0: pytest.approx(0.5 * (1.0 - 0.8 * db(-6)), rel=1e-6)}


def test_long_notes_run_on_over_pages_and_tails_over_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr("songwright.render.sources.PAGE_FRAMES", 4096)
    tone = {"use": "tone", "tail": "1.25 s"}
    song = graph(
        tmp_path,
        {"t": {"instrument": tone, "clips": [{"at": "1:2", "notes": "A3:3/1@0.5 E4:3/4@0.25"}]}},
        master={"effects": [{"use": "echo", "time": "0.5 s"}]},
    )
    assert song.frames == 16 * BEAT + round(1.75 * RATE)
    [post] = listen(song, ("t", Tap.POST))
    expected = np.zeros(song.frames)
    for start, beats, hz, level in ((1, 12, 220.0, 0.5), (13, 3, 440.0 * 2 ** (-5 / 12), 0.25)):
        length = beats * BEAT + round(1.25 * RATE)
        expected[start * BEAT : start * BEAT + length] += level * np.sin(2 * np.pi * hz / RATE * np.arange(length))
    np.testing.assert_allclose(post[0], expected, atol=1e-6)


def test_an_endless_tail_is_cut_sensibly(tmp_path):
    many = [{"use": "echo", "id": f"e{i}", "time": "4 s"} for i in range(20)]
    assert graph(tmp_path, {"a": click(effects=many)}).frames == 16 * BEAT + 15 * RATE
