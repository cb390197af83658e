"""Lyrics can be read, their singers are there, and their syllables have room in their bars and notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from songwright.errors import Problem
from songwright.music.cliptext import ClipNote, parse_clip, write_clip
from songwright.music.lyrictext import LyricLine, LyricText, held, read_lyrics
from songwright.project.cast import UnknownSingerError, cast, singers
from songwright.project.checks.song import Song
from songwright.project.model import Clip
from songwright.project.origins import Path

if TYPE_CHECKING:
    from songwright.interfaces.voice import Voice

SYLLABLES_A_BEAT = 2  # a quarter note: even eighths, bar after bar, is as fast as a melody goes
USUAL_MELISMA = 2  # so many notes over the last syllable are no cause for a warning
_SHORTEST_BEATS = Fraction(1, 4)  # notes are not divided below this
_MOST_FLAWS = 12  # of one text: who has more has read enough


def check(song: Song) -> Iterator[Problem]:
    """Lyrics of sections and of clips."""
    yield from _unsung(song)
    for name, material in song.project.sections.items():
        yield from _section(song, ("sections", name, "lyrics"), material.lyrics, material.bars)
    for index, placement in enumerate(song.project.arrangement or ()):
        material_bars = song.project.sections[placement.use].bars if placement.use in song.project.sections else None
        yield from _section(song, ("arrangement", index, "lyrics"), placement.lyrics, placement.bars or material_bars)
    for name, track in song.project.tracks.items():
        for index, clip in enumerate(track.clips):
            if clip.lyrics:
                yield from _clip(song, name, ("tracks", name, "clips", index, "lyrics"), clip)


def _unsung(song: Song) -> Iterator[Problem]:
    """Lyrics in a song in which nobody sings."""
    if song.genre is None or singers(song.project.tracks) or any(gone[:1] == ("tracks",) for gone in song.removed):
        return
    with_words = [name for name, material in song.project.sections.items() if material.lyrics]
    for name in with_words[:1]:
        hint = "give a track `voice: hibari` and `sings: melody`"
        yield from song.warning(("sections", name, "lyrics"), "nobody sings these lyrics", hint)


def _section(song: Song, path: Path, lyrics: str | None, bars: int | None) -> Iterator[Problem]:
    if not lyrics:
        return
    text = read_lyrics(lyrics)
    yield from _flaws(song, path, text)
    yield from _letters(song, path, text, singers(song.project.tracks))
    yield from _singers(song, path, text)
    if bars:
        yield from _room(song, path, text, bars)


def _flaws(song: Song, path: Path, text: LyricText) -> Iterator[Problem]:
    for flaw in text.flaws[:_MOST_FLAWS]:
        report = song.error if flaw.severity == "error" else song.warning
        for problem in report(path, flaw.message, flaw.hint):
            yield song.row(path, problem, flaw.line, flaw.column)


def _singers(song: Song, path: Path, text: LyricText) -> Iterator[Problem]:
    if any(gone[:1] == ("tracks",) for gone in song.removed):
        return  # who sings is not known
    for tag in text.tags[:_MOST_FLAWS]:
        try:
            cast(tag.singers, song.project.tracks)
        except UnknownSingerError as error:
            for problem in song.error(path, str(error), error.hint):
                yield song.row(path, problem, tag.line, tag.column)


def _letters(song: Song, path: Path, text: LyricText, tracks: tuple[str, ...]) -> Iterator[Problem]:
    """Words in letters that the singer cannot read."""
    for track in tracks:
        voice = _voice(song, track)
        if voice is None or "*" in voice.languages or not set(voice.languages) <= _LATIN:
            continue
        strange = ((line, word) for line in text.lines for word in line.words if _script(word.shown) != "LATIN")
        for line, word in list(strange)[:1]:
            message = f"the voice {voice.name!r} cannot read {word.shown!r}; it speaks {', '.join(voice.languages)}"
            for problem in song.warning(path, message, "write the words in Latin letters, or take another voice"):
                yield song.row(path, problem, line.number, word.column)
        return


#: Languages that are written in Latin letters, of those that voices name.
_LATIN = frozenset({"da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv"})


def _script(word: str) -> str:
    """``LATIN`` unless a letter of another script is in the word."""
    names = (unicodedata.name(letter, "") for letter in word if letter.isalpha())
    return next((name.split(" ")[0] for name in names if "LATIN" not in name and "MODIFIER" not in name), "LATIN")


def _voice(song: Song, track: str) -> type[Voice] | None:
    """The first voice of a track's chain that is installed."""
    use = song.project.tracks[track].voice
    entries = [song.plugins.entries.get(("voice", name)) for name in (use.use if use else ())]
    return next((found[0].component for found in entries if found), None)


