"""Phonemes of a word to syllables, and syllables to the number that the lyric sings.

The dictionary and the poet may disagree: *ev-'ry* has two notes where the dictionary knows three
syllables, *fi-re* two where it knows one. The lyric decides: the weakest vowels are swallowed, or
the strongest is held.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.singing.phoneme import is_vowel, may_start_syllable, sonority, weakness


@dataclass(frozen=True)
class Shape:
    """A syllable as indices into its word's phonemes.

    ``held`` marks a syllable that only goes on with the nucleus of the one before (its onset is
    empty; a coda may close it).
    """

    onset: tuple[int, ...]
    nucleus: int
    coda: tuple[int, ...] = ()
    held: bool = False


def syllabify(phonemes: Sequence[str]) -> tuple[Shape, ...]:
    """Cut a word into syllables by maximal onset: what may begin a syllable does.

    A word without a vowel ("hmm") is one syllable around its most sonorous consonant.

    >>> [len(s.onset) for s in syllabify(["s", "ɪ", "s", "t", "ɚ"])]
    [1, 2]
    """
    if not phonemes:
        return ()
    nuclei = [i for i, phoneme in enumerate(phonemes) if is_vowel(phoneme)]
    if not nuclei:
        nuclei = [max(range(len(phonemes)), key=lambda i: sonority(phonemes[i]))]
    starts = [0]
    for left, right in itertools.pairwise(nuclei):
        starts.append(_onset_start(phonemes, left + 1, right))
    ends = [*starts[1:], len(phonemes)]
    return tuple(
        Shape(tuple(range(start, nucleus)), nucleus, tuple(range(nucleus + 1, end)))
        for start, nucleus, end in zip(starts, nuclei, ends, strict=True)
    )


def _onset_start(phonemes: Sequence[str], first: int, nucleus: int) -> int:
    return next(i for i in range(first, nucleus + 1) if may_start_syllable(phonemes[i:nucleus]))


def fit(shapes: Sequence[Shape], phonemes: Sequence[str], stresses: Sequence[int], count: int) -> tuple[Shape, ...]:
    """As many syllables as the lyric sings.

    Args:
        shapes: the word's syllables from :func:`syllabify`.
        phonemes: the word's phonemes.
        stresses: stress of each phoneme (0 on consonants).
        count: how many syllables the lyric has for the word, at least 1.
    """
    fitted = list(shapes)
    while len(fitted) > count:
        _swallow(fitted, phonemes, stresses)
    if fitted and len(fitted) < count:
        _hold(fitted, stresses, count - len(fitted))
    return tuple(fitted)


def _swallow(shapes: list[Shape], phonemes: Sequence[str], stresses: Sequence[int]) -> None:
    """Make the weakest vowel part of a neighbour: of the syllable after it, at the end of the one before."""
    weakest = max(range(len(shapes)), key=lambda k: weakness(phonemes[shapes[k].nucleus], stresses[shapes[k].nucleus]))
    gone = shapes.pop(weakest)
    sounds = (*gone.onset, gone.nucleus, *gone.coda)
    if weakest < len(shapes):
        after = shapes[weakest]
        shapes[weakest] = replace(after, onset=(*sounds, *after.onset))
    else:
        before = shapes[-1]
        shapes[-1] = replace(before, coda=(*before.coda, *sounds))


def _hold(shapes: list[Shape], stresses: Sequence[int], extra: int) -> None:
    """Hold the most stressed vowel (the last of equals) over ``extra`` more notes; its coda closes the last."""
    strongest = max(range(len(shapes)), key=lambda k: (stresses[shapes[k].nucleus], k))
    held = shapes[strongest]
    shapes[strongest] = replace(held, coda=())
    tail = [Shape((), held.nucleus, held=True) for _ in range(extra)]
    tail[-1] = replace(tail[-1], coda=held.coda)
    shapes[strongest + 1 : strongest + 1] = tail
