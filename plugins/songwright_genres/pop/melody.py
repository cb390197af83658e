"""The pop melody: motif, phrase, period; a hook that comes back, and a breath after every line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, notes
from songwright.music.scale import chord_scale
from songwright_genres.bar import STEP, Bar, bars, chord_at, is_ending
from songwright_genres.pop import rhythm, tune
from songwright_genres.pop.kind import kind
from songwright_genres.table import table
from songwright_progressions.walk import choose

Row = tuple[float, float, int, float, Articulation]
Motif = dict[float, int]  # onset in the phrase → semitone

_LOWEST, _HIGHEST = 58, 78  # where a lead lies when its instrument could lie anywhere: 20 semitones, as songs do
_PHRASE = 8.0  # beats: two bars of four quarters, four of two, one of twelve eighths
_REACH, _LOOSE = 3.6, 3.8  # semitones: how far a contour swings, and how far a note strays from it
_DEGREE = 0.35  # how much the scale degrees' own weights count
#: Metric weight → log weight of a chord tone; gives 66 to 76 % on beats 1 and 3, 58 to 60 % off the beat.
_CHORD_TONE = {1.0: 0.95, 0.75: 0.95, 0.5: 0.6, 0.25: 0.35, 0.0: 0.35}


@dataclass(frozen=True)
class Phrase:
    """One phrase: its place in the section, its letter (equal letters share a motif), its rhythm."""

    index: int
    letter: str
    start: float  # beats from the song's start
    onsets: tuple[float, ...]  # beats from the start; a pick-up is negative
    lengths: tuple[float, ...]
    closing: bool


class PopMelodyParams(Params):
    """How it sings."""

    variation: float = knob(35.0, 0.0, 100.0, "%", "how far a verse differs when it comes back")
    density: float = knob(100.0, 40.0, 200.0, "%", "notes, of the pace usual for the section")
    syncopation: float = knob(35.0, 0.0, 100.0, "%", "how often a note comes before the bar line")
    hook: float = knob(100.0, 0.0, 200.0, "%", "how closely phrases with one motif keep to it")


class PopMelody(Pattern):
    """A singable tune: motifs in phrases, chord tones where they count, a chorus that is higher and repeats."""

    Params = PopMelodyParams
    name = "pop-melody"
    role = Role.MELODY

    def play(self, context: PartContext) -> Notes:
        """The section's tune; the same material sings the same tune, with small liberties when it returns."""
        low, high = _window(context)
        motifs: dict[str, Motif] = {}
        rows: list[Row] = []
        last: int | None = None
        phrases = self._phrases(context, bars(context))
        for phrase in phrases:
            line = self._line(context, phrase, len(phrases), high - low, motifs.get(phrase.letter, {}), last)
            motifs.setdefault(phrase.letter, dict(zip(phrase.onsets, line, strict=True)))
            sung, line = self._varied(context, phrase, line, high - low)
            last = line[-1]
            rows += _rows(context, sung, [low + semitone for semitone in line])
        return notes(rows)

    def _phrases(self, context: PartContext, counted: tuple[Bar, ...]) -> list[Phrase]:
        style = _style(context)
        frames = _frames(context, counted)
        plans = style["plans"]
        plan = str(_chance(context, "plan").choice(plans[min(len(frames), 4) - 1]))
        tempo = float(context.time_map.bpm(context.section.start_beat))
        density = float(np.clip(style["pace"] * 60.0 / tempo * self.params.density / 100, 0.7, 2.4))
        found: list[Phrase] = []
        for index, (start, beats) in enumerate(frames):
            letter = plan[index % len(plan)]
            rng = _chance(context, f"rhythm {letter}")
            if context.lyric_lines:
                strength = _strength(counted, start)
                onsets = rhythm.from_stresses(context.lyric_lines[index], beats, strength, density, rng)
            else:
                measures = [bar.feet for bar in counted if start <= bar.start < start + beats]
                onsets = rhythm.from_cells(measures, beats, density, self.params.syncopation / 100, rng)
                foot = next((foot.steps * STEP for foot in measures[0]), STEP)
                onsets = _started(onsets, found, start, beats, foot, rng)
            last = index == len(frames) - 1
            long = (
                4.0 if last and is_ending(context) else float(rng.choice([1.0, 1.5, 2.0, 2.5], p=[0.3, 0.3, 0.3, 0.1]))
            )
            sounding = rhythm.lengths(onsets, beats, long)
            closing = last or (index % 2 == 1 and letter != plan[0])
            found.append(Phrase(index, letter, start, tuple(onsets), tuple(sounding), closing))
        return found

    def _line(
        self, context: PartContext, phrase: Phrase, count: int, compass: int, motif: Motif, before: int | None
    ) -> list[int]:
        """The phrase's notes as semitones above the lowest of its window."""
        shape = _chance(context, f"shape {phrase.letter}")
        contours = table("pop", "melody")["contours"]
        curve = int(choose({str(place): row["share"] for place, row in enumerate(contours)}, shape))
        rising = kind(context.section.use) == "prechorus"
        lift = (2.5 if rising else 1.0) * (phrase.index / max(count - 1, 1) - 0.5)
        lift -= 1.2 if phrase.closing and not rising else 0.0
        onsets = np.array(phrase.onsets)
        places = (onsets - onsets[0]) / max(onsets[-1] - onsets[0], 1.0)
        wanted = compass / 2 + lift + float(shape.normal(0.0, 1.0)) + _REACH * tune.contour(curve, places)
        asked = -((np.arange(compass + 1)[None, :] - wanted[:, None]) ** 2) / (2 * _LOOSE**2)
        asked = asked + _asked(context, phrase, compass)
        keep = float(_style(context)["repeat"]) * self.params.hook / 100
        free = 2 if phrase.closing else 0  # the end of a closing phrase goes its own way
        for place, onset in enumerate(phrase.onsets[: len(onsets) - free]):
            if onset in motif:
                asked[place, motif[onset]] += keep
        return tune.draw(asked, _chance(context, f"pitches {phrase.index}"), before)

    def _varied(self, context: PartContext, phrase: Phrase, line: list[int], compass: int) -> tuple[Phrase, list[int]]:
        """Liberties when material comes back: a long note said twice, or another turn at the end."""
        rng = context.rng(f"liberty {phrase.index}")
        if context.occurrence == 0 or phrase.index == 0 or len(line) < 4 or rng.random() > self.params.variation / 100:
            return phrase, line
        place = int(rng.integers(1, len(line) - 1))
        if not context.lyric_lines and phrase.lengths[place] >= 0.99:
            half = phrase.lengths[place] / 2
            onsets = [*phrase.onsets[: place + 1], phrase.onsets[place] + half, *phrase.onsets[place + 1 :]]
            lengths = [*phrase.lengths[:place], half, half, *phrase.lengths[place + 1 :]]
            return replace(phrase, onsets=tuple(onsets), lengths=tuple(lengths)), [*line[: place + 1], *line[place:]]
        asked = _asked(context, phrase, compass)
        for place, semitone in enumerate(line):
            asked[place, semitone] += 6.0 if place < len(line) - 3 else 0.5
        return phrase, tune.draw(asked, rng)