def _room(song: Song, path: Path, text: LyricText, bars: int) -> Iterator[Problem]:
    count, beats = sum(line.syllables for line in text.lines), song.time_map.meter(1).beats * bars
    most = int(SYLLABLES_A_BEAT * beats)
    if count > most:
        message = f"{count} syllables do not fit into {bars} bar{'s' if bars > 1 else ''}"
        yield from song.warning(path, message, f"{most} are the most; shorten the lyrics or give the section more bars")


def _clip(song: Song, track: str, path: Path, clip: Clip) -> Iterator[Problem]:
    text = read_lyrics(clip.lyrics or "")
    yield from _flaws(song, path, text)
    yield from _letters(song, path, text, (track,))
    for tag in text.tags[:_MOST_FLAWS]:
        if [name.lower() for name in tag.singers] != [track.lower()]:
            hint = f"take the names out; to sing them as words, write {tag.singers[-1]}\\:"
            for problem in song.error(path, f"a clip is sung by its own track, {track!r}, alone", hint):
                yield song.row(path, problem, tag.line, tag.column)
    try:
        items = parse_clip(clip.notes or "")
    except ValueError:
        return  # reported with the notes
    if text.lines:
        yield from _fit(song, path, text.lines, items, clip.repeat)


def _fit(
    song: Song, path: Path, lines: tuple[LyricLine, ...], items: tuple[ClipNote, ...], repeat: int
) -> Iterator[Problem]:
    """Syllables and holds against the notes of a clip, all times it is played, with a version that fits."""
    count, sung = sum(line.notes for line in lines), repeat * sum(1 for item in items if item.pitches)
    *_, last = lines
    if count > sung:
        fitting = held(last, sung - count + last.notes)
        if fitting:
            hint = f"take holds out: {fitting.written}"
        else:
            divided = _divided(items, count - sung) if repeat == 1 else None
            hint = (
                f"take {count - sung} out, or divide notes: {write_clip(divided)}"
                if divided
                else f"take {count - sung} out, or add notes"
            )
        message = f"{count} syllables and holds do not fit {sung} notes"
    elif sung > count + USUAL_MELISMA:
        fitting = held(last, sung - count + last.notes)
        hint = f"say where to hold with _: {fitting.written}" if fitting else ""
        message = f"{count} syllables and holds are few for {sung} notes: the last one goes on over {sung - count + 1}"
    else:
        return
    for problem in song.warning(path, message, hint):
        yield song.row(path, problem, last.number, last.words[0].column) if len(lines) > 1 else problem


def _divided(items: tuple[ClipNote, ...], more: int) -> tuple[ClipNote, ...] | None:
    """The clip with so many notes more: the longest are halved. None when they are too short."""
    divided = list(items)
    for _ in range(more):
        place, longest = max(enumerate(divided), key=lambda entry: entry[1].length if entry[1].pitches else 0)
        half = longest.length / 2
        if half < _SHORTEST_BEATS:
            return None
        divided[place : place + 1] = [
            replace(longest, length=half),
            replace(longest, start=longest.start + half, length=half),
        ]
    return tuple(divided)
