"""The song's chords: written, from a progression component, or from the genre, laid over the bars.

Chords belong to material: the second verse has the first verse's chords, wherever it stands and in
whatever key. They are drawn once for the material's most frequent length; a longer playing goes round
again, a shorter one breaks off. The chords of a bar share it evenly; only what a genre wrote, which does not know
the meter, changes on the meter's accents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

from songwright.arrangement.clock import KeyMap
from songwright.arrangement.guard import complaint, guarded
from songwright.arrangement.structure import Plan
from songwright.errors import Problem, ProjectError
from songwright.interfaces.genre import Genre
from songwright.interfaces.progression import Progression, ProgressionRequest
from songwright.music.chord import parse_chord, parse_progression, roman
from songwright.music.form import ChordSpan, Section
from songwright.music.pitch import Key
from songwright.music.random import Chance
from songwright.music.time import Meter, TimeMap
from songwright.plugins import Plugins
from songwright.project.model import Project
from songwright.project.use import Use

_ANY_KEY = Key.parse("C major")  # numerals are checked in it; which key they are read in is known later
_BarSpan = tuple[Fraction, str]  # length in bars, chord text
_Placed = Callable[[Fraction, Meter], float]  # where a part of a bar is played, in beats from its start


def write_chords(
    project: Project,
    plugins: Plugins,
    genre: Genre,
    plans: Sequence[Plan],
    sections: Sequence[Section],
    time_map: TimeMap,
    keys: KeyMap,
    chance: Chance,
) -> tuple[ChordSpan, ...]:
    """Every chord of the song, in order, without gaps."""
    writer = _Writer(
        project, plugins, genre, _usual_bars(plans), _first_minor(sections), time_map.meter(1).beats, chance
    )
    spans: list[ChordSpan] = []
    for plan, section in zip(plans, sections, strict=True):
        spans += _lay(writer.bars_of(plan), section, time_map, keys, _even if plan.chords else _accented)
    return tuple(spans)


def _usual_bars(plans: Sequence[Plan]) -> dict[str, int]:
    """Material → its most frequent length, the first of equals."""
    counts: dict[str, Counter[int]] = {}
    for plan in plans:
        counts.setdefault(plan.use, Counter())[plan.bars] += 1
    return {use: count.most_common(1)[0][0] for use, count in counts.items()}


def _first_minor(sections: Sequence[Section]) -> dict[str, bool]:
    """Material → whether the key is minor where it is first played."""
    return {section.use: section.key.minor for section in reversed(sections)}


class _Writer:
    """Finds the text of each material's chords, once."""

    def __init__(
        self,
        project: Project,
        plugins: Plugins,
        genre: Genre,
        usual_bars: dict[str, int],
        minor: dict[str, bool],
        beats_per_bar: float,
        chance: Chance,
    ) -> None:
        self.project, self.plugins, self.genre = project, plugins, genre
        self.usual_bars, self.minor, self.beats_per_bar = usual_bars, minor, beats_per_bar
        self.chance = chance.of("harmony")

    def bars_of(self, plan: Plan) -> tuple[_BarSpan, ...]:
        """The material's chords with lengths in bars, before they repeat."""
        if isinstance(plan.chords, str):
            try:
                return _in_bars(plan.chords)
            except ValueError as error:
                raise ProjectError(Problem(str(error), path=f"sections.{plan.use}.chords")) from error
        entry = (
            self.plugins.entry("genre", self.project.genre)
            if plan.chords is None
            else self.plugins.entry("progression", plan.chords.name)
        )
        with guarded(entry, f"writing chords for {plan.use!r}"):
            text = self._ask(plan)
        try:
            return _in_bars(text)
        except ValueError as error:
            raise complaint(entry, f"gave chords for {plan.use!r} that cannot be read: {error}") from error

    def _ask(self, plan: Plan) -> str:
        """What the progression or the genre writes; the draw is keyed by the material (or its kin) alone."""
        bars, minor = self.usual_bars[plan.use], self.minor[plan.use]
        rng = self.chance.rng(plan.use if plan.chords is not None else self.genre.kin(plan.use))
        if isinstance(plan.chords, Use):
            progression: Progression = self.plugins.get("progression", plan.chords.name)(plan.chords.params)
            return progression.chords(ProgressionRequest(bars, minor, self.beats_per_bar, rng))
        return self.genre.chords(plan.use, bars, minor, rng)


def _in_bars(text: str) -> tuple[_BarSpan, ...]:
    """Chords with their lengths in bars: a bar may last differently wherever it is played."""
    return parse_progression(text, _ANY_KEY, 1)


def _lay(
    bars: Sequence[_BarSpan], section: Section, time_map: TimeMap, keys: KeyMap, placed: _Placed
) -> list[ChordSpan]:
    """Repeat the chords over the section's bars, each read in the key of its moment."""
    spans: list[ChordSpan] = []
    place, index = Fraction(0), 0
    while place < section.bars:
        length, text = bars[index % len(bars)]
        length = min(length, section.bars - place)
        start, end = (_beat(section.bar, at, time_map, placed) for at in (place, place + length))
        place, index = place + length, index + 1
        if end <= start:
            continue  # the next chord is played on the same accent
        key = keys.at(start)
        moved = key.transpose(section.transpose_semitones)
        chord = parse_chord(text, key)
        if section.transpose_semitones:
            chord = chord.transpose(section.transpose_semitones, moved)
        spans.append(ChordSpan(start, end, chord, roman(chord, moved), moved))
    return spans


def _beat(first_bar: int, bars: Fraction, time_map: TimeMap, placed: _Placed) -> float:
    """The beat ``bars`` after the start of ``first_bar``; a part of a bar is placed in its own meter."""
    whole, part = divmod(bars, 1)
    bar = first_bar + int(whole)
    return time_map.bar_start(bar) + placed(part, time_map.meter(bar))


def _even(part: Fraction, meter: Meter) -> float:
    return float(part) * meter.beats


def _accented(part: Fraction, meter: Meter) -> float:
    return meter.nearest_accent(part)
