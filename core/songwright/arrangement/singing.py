"""What a voice track sings: melody and lyrics brought together.

A note's ``lyric`` is the index of its syllable among the part's syllables; notes that share one hold it
(a melisma). A melody pattern that follows :attr:`PartContext.lyric_lines` may set ``lyric`` itself, to the
index of the note among the section's lyric notes; otherwise lines are laid on the melody's phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from songwright.arrangement.clips import Written
from songwright.arrangement.lyrics import Sound, SungLine, sing_lines
from songwright.arrangement.model import Syllable
from songwright.music.form import Section
from songwright.music.lyrictext import held
from songwright.music.notes import NOTE, Notes, between, in_order, join

_PHRASE_GAP_BEATS = 0.5  # a rest this long ends a phrase
_SHORTEST_BEATS = 0.25  # notes are not divided below this to make room for syllables
USUAL_MELISMA = 2  # so many notes over the last syllable of a line are no cause for a warning


#: Whether a voice sings a line, by the names that the line has.
Casting = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True)
class Misfit:
    """Lines of the song (by number) that do not fit their notes, and what to say of them."""

    lines: frozenset[int]
    message: str


@dataclass(frozen=True)
class Sung:
    """A voice's notes with its syllables, and what did not fit."""

    notes: Notes
    syllables: tuple[Syllable, ...]
    warnings: tuple[str, ...] = ()


def sing(
    track: str,
    melody: Notes,
    sections: Sequence[Section],
    written: Sequence[Written] = (),
    casting: Casting = lambda _: True,
) -> Sung:
    """Bring the melody and the sections' lyrics together; clips with words take the melody's place.

    A song without any lyrics keeps all its melody (sung on "la"); in a song with lyrics the voice rests
    where a section has none, and in lines that others sing.

    Args:
        track: the voice's id.
        melody: what it sings, clips without words included.
        sections: the song's.
        written: clips with words of their own.
        casting: whether the voice sings a line, by the names that the line has.
    """
    lyrical = any(section.lyrics.strip() for section in sections)
    pieces: list[Notes] = []
    syllables: list[Syllable] = []
    warnings: list[str] = []
    line = 0
    for section in sections:
        notes = _outside(between(melody, section.start_beat - 1e-6, section.end_beat - 1e-6), written)
        lines = sing_lines(section.lyrics, section.id, line)
        if not lines:
            pieces += [] if lyrical else [_without_lyrics(notes)]
            continue
        mine = frozenset(line + place for place, one in enumerate(lines) if casting(one.singers))
        line += len(lines)
        laid, misfits = lay_lines(notes, lines, len(syllables))
        syllables += _syllables(lines)
        if mine:
            pieces.append(_of_lines(laid, syllables, mine))
            kept = (misfit for misfit in misfits if misfit.lines & mine)
            warnings += [f"section {section.id!r}: {misfit.message}" for misfit in kept]
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
        sounds = [sound for line in lines for sound in line.sounds]
        laid, more, unsung = _lay_sounds(clip.notes, sounds, first + len(syllables))
        pieces.append(laid)
        syllables += _syllables(lines)
        if lines and not clip.is_checked and (more or unsung or len(clip.notes) > len(sounds) + USUAL_MELISMA):
            misfit = _misfit(lines, len(clip.notes), unsung)
            warnings.append(f"track {track!r}, the clip at beat {clip.start_beat:g}: {misfit.message}")
    return Sung(join(*pieces), tuple(syllables), tuple(warnings))


def _syllables(lines: Sequence[SungLine]) -> list[Syllable]:
    return [syllable for line in lines for syllable in line.syllables]


def _of_lines(notes: Notes, syllables: Sequence[Syllable], lines: Collection[int]) -> Notes:
    """The notes that sing one of these lines."""
    keep = [0 <= index < len(syllables) and syllables[index].line in lines for index in notes["lyric"].tolist()]
    return np.asarray(notes[np.array(keep, np.bool_)])


