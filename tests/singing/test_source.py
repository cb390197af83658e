"""A sung track as a stream: the same as putting it together whole, whatever pieces it is read in."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.singing.source import Line, SungSource, Take

VOICE_RATE, RATE, FRAMES = 24_000, 44_100, 4 * 44_100


def take(start, frames, seed):
    return Take(start, np.random.default_rng(seed).uniform(-0.5, 0.5, frames).astype(np.float32))


LINES = (
    Line((0.8, 0.6), (take(-300, 9_000, 1), take(23_000, 5_000, 2), take(26_000, 3_000, 3))),
    Line((0.1, 0.9), (take(24_000, 24_000, 4),)),
)


def together(lines, rate=RATE):
    """Every line put together whole, then resampled at once."""
    out = np.zeros((2, FRAMES), np.float32)
    for line in lines:
        dry = np.zeros(8 * VOICE_RATE, np.float32)
        for one in line.takes:
            first = max(0, -one.start)
            dry[one.start + first : one.start + len(one.audio)] += one.audio[first:]
        sound = dry if rate == VOICE_RATE else soxr.resample(dry, VOICE_RATE, rate, quality="HQ")
        for channel, gain in enumerate(line.gains):
            out[channel] += np.float32(gain) * sound[:FRAMES]
    return out


def test_it_is_what_its_lines_are_together():
    source = SungSource(LINES, VOICE_RATE, RATE, FRAMES)
    expected = together(LINES)
    assert np.abs(expected[:, source.end_frame :]).max() < 1e-5
    np.testing.assert_array_equal(source.whole()[:, : source.end_frame], expected[:, : source.end_frame])
    assert not source.whole()[:, source.end_frame :].any()
    assert source.end_frame == pytest.approx((48_000 / VOICE_RATE + 0.05) * RATE, abs=1)


def test_at_the_voices_own_rate_nothing_is_resampled():
    source = SungSource(LINES, VOICE_RATE, VOICE_RATE, FRAMES)
    np.testing.assert_array_equal(source.whole(), together(LINES, VOICE_RATE))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 60_000), min_size=1, max_size=12))
def test_pieces_are_the_whole(sizes):
    source = SungSource(LINES, VOICE_RATE, RATE, FRAMES)
    whole = source.whole()
    source.rewind()
    heard = np.concatenate([source.read(size) for size in sizes], axis=1)[:, :FRAMES]
    np.testing.assert_array_equal(heard, whole[:, : heard.shape[1]])


def test_a_song_may_end_within_a_phrase():
    source = SungSource(LINES, VOICE_RATE, RATE, RATE)
    assert source.end_frame == RATE
    np.testing.assert_array_equal(source.read(2 * RATE)[:, :RATE], together(LINES)[:, :RATE])


def test_nothing_sung_is_silence():
    source = SungSource((Line((1.0, 1.0), ()),), RATE, RATE, FRAMES)
    assert source.end_frame == 0
    assert not source.whole().any()


def test_one_side_is_enough_where_both_are_equal():
    assert SungSource((Line((1.0, 1.0), LINES[0].takes),), VOICE_RATE, RATE, FRAMES).channels == 1
    assert SungSource(LINES, VOICE_RATE, RATE, FRAMES).channels == 2


def test_the_key_tells_of_all_that_is_heard():
    first = LINES[0]
    others = (
        (first,),
        (Line((0.8, 0.61), first.takes), LINES[1]),
        (Line(first.gains, (take(-301, 9_000, 1), *first.takes[1:])), LINES[1]),
        (Line(first.gains, (take(-300, 9_000, 9), *first.takes[1:])), LINES[1]),
    )
    key = SungSource(LINES, VOICE_RATE, RATE, FRAMES).key
    assert SungSource(LINES, VOICE_RATE, RATE, FRAMES).key == key
    keys = {SungSource(lines, VOICE_RATE, RATE, FRAMES).key for lines in others}
    keys |= {SungSource(LINES, VOICE_RATE, 48_000, FRAMES).key, SungSource(LINES, VOICE_RATE, RATE, RATE).key}
    assert len(keys - {key}) == 6
