"""A track has something to play it and something to play; the mood and the sections are ones that the genre knows."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import PluginError, Problem
from songwright.interfaces.genre import Wish
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.model import Track
from songwright.project.origins import Path


def check(song: Song) -> Iterator[Problem]:
    """Tracks, mood, sections."""
    for name, track in song.project.tracks.items():
        yield from _players(song, ("tracks", name), track)
        yield from _chain(song, ("tracks", name, "voice"), track)
    if song.genre and not song.project.tracks:
        yield from song.error(("tracks",), "the song has no track", "add one, or take a genre that brings some")
    yield from _mood(song)
    yield from _sections(song)


def _players(song: Song, path: Path, track: Track) -> Iterator[Problem]:
    """One that plays or sings the track, and something for it to play."""
    name = path[-1]
    instrument, voice = (*path, "instrument"), (*path, "voice")
    if track.instrument and track.voice:
        yield from song.error(voice, f"track {name!r} has an instrument and a voice", "split it into two tracks")
    if song.genre is None:
        return
    if not (track.instrument or track.voice or song.is_doubtful(instrument) or song.is_doubtful(voice)):
        hint = "add `instrument: NAME` or `voice: NAME`"
        yield from song.error(instrument, f"track {name!r} has neither an instrument nor a voice", hint)
    if track.sings and not (track.voice or song.is_doubtful(voice)):
        yield from song.error((*path, "sings"), f"track {name!r} sings without a voice", "add `voice: NAME`")
    notes = ("pattern", "clips", "midi", "sings")
    if not any(getattr(track, key) or song.is_doubtful((*path, key)) for key in notes):
        hint = "add a pattern, clips, midi, or for a voice `sings: melody`"
        yield from song.warning((*path, "pattern"), f"track {name!r} has nothing to play and stays silent", hint)


def _chain(song: Song, path: Path, track: Track) -> Iterator[Problem]:
    """Voices that are not installed, behind or before one that is."""
    for index, name in enumerate(track.voice.use if track.voice else ()):
        if ("voice", name) not in song.plugins.entries:
            hint = did_you_mean(name, song.plugins.names("voice"))
            yield from song.warning(
                (*path, "use", index), f"no voice is named {name!r}; another of the chain sings", hint
            )


def _mood(song: Song) -> Iterator[Problem]:
    mood, genre = song.project.mood, song.genre
    if genre and mood not in genre.moods:
        message = f"the genre {genre.name!r} has no mood {mood!r}"
        yield from song.error(("mood",), message, did_you_mean(mood, genre.moods))


def _sections(song: Song) -> Iterator[Problem]:
    """The playing order names material of the project, or sections that the genre knows how to fill."""
    if song.genre is None:
        return
    project = song.project
    wish = Wish(
        project.seed, project.mood, project.energy, project.key[0].key, project.tempo[0].bpm, project.duration_s
    )
    try:
        forms = song.genre.forms(wish)
    except Exception as error:
        raise PluginError(f"its forms failed: {type(error).__name__}: {error}", plugin=song.genre.name) from error
    known = [*project.sections, *(section.use for form in forms for section in form.sections)]
    for index, placement in enumerate(project.arrangement or ()):
        if placement.use not in known:
            message = f"there is no section {placement.use!r}, here or in the genre {song.genre.name!r}"
            yield from song.error(
                ("arrangement", index, "use"), message, did_you_mean(placement.use, dict.fromkeys(known))
            )
