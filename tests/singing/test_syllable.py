"""Syllables: known words, and what holds for every word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.singing.phoneme import is_voiceless, is_vowel
from songwright.singing.syllable import fit, syllabify

INVENTORY = [
    "p",
    "t",
    "k",
    "s",
    "z",
    "m",
    "n",
    "ŋ",
    "l",
    "ɹ",
    "w",
    "j",
    "h",
    "tʃ",
    "dʒ",
    "ɑ",
    "i",
    "u",
    "ə",
    "eɪ",
    "oʊ",
]
SOUNDS = st.lists(st.sampled_from(INVENTORY), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("h ɑ ɹ b ə ɹ", "hɑɹ.bəɹ"),
        ("ɛ k s t ɹ ə", "ɛk.stɹə"),
        ("s ɪ ŋ ɪ ŋ", "sɪŋ.ɪŋ"),
        ("w ɪ n d oʊ z", "wɪn.doʊz"),
        ("m j u z ɪ k", "mju.zɪk"),
        ("ə l ɔ ŋ", "ə.lɔŋ"),
        ("s t ɹ ɛ ŋ k θ s", "stɹɛŋkθs"),
        ("h m", "hm"),
    ],
)
def test_words_are_cut_by_maximal_onset(word: str, cut: str) -> None:
    phonemes = word.split()
    shapes = syllabify(phonemes)
    said = ".".join("".join(phonemes[i] for i in (*s.onset, s.nucleus, *s.coda)) for s in shapes)
    assert said == cut


@given(SOUNDS)
def test_every_sound_is_in_one_syllable_in_order(phonemes: list[str]) -> None:
    shapes = syllabify(phonemes)
    assert [i for s in shapes for i in (*s.onset, s.nucleus, *s.coda)] == list(range(len(phonemes)))
    assert len(shapes) == max(sum(map(is_vowel, phonemes)), 1)


@given(SOUNDS, st.integers(1, 7))
def test_the_lyric_decides_how_many_there_are(phonemes: list[str], count: int) -> None:
    shapes = fit(syllabify(phonemes), phonemes, [0] * len(phonemes), count)
    assert len(shapes) == count
    held = [i for s in shapes for i in (*s.onset, *([] if s.held else [s.nucleus]), *s.coda)]
    assert held == list(range(len(phonemes)))


def test_every_may_have_two_and_fire_two() -> None:
    every = ["ɛ", "v", "ə", "ɹ", "i"]
    two = fit(syllabify(every), every, [2, 0, 0, 0, 0], 2)
    assert [[every[i] for i in s.onset] for s in two] == [[], ["v", "ə", "ɹ"]]
    fire = ["f", "aɪ", "ɹ"]
    two = fit(syllabify(fire), fire, [0, 2, 0], 2)
    assert (two[0].coda, two[1].held, two[1].coda) == ((), True, (2,))


def test_voiceless_sounds_are_told_from_vowels() -> None:
    assert all(map(is_voiceless, ["t", "tʃ", "s", "h"]))
    assert not any(map(is_voiceless, ["d", "dʒ", "m", "a", "ʌ"]))
