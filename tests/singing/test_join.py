"""Joins of spoken pieces: no click, no hole, no step in loudness."""

from __future__ import annotations

import numpy as np

from songwright.singing.join import KEPT_SENTENCE_S, active_level, join

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
    levels = [20 * np.log10(active_level(whole[s[0] : s[-1]], RATE)) for s in sounding if len(s) > RATE // 4]
    assert len(levels) == 101
    assert np.ptp(levels) <= 1.0, "dB between the loudest and the softest piece"


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
