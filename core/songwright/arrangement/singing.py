"""What a voice track sings: melody and lyrics brought together.

A note's ``lyric`` is the index of its syllable among the part's syllables; notes that share one hold it
(a melisma). A melody pattern that follows :attr:`PartContext.lyric_lines` may set ``lyric`` itself, to the
index of the note among the section's lyric notes; otherwise lines are laid on the melody's phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.arrangement.clips import Written
from songwright.arrangement.lyrics import Sound, sing_lines
from songwright.arrangement.model import Syllable
from songwright.music.form import Section
from songwright.music.notes import NOTE, Notes, between, in_order, join

_PHRASE_GAP_BEATS = 0.5  # a rest this long ends a phrase
_SHORTEST_BEATS = 0.25  # notes are not divided below this to make room for syllables
_USUAL_MELISMA = 2  # so many notes over the last syllable of a line are no cause for a warning


@dataclass(frozen=True)
class Sung:
    """A voice's notes with its syllables, and what did not fit."""

    notes: Notes
    syllables: tuple[Syllable, ...]
    warnings: tuple[str, ...] = ()


def sing(track: str, melody: Notes, sections: Sequence[Section], written: Sequence[Written] = ()) -> Sung:
    """Bring the melody and the sections' lyrics together; clips take the melody's place.

    A song without any lyrics keeps all its melody (sung on "la"); in a song with lyrics the voice rests
    where a section has none.
    """
    lyrical = any(section.lyrics.strip() for section in sections)
    pieces: list[Notes] = []
    syllables: list[Syllable] = []
    warnings: list[str] = []
    line = 0
    for section in sections:
        notes = _outside(between(melody, section.start_beat - 1e-6, section.end_beat - 1e-6), written)
        lines = sing_lines(section.lyrics, section.id, line)
        line += len(lines)
        if not lines:
            pieces += [] if lyrical else [_without_lyrics(notes)]
            continue
        laid, complaint = lay_lines(notes, lines, len(syllables))
        pieces.append(laid)
        syllables += _syllables(lines)
        warnings += [f"track {track!r}, section {section.id!r}: {complaint}"] if complaint else []
    clips = sing_clips(track, sections, written, line, len(syllables))
    notes = join(*pieces, clips.notes)
    return Sung(notes, (*syllables, *clips.syllables), (*warnings, *clips.warnings))


def sing_clips(
    track: str, sections: Sequence[Section], written: Sequence[Written], first_line: int = 0, first: int = 0
) -> Sung:
    """Written notes with their own lyrics; ``first`` is the index of the first syllable."""
    pieces: list[Notes] = [np.zeros(0, NOTE)]
    syllables: list[Syllable] = []
    warnings: list[str] = []
    for clip in written:
        here = next((one.id for one in sections if one.start_beat <= clip.start_beat < one.end_beat), "")
        lines = sing_lines(clip.lyrics, here, first_line)
        first_line += len(lines)
        sounds = [sound for line in lines for sound in line]
        laid, complaint = _lay_sounds(clip.notes, sounds, first + len(syllables))
        pieces.append(laid)
        syllables += _syllables(lines)
        warnings += [f"track {track!r}, the clip at beat {clip.start_beat:g}: {complaint}"] if complaint else []
    return Sung(join(*pieces), tuple(syllables), tuple(warnings))


def _syllables(lines: Sequence[Sequence[Sound]]) -> list[Syllable]:
    return [sound.syllable for line in lines for sound in line if sound.syllable]


def lay_lines(notes: Notes, lines: Sequence[Sequence[Sound]], first: int) -> tuple[Notes, str]:
    """Lay lines of lyrics on a section's melody. ``first`` is the index of the first syllable.

    Returns the notes that are sung, and in words what did not fit (empty when all did).
    """
    sounds = [sound for line in lines for sound in line]
    if len(notes) == 0:
        return _without_lyrics(notes), f"no melody for {len(sounds)} syllables of lyrics"
    if np.any(notes["lyric"] >= 0):
        return _as_numbered(notes, sounds, first)
    phrases = _phrases(notes)
    groups = _share(phrases, [len(line) for line in lines])
    if groups is None:
        return _lay_sounds(notes, sounds, first)
    laid, complaints = [], []
    for line, (start, end) in zip(lines, groups, strict=True):
        sung, complaint = _lay_sounds(join(*phrases[start:end]), list(line), first)
        laid.append(sung)
        first += sum(sound.syllable is not None for sound in line)
        complaints += [complaint] if complaint else []
    return join(*laid), "; ".join(complaints)


