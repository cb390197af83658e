"""What the song asks of its genre is there: the mood, the sections."""

from __future__ import annotations

from collections.abc import Iterator

from songwright.errors import PluginError, Problem
from songwright.interfaces.genre import Wish
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song


def check(song: Song) -> Iterator[Problem]:
    """Mood and sections."""
    yield from _mood(song)
    yield from _sections(song)


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
