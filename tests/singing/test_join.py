"""Joins of spoken pieces: no click, no hole, no step in loudness."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pyloudnorm
import pytest

from songwright.singing.join import KEPT_SENTENCE_S, cuts, join, loudness

RATE = 24_000


def piece(seed: int, level: float, lead_s: float, tail_s: float) -> np.ndarray:
    """Half a second of speech-like sound between silences (with a little noise, as recordings have)."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(RATE // 2) / RATE
    hz = 110.0 + 60.0 * rng.random()
    voice = sum(np.sin(2 * np.pi * hz * k * time_s + rng.random()) / k for k in range(1, 12))
    sound = level * voice * (0.6 + 0.4 * np.sin(2 * np.pi * 4.0 * time_s))
    silence = [1e-5 * rng.standard_normal(int(s * RATE)) for s in (lead_s, tail_s)]
    return np.concatenate([silence[0], sound, silence[1]]).astype(np.float32)


def test_a_hundred_joins() -> None:
    rng = np.random.default_rng(5)
    pieces = [piece(k, 10 ** rng.uniform(-1.6, -0.8), *rng.uniform(0.0, 0.9, 2)) for k in range(101)]
    texts = [f"Words{rng.choice(['.', ',', ''])}" for _ in pieces]
    whole = join(pieces, texts, RATE)
    step = np.abs(np.diff(whole))
    edges = np.flatnonzero(np.abs(whole) > 1e-3)
    inside = max(float(np.abs(np.diff(one / np.abs(one).max() * np.abs(whole).max())).max()) for one in pieces)
    assert step.max() <= 1.05 * inside, "a click is a step larger than the sound's own"
    gaps = np.diff(edges) / RATE
    assert gaps.max() <= 2 * KEPT_SENTENCE_S + 0.02
    sounding = np.split(edges, np.flatnonzero(gaps > 0.015) + 1)
    heard = [whole[s[0] : s[-1]].astype(np.float64) for s in sounding if len(s) > RATE // 4]
    assert len(heard) == 101
    levels = [pyloudnorm.Meter(RATE).integrated_loudness(one) for one in heard]
    assert np.ptp(levels) <= 1.0, "LU between the loudest and the softest piece"


def test_a_mid_sentence_join_adds_no_silence() -> None:
    pieces = [piece(k, 0.1, 0.4, 0.4) for k in range(2)]
    whole = join(pieces, ["half a", "sentence."], RATE)
    loud = np.flatnonzero(np.abs(whole) > 1e-3)
    assert np.diff(loud).max() / RATE <= 0.06


def test_one_piece_is_left_as_it_is() -> None:
    alone = piece(1, 0.05, 0.2, 0.2)
    joined = join([alone], ["Words."], RATE)
    assert len(joined) == len(alone)
    np.testing.assert_array_equal(joined[200:-200], alone[200:-200])


def test_silence_stays_silence() -> None:
    assert not join([np.zeros(4800, np.float32)] * 2, ["a.", "b."], RATE).any()


def test_cuts_say_what_is_kept() -> None:
    soft, loud = piece(1, 0.05, 0.5, 0.5), piece(2, 0.2, 0.5, 0.5)
    first, second = cuts([soft, loud], ["Half a", "sentence."], RATE)
    assert (first.start, second.end) == (0, len(loud)), "the recording's own ends stay"
    assert first.end / RATE == pytest.approx(1.0 + 0.02, abs=0.011)
    assert second.start / RATE == pytest.approx(0.5 - 0.02, abs=0.011)
    levels = [first.gain * loudness(soft, RATE), second.gain * loudness(loud, RATE)]
    assert levels[0] == pytest.approx(levels[1], rel=0.01)
    one, other = cuts([soft, loud], ["A sentence.", "Another."], RATE)
    assert one.end - first.end == other.start * -1 + second.start == round((KEPT_SENTENCE_S - 0.02) * RATE)


def test_joining_needs_room_for_the_result_only() -> None:
    pieces = [np.random.default_rng(k).standard_normal(RATE * 5).astype(np.float32) * 0.3 for k in range(40)]
    tracemalloc.start()
    try:
        whole = join(pieces, ["Words."] * 40, RATE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.1 * whole.nbytes
    assert np.abs(whole).max() <= np.float32(0.98)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
def test_loudness_is_the_standards(rate: int) -> None:
    time_s = np.arange(3 * rate) / rate
    rng = np.random.default_rng(2)
    speech = rng.standard_normal(len(time_s)) * (np.sin(2 * np.pi * 1.5 * time_s) > 0) * 0.1
    for sound in (0.2 * np.sin(2 * np.pi * 1000 * time_s), 0.2 * np.sin(2 * np.pi * 150 * time_s), speech):
        true = pyloudnorm.Meter(rate).integrated_loudness(sound)
        ours = -0.691 + 20 * np.log10(loudness(sound.astype(np.float32), rate))
        assert ours == pytest.approx(true, abs=0.1), "LUFS"
    assert loudness(np.zeros(rate, np.float32), rate) == 0.0
    assert loudness(np.zeros(3, np.float32), rate) == 0.0
    assert loudness(np.full(rate // 8, 0.1, np.float32), rate) >= 0.0