def _sung_as(context: PartContext) -> str:
    """The material whose tune this section sings: its own, or the hook that it quotes."""
    use = context.section.use
    return use if context.lyric_lines else str(table("pop", "melody")["quotes"].get(kind(use), use))


def _style(context: PartContext) -> Any:
    sections = table("pop", "melody")["sections"]
    return sections.get(kind(_sung_as(context)), sections["verse"])


def _chance(context: PartContext, purpose: str) -> np.random.Generator:
    """Chance of the material that is sung: the same at each playing."""
    return context.chance.rng("material", _sung_as(context), purpose)


def _window(context: PartContext) -> tuple[int, int]:
    """Lowest and highest note of the section: inside the instrument, where its kind of section sings."""
    lowest, highest = context.midi_range
    low, high = max(lowest, _LOWEST), min(highest, _HIGHEST)
    if highest - lowest <= 20 or high - low < 12:  # a voice, or an instrument that lies elsewhere
        middle = (lowest + highest) // 2
        low, high = max(lowest, middle - 10), min(highest, middle + 10)
    width = max(9, round(0.66 * (high - low)))
    start = low + round(float(_style(context)["height"]) * (high - low) - width / 2)
    start = min(max(start, low), high - width) + context.section.transpose_semitones
    start = min(max(start, lowest), max(highest - width, lowest))
    return start, min(start + width, highest)


