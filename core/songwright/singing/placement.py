"""Where each sound of a phrase goes: the vowel on the beat, its consonants before, the coda at the end.

Singers put the vowel, not the consonant, on the beat (Sundberg, *The Science of the Singing Voice*,
1987). Consonants take their time from the note before, at most 45 % of it, and are longer than in
speech; the vowel takes all the rest. The song's very first consonants have no time before them: they
begin with the song, shortened, and their vowel comes as late as that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from songwright.arrangement.plan import PlannedLine, PlannedPhoneme, PlannedSyllable, PlannedWord
from songwright.interfaces.voice import PhonemeSpan
from songwright.singing.score import Phrase, Sung
from songwright.singing.syllable import Shape, fit, syllabify

ONSET_SHARE = 0.45  # of the note before
FIRST_ONSET_S = 0.4  # the most a phrase's first consonants take
OPENING_S = 0.015  # no sound begins earlier in a song: its soft edge is heard whole
LATEST_S = 0.1  # the latest vowel of a syllable on a song's first beat
CODA_SHARE = 0.4  # of what is left of the note
SHORTEST_S, LONGEST_S = 0.03, 0.14  # a sung consonant
LEGATO_S = 0.12  # gaps up to this are sung over within a phrase
BREATH_S, BREATH_SHARE = 0.18, 0.25  # cut from a phrase's last note when the next one follows at once
BREATH_ROOM = 0.6  # of the silence before a phrase: what a breath may fill
SHORTEST_BREATH_S, LONGEST_BREATH_S = 0.08, 0.42


@dataclass(frozen=True)
class Segment:
    """A stretch of the speech recording and where it is sung, all in seconds."""

    span: int  # index into the speech's phonemes
    role: Literal["onset", "nucleus", "coda"]
    source_start_s: float
    source_end_s: float
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Placed:
    """A phrase with the place of every sound, in order of time."""

    phrase: Phrase
    segments: tuple[Segment, ...]
    line: PlannedLine
    breath_s: float = 0.0  # how long a breath is taken before it


@dataclass
class _Unit:
    """A syllable to place: one onset, one nucleus, one coda, however many written syllables share it."""

    onset: list[int]
    nucleus: int
    coda: list[int]
    sung: list[Sung]
    onset_start_s: float = 0.0
    scale: float = 1.0

    @property
    def start_s(self) -> float:
        return self.sung[0].start_s

    @property
    def end_s(self) -> float:
        return self.sung[-1].end_s


def place(
    phrases: Sequence[Phrase], spans: Sequence[Sequence[PhonemeSpan]], consonant_scale: float, singer: str = ""
) -> tuple[Placed, ...]:
    """Place all phrases of a part.

    Args:
        phrases: in the order they are sung.
        spans: the phonemes of each phrase as they were spoken.
        consonant_scale: length of sung consonants against spoken ones.
        singer: the track's id, for the plan.
    """

    def opening_s(unit: _Unit) -> float:
        first = unit.sung[0].notes[0]
        wanted = sum(_consonant_s(spans[0][i], consonant_scale) for i in unit.onset)
        return min(wanted, LATEST_S - OPENING_S, ONSET_SHARE * (first.end_s - max(first.start_s, 0.0)))

    phrases = _opened(phrases, spans, opening_s)
    units = [_units(phrase, heard) for phrase, heard in zip(phrases, spans, strict=True)]
    flat = [(p, unit) for p, many in enumerate(units) for unit in many]
    before: _Unit | None = None
    for p, unit in flat:
        _place_onset(unit, before, spans[p], consonant_scale)
        before = unit
    placed = []
    for p, phrase in enumerate(phrases):
        segments: list[Segment] = []
        for k, unit in enumerate(units[p]):
            end_s = _end(unit, units[p][k + 1 :], units[p + 1] if p + 1 < len(units) else [])
            segments += _segments(unit, end_s, spans[p], consonant_scale)
        placed.append(Placed(phrase, tuple(segments), _planned(phrase, units[p], segments, spans[p], singer)))
    return _breathing(placed)


def _opened(
    phrases: Sequence[Phrase], spans: Sequence[Sequence[PhonemeSpan]], onset_s: Callable[[_Unit], float]
) -> Sequence[Phrase]:
    """The phrases with the first vowel late enough for its consonants, of ``onset_s``, to follow the song's start."""
    units = _units(phrases[0], spans[0]) if phrases else []
    if not units:
        return phrases
    first = units[0].sung[0]
    vowel_s = OPENING_S + onset_s(units[0])
    if vowel_s <= first.start_s:
        return phrases
    note = replace(first.notes[0], start_s=vowel_s, end_s=max(first.notes[0].end_s, vowel_s))
    late = replace(first, notes=(note, *first.notes[1:]))
    syllables = tuple(late if one is first else one for one in phrases[0].syllables)
    return [replace(phrases[0], syllables=syllables), *phrases[1:]]


