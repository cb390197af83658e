"""A track has something to play it and something to play."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import Problem
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.model import Track
from songwright.project.origins import Path, find, plain


def check(song: Song) -> Iterator[Problem]:
    """Each track, and that there is one."""
    for name, track in song.project.tracks.items():
        yield from _players(song, ("tracks", name), track)
        yield from _chain(song, ("tracks", name, "voice"), track)
        yield from _language(song, ("tracks", name, "voice"), track)
    if song.genre and not song.project.tracks:
        yield from song.error(("tracks",), "the song has no track", "add one, or take a genre that brings some")


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
    written = find(song.document, (*path, "use"))
    for index, name in enumerate(plain(written) if track.voice and written and written.is_list else ()):
        if ("voice", name) not in song.plugins.entries:
            hint = did_you_mean(name, song.plugins.names("voice"))
            yield from song.warning(
                (*path, "use", index), f"no voice is named {name!r}; another of the chain sings", hint
            )


def _language(song: Song, path: Path, track: Track) -> Iterator[Problem]:
    """Lyrics in a language that no voice of the chain speaks."""
    language = song.project.language
    spoken = {language, language.partition("-")[0], "*"}
    named = track.voice.use if track.voice else ()
    chain = [entry for name in named for entry in song.plugins.entries.get(("voice", name), ())[:1]]
    if not chain or any(spoken & set(entry.component.languages) for entry in chain):
        return
    who = f"voice {chain[0].name!r} does" if len(chain) == 1 else "the voices of this track do"
    able = [entry.name for entry in song.plugins.all("voice") if spoken & set(entry.component.languages)]
    hint = (
        f"these do: {', '.join(able)}; `songwright doctor` says what each needs" if able else "no installed voice does"
    )
    yield from song.error((*path, "use"), f"{who} not speak {language!r}, the language of the lyrics", hint)
