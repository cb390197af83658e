"""Places that are cut out of a song are those places: notes, knobs and audio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_desk import BEAT, click, graph
from songwright.graph.curve import Curve, Shape
from songwright.graph.nodes import Fader, Kind, RenderGraph, Strip
from songwright.render.cut import Cut, cut_out

points = st.lists(
    st.tuples(st.integers(0, 900), st.floats(1.0, 100.0), st.sampled_from([Shape.LINEAR, Shape.EXP, Shape.STEP])),
    min_size=1,
    max_size=8,
)


@given(points, st.lists(st.integers(0, 850), min_size=1, max_size=3, unique=True), st.integers(1, 200))
def test_knobs_move_in_a_place_as_they_move_there_in_the_song(points, starts, frames):
    curve = Curve.through([(float(at), value, shape) for at, value, shape in points])
    strips = {"a": Strip("a", Kind.TRACK, fader=Fader(gain_db=curve))}
    song = RenderGraph(1000, 1000, strips, {}, (), None, ())
    cut = Cut(tuple(sorted(starts)), frames)
    moved = cut_out(song, cut).strips["a"].fader.gain_db
    for index, start in enumerate(cut.starts):
        np.testing.assert_allclose(moved.at(index * frames, frames), curve.at(start, frames), rtol=1e-5)


def test_notes_that_sound_as_a_place_begins_are_struck_there(tmp_path):
    song = graph(tmp_path, {"a": click("1:1"), "b": click("1:3"), "c": click("4:1")})
    cut = cut_out(song, Cut((BEAT // 2, 2 * BEAT), BEAT))
    events = {name: strip.source.events for name, strip in cut.strips.items() if strip.source}
    assert cut.frames == 2 * BEAT
    assert (events["a"]["start"].tolist(), events["a"]["length"].tolist()) == ([0], [BEAT // 2])
    assert (events["b"]["start"].tolist(), events["b"]["length"].tolist()) == ([BEAT], [BEAT])
    assert not len(events["c"])


class Ramp:
    """A recording in which every sample is its frame's number; it counts what is read."""

    channels, end_frame, key = 2, 5000, b"ramp"

    def __init__(self):
        self.rewind()

    def rewind(self):
        self.at = 0

    def read(self, frames):
        numbers = np.arange(self.at, self.at + frames, dtype=np.float32)
        self.at += frames
        return np.broadcast_to(np.where(numbers < self.end_frame, numbers, 0.0), (2, frames)).astype(np.float32)


@pytest.mark.parametrize("block", [1, 7, 300])
def test_recordings_are_read_at_their_places_and_not_beyond_their_end(block):
    ramp = Ramp()
    song = RenderGraph(1000, 10_000, {"a": Strip("a", Kind.TRACK, source=ramp)}, {}, (), None, ())
    source = cut_out(song, Cut((100, 4900, 9000), 200)).strips["a"].source
    audio = np.concatenate([source.read(block) for _ in range(-(-700 // block))], axis=1)[:, :700]
    expected = [*range(100, 300), *range(4900, 5000), *[0] * 400]
    np.testing.assert_array_equal(audio, np.broadcast_to(np.float32(expected), (2, 700)))
    assert ramp.at <= 5100
    assert source.key != cut_out(song, Cut((100,), 200)).strips["a"].source.key