def lay_lines(notes: Notes, lines: Sequence[SungLine], first: int) -> tuple[Notes, tuple[Misfit, ...]]:
    """Lay lines of lyrics on a section's melody. ``first`` is the index of the first syllable.

    Returns the notes that are sung, and what did not fit.
    """
    sounds = [sound for line in lines for sound in line.sounds]
    if len(notes) == 0:
        return _without_lyrics(notes), (Misfit(_numbers(lines), f"no melody for {len(sounds)} syllables of lyrics"),)
    if np.any(notes["lyric"] >= 0):
        return _as_numbered(notes, lines, first)
    if len(notes) == len(sounds):
        return _lay_sounds(notes, sounds, first)[0], ()
    phrases = _phrases(notes)
    groups = _share(phrases, [len(line.sounds) for line in lines])
    if groups is None:
        laid, more, unsung = _lay_sounds(notes, sounds, first)
        wrong = more or unsung or len(notes) > len(sounds) + USUAL_MELISMA
        return laid, ((_misfit(lines, len(notes), unsung),) if wrong else ())
    pieces, misfits = [], []
    for line, (start, end) in zip(lines, groups, strict=True):
        own = join(*phrases[start:end])
        laid, more, unsung = _lay_sounds(own, line.sounds, first)
        pieces.append(laid)
        first += len(line.syllables)
        if more or unsung or len(own) > len(line.sounds) + USUAL_MELISMA:
            misfits.append(_misfit([line], len(own), unsung))
    return join(*pieces), tuple(misfits)


def _numbers(lines: Sequence[SungLine]) -> frozenset[int]:
    return frozenset(syllable.line for line in lines for syllable in line.syllables)


def _misfit(lines: Sequence[SungLine], notes: int, unsung: int) -> Misfit:
    """What to say of lines that do not fit their notes, with a version that does where there is one."""
    *_, last = lines
    wanted = sum(len(line.sounds) for line in lines)
    where = f"{last.written.written!r}" if len(lines) == 1 else f"its {len(lines)} lines"
    message = f"{where}: {wanted} syllable{'s' * (wanted != 1)} for {notes} note{'s' * (notes != 1)}"
    fitting = held(last.written, notes - wanted + last.written.notes)
    if wanted < notes:
        message += f"; the last one is held. Say where to hold with _: {fitting.written}" if fitting else ""
    elif fitting:
        message += f"; notes are divided. Take holds out: {fitting.written}"
    else:
        message += f"; {'the last ones are not sung' if unsung else 'notes are divided'}. Take {wanted - notes} out"
    return Misfit(_numbers(lines), message)


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


def _lay_sounds(notes: Notes, sounds: Sequence[Sound], first: int) -> tuple[Notes, int, int]:
    """One sound a note; too few notes are divided, too many hold the last syllable or fall silent.

    Returns the notes, how many had to be divided, and how many sounds are not sung.
    """
    if not sounds:
        return _without_lyrics(notes), 0, 0
    fitted = notes.copy()
    while len(fitted) < len(sounds):
        longest = int(np.argmax(fitted["length"])) if len(fitted) else -1
        if longest < 0 or fitted["length"][longest] < 2 * _SHORTEST_BEATS:
            break
        fitted = _divided(fitted, longest)
    sung = sounds[: len(fitted)] if len(fitted) < len(sounds) else sounds
    return _number(fitted, sung, first), max(len(fitted) - len(notes), 0), len(sounds) - len(sung)


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


def _as_numbered(notes: Notes, lines: Sequence[SungLine], first: int) -> tuple[Notes, tuple[Misfit, ...]]:
    """The pattern has said which note sings which of the section's sounds."""
    sounds = [sound for line in lines for sound in line.sounds]
    index_of = first + np.cumsum([sound.syllable is not None for sound in sounds]) - 1
    numbered = notes[(notes["lyric"] >= 0) & (notes["lyric"] < len(sounds))].copy()
    sung, misfits, at = set(numbered["lyric"].tolist()), [], 0
    for line in lines:
        missing = sum(place not in sung for place in range(at, at + len(line.sounds)))
        at += len(line.sounds)
        if missing:
            message = f"{line.written.written!r}: {missing} of {len(line.sounds)} syllables have no note; take them out"
            misfits.append(Misfit(_numbers([line]), message))
    numbered["lyric"] = index_of[numbered["lyric"]]
    return numbered, tuple(misfits)


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
