"""Voice leading: from one chord's notes to the next with the least movement."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

_MAXIMUM_CANDIDATES = 4096  # beyond this the search keeps to the middle of the range


def lead(
    previous: Sequence[int],
    pitch_classes: Sequence[int],
    low: int,
    high: int,
    voices: int,
    *,
    bass: int | None = None,
    maximum_gap: int = 12,
    minimum_gap: int = 1,
    avoid_parallels: bool = False,
) -> tuple[int, ...]:
    """Voice a chord near the notes before it.

    The result ascends, has ``voices`` notes in ``low`` … ``high``, holds every pitch class (as many as
    there are voices, the first ones first), keeps neighbouring voices ``minimum_gap`` to ``maximum_gap``
    semitones apart, and moves least in total from ``previous``, voice by voice from the lowest. Ties go to
    the smaller largest leap, then to the lower voicing.

    Args:
        previous: the notes before, ascending; empty to voice from the middle of the range.
        pitch_classes: the chord's tones in order of importance.
        low: lowest MIDI note.
        high: highest MIDI note.
        voices: number of notes.
        bass: pitch class of the lowest note, when it matters.
        maximum_gap: widest space between neighbouring voices (the space over a bass may be wider).
        minimum_gap: narrowest space.
        avoid_parallels: refuse parallel fifths and octaves where any other voicing exists.

    >>> lead((60, 64, 67), (5, 9, 0), 55, 76, 3)
    (60, 65, 69)

    Raises:
        ValueError: when the range cannot hold the chord.
    """
    wanted = tuple(dict.fromkeys(pitch_class % 12 for pitch_class in pitch_classes))
    if voices < 1 or not wanted:
        raise ValueError("a voicing needs at least one voice and one pitch class")
    candidates = _candidates(wanted, low, high, voices, bass, minimum_gap, maximum_gap)
    if not candidates:
        candidates = _candidates(wanted, low, high, voices, bass, 1, high - low + 1)
    if not candidates:
        raise ValueError(f"{voices} voices of the pitch classes {list(wanted)} do not fit into {low} to {high}")
    before = tuple(previous) or _middle(low, high, voices)
    if avoid_parallels and len(before) == voices:
        candidates = [notes for notes in candidates if not parallels(before, notes)] or candidates
    return min(candidates, key=lambda notes: (movement(before, notes), _leap(before, notes), notes))


def parallels(before: Sequence[int], after: Sequence[int]) -> int:
    """How many pairs of voices move in parallel fifths, octaves or unisons.

    >>> parallels((48, 55), (50, 57)), parallels((48, 55), (48, 55))
    (1, 0)
    """
    pairs = itertools.combinations(range(min(len(before), len(after))), 2)
    return sum(
        before[i] != after[i]
        and (before[j] - before[i]) % 12 in (0, 7)
        and (before[j] - before[i]) % 12 == (after[j] - after[i]) % 12
        and (after[i] > before[i]) == (after[j] > before[j])
        and before[j] != after[j]
        for i, j in pairs
    )


def movement(before: Sequence[int], after: Sequence[int]) -> int:
    """Total movement in semitones between two voicings, voice by voice from the lowest.

    With another number of voices each note counts to the nearest of the other voicing, both ways.
    """
    if len(before) == len(after):
        return sum(abs(a - b) for a, b in zip(before, after, strict=True))
    nearest_after = sum(min(abs(note - other) for other in after) for note in before)
    return nearest_after + sum(min(abs(note - other) for other in before) for note in after)


def _candidates(
    wanted: tuple[int, ...], low: int, high: int, voices: int, bass: int | None, minimum_gap: int, maximum_gap: int
) -> list[tuple[int, ...]]:
    """Every voicing that keeps the rules, built from the lowest voice up."""
    needed = frozenset(wanted[:voices])
    allowed = [note for note in range(low, high + 1) if note % 12 in wanted[: max(voices, 1)]]
    if bass is not None:
        first = [note for note in range(low, high + 1) if note % 12 == bass % 12]
        needed -= {bass % 12}
    else:
        first = allowed
    grown: list[tuple[int, ...]] = [(note,) for note in first]
    for place in range(1, voices):
        gap = max(maximum_gap, 24) if bass is not None and place == 1 else maximum_gap
        left = voices - place - 1
        grown = [
            (*notes, note)
            for notes in grown
            for note in allowed
            if minimum_gap <= note - notes[-1] <= gap and _missing(needed, (*notes, note)) <= left
        ]
        if len(grown) > _MAXIMUM_CANDIDATES:
            middle = (low + high) / 2
            grown = sorted(grown, key=lambda notes: (abs(notes[-1] - middle), notes))[:_MAXIMUM_CANDIDATES]
    return [notes for notes in grown if not _missing(needed, notes)]


def _missing(needed: frozenset[int], notes: tuple[int, ...]) -> int:
    return len(needed - {note % 12 for note in notes})


def _middle(low: int, high: int, voices: int) -> tuple[int, ...]:
    """Evenly spread notes about the middle of the range, a third apart."""
    start = (low + high) / 2 - 2 * (voices - 1)
    return tuple(round(start + 4 * voice) for voice in range(voices))


def _leap(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    if len(before) != len(after):
        return 0
    return max(abs(a - b) for a, b in zip(before, after, strict=True))
