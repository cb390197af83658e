"""What the corpora say, and distances to it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import yaml

Moves = dict[tuple[str, str], float]


def corpus_moves(collection: str, minor: bool) -> Moves:
    """Chord moves of a collection as shares that sum to 1."""
    table = yaml.safe_load((Path(__file__).parent / "pop_moves_measured.yaml").read_text(encoding="utf-8"))
    rows = table[collection]["minor" if minor else "major"]
    return shares({(str(a), str(b)): float(n) for a, row in rows.items() for b, n in row.items()})


def shares(counts: Mapping[tuple[str, str], float]) -> Moves:
    total = sum(counts.values())
    return {move: count / total for move, count in counts.items()}


def moves_of(songs: Iterable[list[str]]) -> Moves:
    """Moves of songs given as lists of chords, immediate repeats merged."""
    counted: Counter[tuple[str, str]] = Counter()
    for song in songs:
        counted.update((a, b) for a, b in itertools.pairwise(song) if a != b)
    return shares(counted)


def jensen_shannon(one: Moves, other: Moves) -> float:
    """The Jensen-Shannon distance (square root of the divergence in bits): 0 the same, 1 nothing in common."""
    moves = sorted(set(one) | set(other))
    p, q = (np.array([table.get(move, 0.0) for move in moves]) for table in (one, other))
    middle = (p + q) / 2
    divergence = sum(float(np.sum(side[side > 0] * np.log2(side[side > 0] / middle[side > 0]))) / 2 for side in (p, q))
    return float(np.sqrt(max(divergence, 0.0)))
