"""A section as a player counts it: bars on a grid of sixteenths, and what happens around each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from songwright.interfaces.pattern import PartContext
from songwright.music.form import ChordSpan
from songwright_genres.foot import Feet, feet

STEP = 0.25  # beats a sixteenth


@dataclass(frozen=True)
class Bar:
    """One bar of a section. Beats are quarter notes from the song's start."""

    index: int  # in the section, from 0
    left: int  # bars of the section after this one
    start: float
    beats: float
    feet: Feet
    chords: tuple[ChordSpan, ...]  # that sound in it, in order

    @property
    def end(self) -> float:
        """The next bar's start."""
        return self.start + self.beats

    @property
    def steps(self) -> int:
        """Sixteenths in the bar, one at least."""
        return max(round(self.beats / STEP), 1)

    @property
    def spans(self) -> tuple[float, ...]:
        """Where its spans start, in beats from the song's start: 1 and 3 of 4/4, 1 and 4 of 5/4, 1 of 3/4."""
        return tuple(self.start + foot.start * STEP for foot in self.feet if foot.heavy)

    @property
    def closes_four(self) -> bool:
        """Whether a four-bar phrase ends with it (and the section goes on)."""
        return self.index % 4 == 3 and self.left > 0

    def strength(self, beat: float) -> float:
        """Metric weight 0..1 of a place in the song: 1 downbeat, .75 span, .5 foot, .25 eighth, else 0."""
        place = beat - self.start
        if abs(place) < 1e-6:
            return 1.0
        for foot in self.feet:
            if abs(place - foot.start * STEP) < 1e-6 and (foot.heavy or foot.steps > 2):
                return 0.75 if foot.heavy else 0.5
        return 0.25 if abs(2 * place - round(2 * place)) < 1e-6 else 0.0

    def places(self, step: int) -> list[int]:
        """The sixteenths of this bar that are what ``step`` is in a bar of four quarters."""
        found = (foot.place(step % 4) for foot in self.feet if foot.beat == step // 4)
        return [place for place in found if place is not None]


def bars(context: PartContext) -> tuple[Bar, ...]:
    """The section's bars in order."""
    section, time_map = context.section, context.time_map
    starts = time_map.bar_start(section.bar + np.arange(section.bars)).tolist()
    found = []
    for index, start in enumerate(starts):
        meter = time_map.meter(section.bar + index)
        end = start + meter.beats
        chords = tuple(span for span in context.chords if span.start_beat < end and span.end_beat > start)
        found.append(Bar(index, section.bars - 1 - index, start, meter.beats, feet(meter), chords))
    return tuple(found)


def spans(context: PartContext) -> tuple[ChordSpan, ...]:
    """The section's chords, each as long as it sounds: a chord that is named again goes on."""
    merged: list[ChordSpan] = []
    for span in context.chords:
        if merged and merged[-1].chord == span.chord:
            merged[-1] = replace(merged[-1], end_beat=span.end_beat)
        else:
            merged.append(span)
    return tuple(merged)


def chord_at(context: PartContext, beat: float) -> ChordSpan:
    """The chord that sounds at ``beat``; the one after the section (or its last) beyond its end."""
    for span in context.chords:
        if beat < span.end_beat - 1e-6:
            return span
    return context.next_chord or context.chords[-1]


def chord_after(context: PartContext, beat: float) -> ChordSpan | None:
    """The next other chord after ``beat``, across the section's end; None at the song's end."""
    now = chord_at(context, beat)
    later = (span for span in context.chords if span.start_beat > beat + 1e-6 and span.chord != now.chord)
    following = context.next_chord
    return next(later, following if following and following.chord != now.chord else None)


def is_ending(context: PartContext) -> bool:
    """Whether the song ends with this section, so that its last bar is struck and left to ring."""
    return context.following is None
