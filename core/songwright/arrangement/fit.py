"""Fitting a form to a length in bars: what a band leader does with "make it two minutes".

A song's end depends on its number of bars alone (tempo and meter changes stand at bars), so the search is
over bars: a small dynamic programme finds, for every reachable number, the arrangement that strays
least from the form. Straying costs, from cheap to dear: another allowed length, an optional section
left out, a block played again, a tag on the last section, a cut or a lost section that the form
does not allow (only when nothing else can reach a very short song).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from songwright.interfaces.genre import Form, FormSection

_LENGTH, _OPTIONAL, _REPEAT, _TAG, _CUT, _LOST = 1.0, 2.0, 3.0, 2.5, 8.0, 20.0
_SLACK_BARS = 1.0  # half a pair of bars


@dataclass(frozen=True)
class Fitted:
    """A form with its lengths chosen: ``(section, bars)`` in order, and how far it strays."""

    sections: tuple[tuple[FormSection, int], ...]
    cost: float

    @property
    def bars(self) -> int:
        """The length in bars."""
        return sum(bars for _, bars in self.sections)


@dataclass(frozen=True)
class _Way:
    """One way to reach a number of bars, as a linked list of choices (newest first)."""

    cost: float
    chosen: tuple[FormSection, int] | None = None
    before: _Way | None = None

    def sections(self) -> tuple[tuple[FormSection, int], ...]:
        way: _Way | None = self
        found: list[tuple[FormSection, int]] = []
        while way is not None:
            if way.chosen is not None:
                found.append(way.chosen)
            way = way.before
        return tuple(reversed(found))


_Ways = dict[int, _Way]  # bars so far → the cheapest way there


def usual(form: Form) -> Fitted:
    """The form at its usual lengths."""
    return Fitted(tuple((section, section.bars[0]) for section in form.sections), 0.0)


def fit(form: Form, seconds_at: Callable[[int], float], duration_s: float) -> Fitted:
    """The form at the length nearest to ``duration_s`` that strays least.

    Args:
        form: sections with allowed lengths.
        seconds_at: the time at which a song of so many bars ends.
        duration_s: the wish.
    """
    target = _nearest_bars(seconds_at, duration_s)
    ways = _all_ways(form, target + 8)
    slack_s = _SLACK_BARS * (seconds_at(target + 1) - seconds_at(target)) + 1e-6

    def badness(bars: int) -> tuple[float, float]:
        miss = abs(seconds_at(bars) - duration_s)
        within = miss <= slack_s
        return (0.0 if within else miss, ways[bars].cost + (miss / slack_s if within else 0.0))

    best = min((bars for bars in ways if bars > 0), key=lambda bars: (*badness(bars), bars))
    return Fitted(ways[best].sections(), ways[best].cost)


def _nearest_bars(seconds_at: Callable[[int], float], duration_s: float) -> int:
    """The number of bars whose end is nearest to the wish (by doubling, then halving)."""
    high = 1
    while seconds_at(high) < duration_s:
        high *= 2
    low = high // 2
    while low < high:
        middle = (low + high) // 2
        if seconds_at(middle) < duration_s:
            low = middle + 1
        else:
            high = middle
    if high > 1 and duration_s - seconds_at(high - 1) < seconds_at(high) - duration_s:
        return high - 1
    return max(high, 1)


def _all_ways(form: Form, most: int) -> _Ways:
    """The cheapest way to each number of bars up to ``most``."""
    strongest = max(range(len(form.sections)), key=lambda place: form.sections[place].energy)
    ways: _Ways = {0: _Way(0.0)}
    for first, last in _blocks(form.sections):
        once = ways
        for place in range(first, last):
            last_of_song = place == len(form.sections) - 1
            options = _options(form.sections[place], last_of_song, keep=place == strongest)
            once = _extend(once, form.sections[place], options, most)
        ways = once
        if form.sections[first].repeatable or len(form.sections) == 1:
            ways = _again(ways, form.sections[first:last], most)
    if not any(section.repeatable for section in form.sections):
        body = [section for section in form.sections if section.bars[0] > 0][1:-1] or list(form.sections)
        ways = _again(ways, body, most)
    return ways


def _blocks(sections: Sequence[FormSection]) -> list[tuple[int, int]]:
    """Stretches that are played again as one: from a repeatable section to before the next one.

    A last section that is not repeatable ends the song and belongs to no block.
    """
    starts = [place for place, section in enumerate(sections) if place == 0 or section.repeatable]
    if len(sections) > 1 and not sections[-1].repeatable:
        starts.append(len(sections) - 1)
    starts = sorted(set(starts))
    return list(zip(starts, [*starts[1:], len(sections)], strict=True))


def _options(section: FormSection, last: bool, keep: bool) -> dict[int, float]:
    """Lengths (0: left out) and what they cost."""
    options = {bars: _LENGTH * place for place, bars in enumerate(section.bars)}
    if last:
        for extra in (2, 4):
            options.setdefault(section.bars[0] + extra, _TAG * extra / 2)
    shortest = min(section.bars)
    for bars in range(2 - shortest % 2, shortest, 2):
        options.setdefault(bars, _CUT + (shortest - bars) / shortest)
    if keep:
        options.setdefault(1, 2 * _CUT)
    else:
        options[0] = _OPTIONAL if section.optional else _LOST
    return options


def _extend(ways: _Ways, section: FormSection, options: dict[int, float], most: int) -> _Ways:
    """Every way, followed by the section at each of its lengths."""
    found: _Ways = {}
    for so_far, way in ways.items():
        for bars, cost in options.items():
            total, price = so_far + bars, way.cost + cost
            if total <= most and (total not in found or price < found[total].cost):
                found[total] = _Way(price, (section, bars) if bars else None, way)
    return found


def _again(ways: _Ways, block: Sequence[FormSection], most: int) -> _Ways:
    """Every way, followed by the block up to as often as the song can hold; each time costs more."""
    block = [replace(section, optional=False) for section in block if not section.optional] or list(block)
    shortest = sum(min(section.bars) for section in block)
    best, latest = dict(ways), ways
    for time in range(1, most // max(shortest, 1) + 1):
        following = {bars: replace(way, cost=way.cost + _REPEAT + 0.25 * time) for bars, way in latest.items()}
        for section in block:
            options = {bars: _LENGTH * place for place, bars in enumerate(section.bars)}
            following = _extend(following, section, options, most)
        # A way that is no cheaper than one with fewer times never will be: each further time costs more.
        latest = {bars: way for bars, way in following.items() if bars not in best or way.cost < best[bars].cost}
        if not latest:
            break
        best |= latest
    return best
