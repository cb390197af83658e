"""Who plays: the tracks' players, ranges and roles, and the hidden one who makes up a melody to sing.

A singer takes the melody of the band as it is, an octave away if need be, so that adding one changes
nobody's part. Only where no track plays a melody is one made up, for the singer's own range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songwright.arrangement.guard import guarded
from songwright.arrangement.parts import Player, players_of
from songwright.arrangement.structure import wish_of
from songwright.interfaces.genre import Genre
from songwright.interfaces.pattern import Role
from songwright.music.random import Chance
from songwright.plugins import Entry, Plugins
from songwright.profiles.library import find_profile
from songwright.project.model import Project, Track

#: The track whose notes are the melody when no track of the project plays one.
HIDDEN_MELODY = "(melody)"
_FULL_RANGE = (0, 127)
_SINGER = (55, 72)  # an untrained voice, where no provider says better


@dataclass(frozen=True)
class Ensemble:
    """The band."""

    players: tuple[Player, ...]
    ranges: Mapping[str, tuple[int, int]]  # track → lowest and highest MIDI note
    drums: frozenset[str]  # tracks whose pitches are drum numbers
    melody: str | None  # the track whose notes are the song's melody

    @property
    def roles(self) -> dict[str, str]:
        """Track → the role of its pattern."""
        return {player.track: str(player.role) for player in self.players}


def gather(project: Project, plugins: Plugins, genre: Genre, genre_entry: Entry) -> Ensemble:
    """Call the players together."""
    ranges = {name: _range(track, plugins, project.folder) for name, track in project.tracks.items()}
    drums = frozenset(name for name, track in project.tracks.items() if _is_drums(track, plugins))
    singers = [name for name, track in project.tracks.items() if track.sings is not None]
    players = players_of(project, plugins, ranges)
    leads = [player for player in players if player.role == Role.MELODY]
    lead = next((player for player in leads if player.from_genre), leads[0] if leads else None)
    if singers and lead is None:
        lead = _hidden_melody(project, plugins, genre, genre_entry, ranges[singers[0]])
        players += [lead] if lead else []
    return Ensemble(tuple(players), ranges, drums, lead.track if lead else None)


def _range(track: Track, plugins: Plugins, folder: Path) -> tuple[int, int]:
    """What the track can play or sing well."""
    if track.instrument is not None:
        low, high = plugins.get("instrument", track.instrument.name).midi_range
        return int(low), int(high)
    if track.voice is not None and track.voice.profile:
        return find_profile(track.voice.profile, folder).midi_range
    if track.voice is not None:
        names = set(plugins.names("voice"))
        known = [name for name in track.voice.use if name in names]
        low, high = plugins.get("voice", known[0]).midi_range if known else _SINGER
        return int(low), int(high)
    return _FULL_RANGE


def _is_drums(track: Track, plugins: Plugins) -> bool:
    return track.instrument is not None and bool(plugins.get("instrument", track.instrument.name).is_drums)


def _hidden_melody(
    project: Project, plugins: Plugins, genre: Genre, genre_entry: Entry, midi_range: tuple[int, int]
) -> Player | None:
    """Someone to make up the melody that a voice sings: the genre's own melodist, else any installed one."""
    found = _genre_melody(project, plugins, genre, genre_entry)
    if found is None:
        names = [name for name in plugins.names("pattern") if plugins.get("pattern", name).role == Role.MELODY]
        name = next((name for name in names if name.startswith(project.genre)), names[0] if names else None)
        if name is None:
            return None
        found = (name, {})
    entry = plugins.entry("pattern", found[0])
    with guarded(entry, "being set up for the melody that is sung"):
        pattern = entry.component(entry.component.Params.model_validate(found[1]))
    return Player(HIDDEN_MELODY, entry, pattern, midi_range, from_genre=False)


def _genre_melody(
    project: Project, plugins: Plugins, genre: Genre, genre_entry: Entry
) -> tuple[str, dict[str, Any]] | None:
    """The melody pattern among the genre's own tracks, with its parameters."""
    with guarded(genre_entry, "naming its melody"):
        defaults = genre.defaults(wish_of(project), Chance(project.seed).of("genre").rng("defaults"))
        tracks = defaults.get("tracks") or {}
    for track in tracks.values():
        use = (track or {}).get("pattern")
        name, params = (use, {}) if isinstance(use, str) else ((use or {}).get("use"), dict(use or {}))
        if name in plugins.names("pattern") and plugins.get("pattern", name).role == Role.MELODY:
            return name, {key: value for key, value in params.items() if key not in ("use", "id")}
    return None
