"""Who sings a line: names that lyrics write before a colon, as voice tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from songwright.music.lyrictext import ALL, BOTH
from songwright.project.advice import did_you_mean
from songwright.project.model import Track


class UnknownSingerError(ValueError):
    """Lyrics name one who does not sing. ``hint`` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


def singers(tracks: Mapping[str, Track]) -> tuple[str, ...]:
    """The tracks that sing the sections' lyrics, backing voices too, in the project's order."""
    return tuple(name for name, track in tracks.items() if track.sings)


def cast(names: Sequence[str], tracks: Mapping[str, Track]) -> tuple[str, ...]:
    """The tracks that ``names`` of lyrics stand for; no name, or ``all``, is everyone who sings.

    ``both`` are the two voices of a song that has two: backing voices count when there is but one lead.

    Raises:
        UnknownSingerError: a name is nobody's.
    """
    everyone = singers(tracks)
    found: list[str] = []
    for name in names:
        if name.lower() == ALL:
            found += everyone
        elif name.lower() == BOTH:
            found += _both(tracks)
        else:
            found.append(_one(name, tracks, everyone))
    return tuple(one for one in everyone if one in found) if names else everyone


def _both(tracks: Mapping[str, Track]) -> tuple[str, ...]:
    everyone = singers(tracks)
    leads = tuple(name for name, track in tracks.items() if track.sings and not track.sings.harmony)
    for pair in (leads, everyone):
        if len(pair) == 2:
            return pair
    message = f"'{BOTH}' are two singers, and the song has {len(leads) or len(everyone)}"
    raise UnknownSingerError(message, f"write {ALL!r}, or their names: {', '.join(everyone)}")


def _one(name: str, tracks: Mapping[str, Track], everyone: Sequence[str]) -> str:
    known = {track.lower(): track for track in tracks}
    track = known.get(name.lower())
    if track is not None and track in everyone:
        return track
    words = f"to sing the word itself, write {name}\\:"
    if track is None:
        likely = did_you_mean(name, [*everyone, ALL, *([BOTH] if len(everyone) == 2 else [])])
        raise UnknownSingerError(f"nobody who sings is called {name!r}", f"{likely}; {words}")
    hint = "give it `sings: melody`" if tracks[track].voice else f"known: {', '.join([*everyone, ALL])}"
    raise UnknownSingerError(f"the track {track!r} does not sing the sections' lyrics", f"{hint}; {words}")
