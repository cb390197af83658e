"""The pop bass player: locks to the kick, holds the root, walks into the next chord.

There is no corpus of pop bass lines at hand; the habits are the ones every method teaches (roots with the
kick, fifth and octave as colour, an approach note into a new chord), and what is tested is that they hold.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.form import ChordSpan
from songwright.music.notes import Articulation, Notes, between, notes
from songwright.music.scale import chord_scale, step
from songwright_genres.bar import STEP, Bar, bars, chord_after, chord_at, is_ending
from songwright_genres.drum import DRUMS
from songwright_genres.foot import lay
from songwright_progressions.walk import choose

_LOWEST = 28  # E1, a bass guitar's lowest string
_ROOTS = 15  # semitones above the lowest within which roots lie
Style = Literal["auto", "held", "kick", "eighths", "octaves", "dotted"]

#: Style → (energies it suits, moods that like it).
_STYLES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "held": (0.0, 0.5, ("melancholic", "dreamy", "warm")),
    "dotted": (0.35, 0.75, ("warm", "melancholic", "bright")),
    "kick": (0.3, 0.9, ("bright", "warm")),
    "eighths": (0.62, 1.0, ("driving", "bright", "melancholic")),
    "octaves": (0.7, 1.0, ("bright", "dreamy")),
}

_DOTTED = ("x-----x---------", "x-----x-x-------", "x-----x-x-----x-")  # dotted quarters, as a bar of four beats


class PopBassParams(Params):
    """The player's manners."""

    style: Style = knob("auto", help="auto chooses by energy and mood")
    variation: float = knob(35.0, 0.0, 100.0, "%", "how often a note strays from the root")
    approach: float = knob(45.0, 0.0, 100.0, "%", "how often a step leads into the next chord")
    tightness: float = knob(85.0, 20.0, 100.0, "%", "how long notes sound of the time they have")


class PopBass(Pattern):
    """Root, fifth and octave locked to the kick, with approach notes into the next chord."""

    Params = PopBassParams
    name = "pop-bass"
    role = Role.BASS

    def play(self, context: PartContext) -> Notes:
        """One line from the section's chords and the kick that is heard."""
        style = self._style(context)
        rows: list[tuple[float, float, int, float, Articulation]] = []
        before = float(context.before["pitch"][-1]) if len(context.before) else _LOWEST + 8.0
        lowest = max(_LOWEST, context.midi_range[0])
        for bar in bars(context):
            rng = context.rng(f"line {bar.index}")
            ending = is_ending(context) and bar.left == 0
            onsets = [bar.start] if ending else self._led(context, bar, self._onsets(context, bar, style), rng)
            for place, onset in enumerate(onsets):
                span = chord_at(context, onset)
                if not span.chord.intervals:
                    continue
                root = _near(span.chord.bass_or_root, before, lowest)
                until = onsets[place + 1] if place + 1 < len(onsets) else bar.end
                pitch = self._pitch(context, span, root, onset, until, bar, style, rng)
                length = (until - onset) * (
                    0.97 if style == "held" or until - onset > 1 else self.params.tightness / 100
                )
                rows.append((onset, length, pitch, _velocity(context, bar, onset, rng), Articulation.NORMAL))
                before = root
        return notes(rows)

    def _style(self, context: PartContext) -> str:
        if self.params.style != "auto":
            return str(self.params.style)
        energy = context.section.energy
        fitting = {
            name: 2.0 if context.mood in moods else 1.0
            for name, (low, high, moods) in _STYLES.items()
            if low <= energy <= high
        }
        return choose(fitting, context.rng(f"style at {energy > 0.6}", "material"))

    def _onsets(self, context: PartContext, bar: Bar, style: str) -> list[float]:
        """When the bar's notes start: always with a new chord, else as the style and the kick say."""
        changes = {span.start_beat for span in bar.chords if span.start_beat >= bar.start - 1e-6}
        changes.add(bar.start)
        rng = context.rng(f"onsets {bar.index % 2}", "material")
        if style == "held":
            again = set(bar.spans) if rng.random() < 0.4 else set()
            return sorted(changes | again)
        if style == "eighths":
            grid = {bar.start + 0.5 * eighth for eighth in range(round(bar.beats * 2))}
            return sorted(grid | changes)
        if style == "octaves":
            grid = {bar.start + 0.5 * eighth for eighth in range(round(bar.beats * 2))}
            return sorted({beat for beat in grid if bar.strength(beat) == 0.25 or rng.random() < 0.75} | changes)
        if style == "dotted":
            row = lay(_DOTTED[int(rng.integers(len(_DOTTED)))], bar.feet)
            return sorted({bar.start + step * STEP for step, letter in enumerate(row) if letter == "x"} | changes)
        return sorted(_kicks(context, bar) | changes)

    def _led(self, context: PartContext, bar: Bar, onsets: list[float], rng: np.random.Generator) -> list[float]:
        """The onsets with one more before the bar line, where a long note leaves room to lead on."""
        following = chord_after(context, bar.end - 0.01)
        changes = following is not None and abs(following.start_beat - bar.end) < 1e-6
        if changes and bar.end - onsets[-1] >= 1.5 and rng.random() < self.params.approach / 100:
            return [*onsets, bar.end - (1.0 if rng.random() < 0.35 else 0.5)]
        return onsets

    def _pitch(
        self,
        context: PartContext,
        span: ChordSpan,
        root: int,
        onset: float,
        until: float,
        bar: Bar,
        style: str,
        rng: np.random.Generator,
    ) -> int:
        new = onset - span.start_beat < 0.26 or onset == bar.start
        strong = bar.strength(onset) >= 0.75
        following = chord_after(context, onset)
        leads = following is not None and following.start_beat - until < 1e-6 and until - onset <= 1.0
        if leads and following and not strong and not new and rng.random() < self.params.approach / 100:
            return _approach(context, span, following, root, rng)
        if style == "octaves":
            return root + 12 if bar.strength(onset) == 0.25 else root
        if new or rng.random() > self.params.variation / 100 * (0.5 + context.section.energy):
            return root
        fifth = next((i for i in span.chord.intervals if 6 <= i <= 8), 7)
        up = root - span.chord.bass_or_root % 12
        fifths = {f"{up + (span.chord.root + fifth) % 12 + shift}": 1.0 for shift in (-12, 0, 12)}
        near = min((int(pitch) for pitch in fifths), key=lambda pitch: (pitch < _LOWEST, abs(pitch - root)))
        return near if rng.random() < 0.6 else root + 12