def _frames(context: PartContext, counted: tuple[Bar, ...]) -> list[tuple[float, float]]:
    """Start and length of each phrase in beats: some eight beats in whole bars, or what a line of lyrics gets."""
    lines = len(context.lyric_lines)
    if lines > len(counted):
        share = (counted[-1].end - counted[0].start) / lines
        edges = [round((counted[0].start + index * share) * 2) / 2 for index in range(lines)]
    else:
        usual = round(len(counted) / 2 ** round(np.log2(_PHRASE / counted[0].beats)))
        parts = lines or min(max(1, usual), len(counted))
        edges = [counted[index * len(counted) // parts].start for index in range(parts)]
    return [(start, end - start) for start, end in zip(edges, [*edges[1:], counted[-1].end], strict=True)]


def _strength(counted: tuple[Bar, ...], start: float) -> Callable[[float], float]:
    """Metric weight of a place, in beats from ``start``."""

    def weigh(beat: float) -> float:
        bar = next((bar for bar in counted if start + beat < bar.end - 1e-6), counted[-1])
        return bar.strength(start + beat)

    return weigh


def _started(
    onsets: list[float], found: list[Phrase], start: float, beats: float, foot: float, rng: np.random.Generator
) -> list[float]:
    """The phrase begun on its bar line, later, or with a pick-up where the phrase before leaves room.

    Where a ``foot`` is longer than a beat, later is a foot later: a tune that lilts keeps its lilt.
    """
    shift = float(choose(table("pop", "melody")["starts"], rng))
    if shift > 0:
        shift = foot if foot > 1.0 else shift
        later = [onset + shift for onset in onsets[: max(len(onsets) - 1, 1)] if onset + shift < beats]
        return later if len(onsets) > 3 else onsets
    if shift == 0 or not found:
        return onsets
    before = found[-1]
    if before.start + before.onsets[-1] + 0.5 > start + shift - 0.5:
        return onsets
    room = start + shift - 0.5 - before.start - before.onsets[-1]
    found[-1] = replace(before, lengths=(*before.lengths[:-1], min(before.lengths[-1], room)))
    return [shift + 0.5 * step for step in range(round(-shift * 2))] + onsets


def _asked(context: PartContext, phrase: Phrase, compass: int) -> tune.Weights:
    """What each note's place asks, as log weights of shape (notes, semitones)."""
    low, _ = _window(context)
    pitches = np.arange(low, low + compass + 1)
    classes = pitches % 12
    counted = bars(context)
    strength = _strength(counted, phrase.start)
    rows = []
    for place, (onset, length) in enumerate(zip(phrase.onsets, phrase.lengths, strict=True)):
        beat = phrase.start + onset
        span = chord_at(context, beat)
        if span.end_beat - beat <= 0.5 and span.end_beat < beat + length - 0.26:
            span = chord_at(context, span.end_beat)  # a note pushed over the change belongs to what comes
        scale, chord = chord_scale(span.chord, span.key), span.chord.pitch_classes
        degrees = table("pop", "melody")["degrees"]["minor" if span.key.minor else "major"]
        above = (pitches - span.key.tonic) % 12
        row = np.where(_among(scale)[classes], 0.0, tune.FORBIDDEN)
        row += _DEGREE * np.log([float(degrees.get(int(degree), 0.5)) / 10 for degree in above])
        weight = _CHORD_TONE[strength(onset)] + (0.5 if length >= 1.0 else 0.0)
        row += weight * _among(chord)[classes]
        if length >= 1.0:  # a semitone over a chord tone rubs when it stays
            row -= 1.0 * (_among(chord)[classes - 1] & ~_among(chord)[classes])
        if place == 0:
            begins = table("pop", "melody")["begins"]
            row += 0.7 * np.log([float(begins.get(int(degree), 0.3)) / 10 for degree in above])
            row += 0.5 * _among(chord)[classes]
        if place == len(phrase.onsets) - 1:
            ends = table("pop", "melody")["closes" if phrase.closing else "opens"]
            row += np.log([float(ends.get(int(degree), 0.3)) / 10 for degree in above])
            row += 0.8 * _among(chord)[classes]
        rows.append(row)
    return np.array(rows)


def _among(pitch_classes: Iterable[int]) -> NDArray[np.bool_]:
    """Which of the twelve pitch classes are among these."""
    among = np.zeros(12, bool)
    among[list(pitch_classes)] = True
    return among


def _rows(context: PartContext, phrase: Phrase, pitches: list[int]) -> list[Row]:
    """The phrase as notes: accents with the meter, louder where it climbs, softer where it ends."""
    strength = _strength(bars(context), phrase.start)
    rng = context.rng(f"touch {phrase.index}")
    middle = float(np.mean(pitches))
    rows: list[Row] = []
    for place, (onset, length, pitch) in enumerate(zip(phrase.onsets, phrase.lengths, pitches, strict=True)):
        loud = 0.6 + 0.18 * context.section.energy + 0.06 * strength(onset) + 0.012 * (pitch - middle)
        if place == len(pitches) - 1:
            loud -= 0.05
        velocity = min(max(loud + float(rng.normal(0.0, 0.02)), 0.2), 1.0)
        rows.append((phrase.start + onset, length * 0.96, pitch, velocity, Articulation.NORMAL))
    return rows