def _phrases(notes: Notes) -> list[Notes]:
    """The melody cut at its rests."""
    ends = notes["beat"] + notes["length"]
    cuts = np.flatnonzero(notes["beat"][1:] - ends[:-1] >= _PHRASE_GAP_BEATS - 1e-6) + 1
    return list(np.split(notes, cuts))


def _share(phrases: Sequence[Notes], lines: Sequence[int]) -> list[tuple[int, int]] | None:
    """Which phrases each line is sung on: whole phrases in order, as near in number of notes as can be.

    A line takes one to three phrases; phrases that no line takes stay silent at the price of half
    their notes. None when there are more lines than phrases.
    """
    if len(lines) > len(phrases):
        return None
    sizes = [len(phrase) for phrase in phrases]
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}  # phrases used → cost, groups
    for syllables in lines:
        reached: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        for used, (cost, groups) in best.items():
            for start in range(used, len(phrases)):
                skipped = 0.5 * sum(sizes[used:start])
                for end in range(start + 1, min(start + 3, len(phrases)) + 1):
                    price = cost + skipped + abs(sum(sizes[start:end]) - syllables)
                    if end not in reached or price < reached[end][0] - 1e-9:
                        reached[end] = (price, (*groups, (start, end)))
        best = reached
    if not best:
        return None
    totals = {used: cost + 0.5 * sum(sizes[used:]) for used, (cost, _) in best.items()}
    return list(best[min(totals, key=lambda used: (totals[used], used))][1])


def _lay_sounds(notes: Notes, sounds: Sequence[Sound], first: int) -> tuple[Notes, str]:
    """One sound a note; too few notes are divided, too many hold the last syllable or fall silent."""
    if not sounds:
        return _without_lyrics(notes), ""
    fitted, complaint = notes.copy(), ""
    if not len(sounds) <= len(fitted) <= len(sounds) + _USUAL_MELISMA:
        complaint = f"{len(sounds)} syllables for {len(fitted)} notes"
    while len(fitted) < len(sounds):
        longest = int(np.argmax(fitted["length"])) if len(fitted) else -1
        if longest < 0 or fitted["length"][longest] < 2 * _SHORTEST_BEATS:
            return _number(fitted, sounds[: len(fitted)], first), f"{complaint}; the last ones are not sung"
        fitted = _divided(fitted, longest)
    return _number(fitted, sounds, first), complaint


def _divided(notes: Notes, place: int) -> Notes:
    """The note at ``place`` as two of half its length, the first on a whole grid step."""
    length = float(notes["length"][place])
    half = max(round(length / 2 / _SHORTEST_BEATS), 1) * _SHORTEST_BEATS
    first, second = notes[place : place + 1].copy(), notes[place : place + 1].copy()
    first["length"] = half
    second["beat"] += half
    second["length"] = length - half
    return in_order(np.concatenate((notes[:place], first, second, notes[place + 1 :])))


def _number(notes: Notes, sounds: Sequence[Sound], first: int) -> Notes:
    """Give the notes their syllables' indices; notes left over hold the last one if they follow on it."""
    numbered, index, kept = notes.copy(), first - 1, []
    for place in range(len(numbered)):
        if place < len(sounds):
            index += sounds[place].syllable is not None
        elif place and numbered["beat"][place] - _end(numbered, place - 1) >= _PHRASE_GAP_BEATS:
            break
        numbered["lyric"][place] = index
        kept.append(place)
    return numbered[kept]


def _as_numbered(notes: Notes, sounds: Sequence[Sound], first: int) -> tuple[Notes, str]:
    """The pattern has said which note sings which of the section's sounds."""
    index_of = first + np.cumsum([sound.syllable is not None for sound in sounds]) - 1
    numbered = notes[(notes["lyric"] >= 0) & (notes["lyric"] < len(sounds))].copy()
    missing = len(sounds) - len(np.unique(numbered["lyric"]))
    numbered["lyric"] = index_of[numbered["lyric"]]
    return numbered, f"{missing} of {len(sounds)} syllables have no note" if missing else ""


def _end(notes: Notes, place: int) -> float:
    return float(notes["beat"][place] + notes["length"][place])


def _outside(notes: Notes, written: Sequence[Written]) -> Notes:
    """The notes where no clip stands."""
    for clip in written:
        notes = notes[(notes["beat"] < clip.start_beat - 1e-9) | (notes["beat"] >= clip.end_beat - 1e-9)]
    return notes


def _without_lyrics(notes: Notes) -> Notes:
    plain = notes.copy()
    plain["lyric"] = -1
    return plain