def _breathing(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """With a breath before each phrase that has room for one after the phrase before it."""
    breathing, silent_from_s = [], 0.0
    for one in placed:
        if one.segments:
            room_s = BREATH_ROOM * (one.segments[0].start_s - silent_from_s)
            breath_s = min(room_s, LONGEST_BREATH_S) if room_s >= SHORTEST_BREATH_S else 0.0
            one = replace(one, breath_s=breath_s)
            silent_from_s = one.segments[-1].end_s
        breathing.append(one)
    return tuple(breathing)


def recite(phrases: Sequence[Phrase], spans: Sequence[Sequence[PhonemeSpan]], singer: str = "") -> tuple[Placed, ...]:
    """Place phrases as they were spoken: each line's first vowel on its first note, the rest at its own pace.

    A line that would run into the next one is spoken faster, by as much as it must. The first line begins no
    earlier than the song.
    """
    phrases = _opened(phrases, spans, lambda unit: spans[0][unit.nucleus].start_s - spans[0][0].start_s)
    placed = []
    for p, phrase in enumerate(phrases):
        heard, units = spans[p], _units(phrase, spans[p])
        if not units:
            placed.append(Placed(phrase, (), PlannedLine((), phrase.section, singer)))
            continue
        anchor_s = heard[units[0].nucleus].start_s
        room_s = phrases[p + 1].start_s - BREATH_S - phrase.start_s if p + 1 < len(phrases) else float("inf")
        pace = min(1.0, max(room_s, SHORTEST_S) / (heard[-1].end_s - anchor_s))
        nuclei = {unit.nucleus for unit in units}
        segments = [
            Segment(
                i,
                "nucleus" if i in nuclei else "onset",
                span.start_s,
                span.end_s,
                phrase.start_s + pace * (span.start_s - anchor_s),
                phrase.start_s + pace * (span.end_s - anchor_s),
            )
            for i, span in enumerate(heard)
        ]
        placed.append(Placed(phrase, tuple(segments), _recited(phrase, units, segments, heard, singer)))
    return _breathing(placed)


def _recited(
    phrase: Phrase, units: Sequence[_Unit], segments: Sequence[Segment], spans: Sequence[PhonemeSpan], singer: str
) -> PlannedLine:
    """The plan of a spoken line: syllables where they are spoken, whatever the notes say."""
    by_word: dict[int, list[PlannedSyllable]] = {}
    for unit in units:
        indices = [*unit.onset, unit.nucleus, *unit.coda]
        sounds = tuple(PlannedPhoneme(spans[i].phoneme, segments[i].start_s, segments[i].end_s) for i in indices)
        start_s, end_s = segments[indices[0]].start_s, segments[indices[-1]].end_s
        share = (end_s - segments[unit.nucleus].start_s) / len(unit.sung)
        for k, sung in enumerate(unit.sung):
            vowel_s = segments[unit.nucleus].start_s + k * share
            last = k == len(unit.sung) - 1
            note = replace(sung.notes[0], start_s=vowel_s, end_s=end_s if last else vowel_s + share)
            planned = PlannedSyllable(
                sung.text, vowel_s if k else start_s, vowel_s, note.end_s, (note,), () if k else sounds
            )
            by_word.setdefault(sung.word, []).append(planned)
    words = tuple(PlannedWord(phrase.words[word], tuple(many)) for word, many in sorted(by_word.items()))
    return PlannedLine(words, phrase.section, singer)


def _units(phrase: Phrase, spans: Sequence[PhonemeSpan]) -> list[_Unit]:
    units: list[_Unit] = []
    for word in range(len(phrase.words)):
        sung = [syllable for syllable in phrase.syllables if syllable.word == word]
        indices = [i for i, span in enumerate(spans) if span.word == word]
        if not sung:
            continue
        if not indices:  # the voice has no sound for it: the vowel before goes on
            if units:
                units[-1].sung += sung
            continue
        for shape, syllable in zip(_shapes(indices, spans, len(sung)), sung, strict=True):
            if shape.held:
                units[-1].sung.append(syllable)
                units[-1].coda += [indices[i] for i in shape.coda]
            else:
                onset, coda = ([indices[i] for i in many] for many in (shape.onset, shape.coda))
                units.append(_Unit(onset, indices[shape.nucleus], coda, [syllable]))
    return units


def _shapes(indices: Sequence[int], spans: Sequence[PhonemeSpan], count: int) -> tuple[Shape, ...]:
    phonemes = [spans[i].phoneme for i in indices]
    return fit(syllabify(phonemes), phonemes, [spans[i].stress for i in indices], count)


def _consonant_s(span: PhonemeSpan, scale: float) -> float:
    return min(max((span.end_s - span.start_s) * scale, SHORTEST_S), LONGEST_S)


def _place_onset(unit: _Unit, before: _Unit | None, spans: Sequence[PhonemeSpan], scale: float) -> None:
    wanted = sum(_consonant_s(spans[i], scale) for i in unit.onset)
    room = min(FIRST_ONSET_S, max(unit.start_s - OPENING_S, 0.0))
    if before is not None:
        last = before.sung[-1].notes[-1]
        room = min(room, max(unit.start_s - last.end_s, 0.0) + ONSET_SHARE * (last.end_s - last.start_s))
    unit.scale = scale * min(1.0, room / wanted) if wanted else scale
    unit.onset_start_s = unit.start_s - min(wanted, room)


def _end(unit: _Unit, following: Sequence[_Unit], next_phrase: Sequence[_Unit]) -> float:
    """Where the syllable's last sound ends."""
    if following:
        onset_s = following[0].onset_start_s
        return onset_s if onset_s - unit.end_s < LEGATO_S else unit.end_s
    end_s = unit.end_s
    if next_phrase:
        length_s = unit.end_s - unit.sung[-1].notes[-1].start_s
        end_s = min(end_s, next_phrase[0].onset_start_s - min(BREATH_S, BREATH_SHARE * length_s))
    return max(end_s, unit.start_s + SHORTEST_S)


def _segments(unit: _Unit, end_s: float, spans: Sequence[PhonemeSpan], scale: float) -> list[Segment]:
    wanted = [_consonant_s(spans[i], scale) for i in unit.onset]
    shrink = (unit.start_s - unit.onset_start_s) / sum(wanted) if wanted else 1.0
    segments, at = [], unit.onset_start_s
    for i, length_s in zip(unit.onset, wanted, strict=True):
        segments.append(_segment(i, "onset", spans, at, at + length_s * shrink))
        at += length_s * shrink
    coda = [_consonant_s(spans[i], scale) for i in unit.coda]
    room = CODA_SHARE * (end_s - unit.start_s)
    shrink = min(1.0, room / sum(coda)) if coda else 1.0
    vowel_end_s = end_s - sum(coda) * shrink
    segments.append(_segment(unit.nucleus, "nucleus", spans, unit.start_s, vowel_end_s))
    at = vowel_end_s
    for i, length_s in zip(unit.coda, coda, strict=True):
        segments.append(_segment(i, "coda", spans, at, at + length_s * shrink))
        at += length_s * shrink
    return segments


def _segment(
    i: int, role: Literal["onset", "nucleus", "coda"], spans: Sequence[PhonemeSpan], start_s: float, end_s: float
) -> Segment:
    return Segment(i, role, spans[i].start_s, spans[i].end_s, start_s, end_s)


def _planned(
    phrase: Phrase, units: Sequence[_Unit], segments: Sequence[Segment], spans: Sequence[PhonemeSpan], singer: str
) -> PlannedLine:
    """The phrase as words, syllables and phonemes with their times."""
    by_word: dict[int, list[PlannedSyllable]] = {}
    place = {segment.span: segment for segment in segments}
    for unit in units:
        mine = [place[i] for i in (*unit.onset, unit.nucleus, *unit.coda)]
        sounds = [PlannedPhoneme(spans[s.span].phoneme, s.start_s, s.end_s) for s in mine]
        for k, sung in enumerate(unit.sung):
            last = k == len(unit.sung) - 1
            start_s = mine[0].start_s if k == 0 else sung.start_s
            end_s = mine[-1].end_s if last else unit.sung[k + 1].start_s
            by_word.setdefault(sung.word, []).append(
                PlannedSyllable(sung.text, start_s, sung.start_s, end_s, sung.notes, tuple(sounds) if k == 0 else ())
            )
    words = tuple(PlannedWord(phrase.words[word], tuple(many)) for word, many in sorted(by_word.items()))
    return PlannedLine(words, phrase.section, singer)
