"""The sung songs that ship, planned as the singer plans them, over speech that is made up: no voice is asked."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from songwright.arrangement.arrange import Arrangement, arrange
from songwright.arrangement.plan import TimingPlan
from songwright.interfaces.voice import PhonemeSpan
from songwright.plugins import load_plugins
from songwright.presets import preset_path
from songwright.project.load import load
from songwright.singing.placement import place, recite
from songwright.singing.score import Phrase, phrases

SUNG = ("harbour-lights", "summer-signal", "corner-story")


@dataclass(frozen=True)
class Planned:
    """A song and when its words are sung."""

    arrangement: Arrangement
    plan: TimingPlan


@functools.cache
def planned(name: str) -> Planned:
    """A preset's plan: its leads, and its backing voices' own words."""
    plugins = load_plugins(safe=True)
    song = arrange(load(preset_path(name), plugins), plugins)
    plans = []
    for track, settings in song.project.tracks.items():
        if settings.voice is None or (settings.sings and settings.sings.harmony):
            continue
        lines = phrases(song.parts[track], song.time_map)
        spans = [_spoken(phrase) for phrase in lines]
        spoken = settings.sings and settings.sings.mode == "speak"
        placed = recite(lines, spans, track) if spoken else place(lines, spans, 1.6, track)
        plans.append(TimingPlan(tuple(one.line for one in placed)))
    return Planned(song, TimingPlan().joined(*plans))


def _spoken(phrase: Phrase) -> list[PhonemeSpan]:
    """``t`` and ``ɑ`` for each syllable, 90 and 160 ms long."""
    spans, at = [], 0.0
    for syllable in phrase.syllables:
        spans.append(PhonemeSpan("t", at, at + 0.09, syllable.word))
        spans.append(PhonemeSpan("ɑ", at + 0.09, at + 0.25, syllable.word, 1))
        at += 0.25
    return spans