def _kicks(context: PartContext, bar: Bar) -> set[float]:
    """The kick's strokes in the bar, on the grid; a plain pair when no drums are heard."""
    drums = context.heard.get(Role.DRUMS)
    if drums is None or not len(drums):
        return set(bar.spans)
    heard = between(drums, bar.start - 1e-6, bar.end - 1e-6)
    struck = heard["beat"][np.isin(heard["pitch"], [35, DRUMS["kick"]])] - bar.start
    return {bar.start + round(float(beat) * 4) / 4 for beat in struck}


def _near(pitch_class: int, before: float, lowest: int) -> int:
    """The root nearest to where the hand is, among those in the bass's own octave."""
    roots = [pitch for pitch in range(lowest, lowest + _ROOTS) if pitch % 12 == pitch_class % 12]
    return min(roots, key=lambda pitch: (abs(pitch - before), pitch))


def _approach(context: PartContext, span: ChordSpan, following: ChordSpan, root: int, rng: np.random.Generator) -> int:
    """A note that leads into the next root: a scale step or semitone beside it, or its fifth."""
    goal = _near(following.chord.bass_or_root, root, max(_LOWEST, context.midi_range[0]))
    scale = chord_scale(span.chord, span.key)
    below, above = step(goal, -1, scale), step(goal, 1, scale)
    options = {str(below): 4.0 if root < goal else 2.0, str(above): 4.0 if root > goal else 1.0}
    if root < goal:
        options[str(goal - 1)] = options.get(str(goal - 1), 0.0) + 1.0
    if following.chord.bass is None:
        options[str(goal + 7 if goal + 7 - root < 8 else goal - 5)] = 1.5
    playable = {pitch: weight for pitch, weight in options.items() if int(pitch) >= context.midi_range[0]}
    return int(choose(playable, rng))


def _velocity(context: PartContext, bar: Bar, onset: float, rng: np.random.Generator) -> float:
    accent = {1.0: 0.06, 0.75: 0.04, 0.5: 0.0}.get(bar.strength(onset), -0.06)
    level = 0.62 + 0.22 * context.section.energy
    return min(max(float(level + accent + rng.normal(0.0, 0.025)), 0.2), 1.0)
