"""The players: each track's notes, role after role, each hearing those who played before.

What a role is heard as, is what its first track in the project plays, tracks of the genre first; so a
second guitar changes nobody's part, and what is added to the end of a project changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from songwright.arrangement.guard import complaint, guarded
from songwright.arrangement.lyrics import line_stresses
from songwright.interfaces.genre import Genre
from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.music.form import ChordSpan, Section
from songwright.music.notes import NOTE, Notes, between, in_order, join, notes
from songwright.music.random import Chance
from songwright.music.time import TimeMap
from songwright.plugins import Entry, Plugins
from songwright.project.model import Project

_EDGE = 1e-6  # beats by which a note may miss its section through rounding


@dataclass(frozen=True)
class Player:
    """A track with a pattern: who plays it, on what range, and whether the genre says when."""

    track: str
    entry: Entry
    pattern: Pattern
    midi_range: tuple[int, int]
    from_genre: bool

    @property
    def role(self) -> Role:
        """What the pattern plays."""
        return self.pattern.role


@dataclass(frozen=True)
class Chart:
    """What every player has on the stand."""

    project: Project
    genre: Genre
    genre_entry: Entry
    time_map: TimeMap
    sections: tuple[Section, ...]
    chords: tuple[ChordSpan, ...]
    chance: Chance


def players_of(project: Project, plugins: Plugins, ranges: Mapping[str, tuple[int, int]]) -> list[Player]:
    """The tracks that have patterns, in project order. ``ranges`` are the tracks' MIDI ranges."""
    players = []
    for name, track in project.tracks.items():
        if track.pattern is None:
            continue
        entry = plugins.entry("pattern", track.pattern.name)
        with guarded(entry, f"being set up for track {name!r}"):
            pattern: Pattern = entry.component(track.pattern.params)
        players.append(Player(name, entry, pattern, ranges[name], name in project.genre_tracks))
    return players


def play(chart: Chart, players: Sequence[Player]) -> dict[str, Notes]:
    """Every player's notes, all song long, by track; what takes of single sections differ in is laid over it later."""
    heard: dict[Role, Notes] = {}
    played: dict[str, Notes] = {}
    for role, ensemble in by_role(players):
        for player in ensemble:
            played[player.track] = _play_song(chart, player, dict(heard))
        heard[role] = played[ensemble[0].track]
    return played


def by_role(players: Sequence[Player]) -> Iterator[tuple[Role, list[Player]]]:
    """The roles that are filled, in the order in which they play, each with its players, the genre's first."""
    for role in Role:
        ensemble = sorted((player for player in players if player.role == role), key=lambda one: not one.from_genre)
        if ensemble:
            yield role, ensemble


def play_section(
    chart: Chart, player: Player, place: int, heard: Mapping[Role, Notes], before: Notes, take: tuple[str, ...] = ()
) -> Notes:
    """What a player plays in one section, or nothing where it does not enter.

    Args:
        chart: the song.
        player: who plays.
        place: index of the section.
        heard: what earlier roles play, by role; more than the section is cut to it.
        before: what this player played in the section before.
        take: names another take of this section alone; () is the song's own.
    """
    section = chart.sections[place]
    occurrence = sum(earlier.use == section.use for earlier in chart.sections[:place])
    if not _enters(chart, player, section, occurrence):
        return notes()
    return _play_section(chart, player, place, occurrence, heard, before, take)


def _play_song(chart: Chart, player: Player, heard: Mapping[Role, Notes]) -> Notes:
    """One track, section after section."""
    before, song = notes(), []
    for place in range(len(chart.sections)):
        before = play_section(chart, player, place, heard, before)
        song.append(before)
    return join(*song)


def _enters(chart: Chart, player: Player, section: Section, occurrence: int) -> bool:
    """Whether the track plays here: the genre says so for its own, the project's tracks always do."""
    if not player.from_genre:
        return True
    with guarded(chart.genre_entry, f"choosing who plays in {section.id!r}"):
        return bool(chart.genre.enters(player.track, section.use, occurrence, section.energy))


def _play_section(
    chart: Chart,
    player: Player,
    place: int,
    occurrence: int,
    heard: Mapping[Role, Notes],
    before: Notes,
    take: tuple[str, ...],
) -> Notes:
    section, player_chance = chart.sections[place], chart.chance.of("tracks", player.track, player.entry.name)
    context = PartContext(
        section=_in_the_songs_take(section),
        previous=_in_the_songs_take(chart.sections[place - 1]) if place else None,
        following=_in_the_songs_take(chart.sections[place + 1]) if place + 1 < len(chart.sections) else None,
        occurrence=occurrence,
        chords=_within(chart.chords, section),
        next_chord=next((span for span in chart.chords if span.start_beat >= section.end_beat - _EDGE), None),
        time_map=chart.time_map,
        midi_range=player.midi_range,
        heard={
            role: _frozen(between(part, section.start_beat - _EDGE, section.end_beat - _EDGE))
            for role, part in heard.items()
        },
        before=_frozen(before),
        mood=chart.project.mood,
        chance=player_chance.of(*take),
        lyric_lines=line_stresses(section.lyrics),
        habits=player_chance,
    )
    where = f"playing section {section.id!r} on track {player.track!r}"
    with guarded(player.entry, where):
        result = player.pattern.play(context)
    return _checked(result, player, section, where)


def _in_the_songs_take(section: Section) -> Section:
    """The section without its seed: a player knows of a take only by its chance, and never of a neighbour's."""
    return replace(section, seed=0) if section.seed else section


def _within(chords: Sequence[ChordSpan], section: Section) -> tuple[ChordSpan, ...]:
    return tuple(span for span in chords if section.start_beat - _EDGE <= span.start_beat < section.end_beat - _EDGE)


def _frozen(shared: Notes) -> Notes:
    """A view that a pattern cannot write to."""
    view = shared.view()
    view.flags.writeable = False
    return view


def _checked(result: Notes, player: Player, section: Section, where: str) -> Notes:
    """The notes as every later stage may rely on them. Raises PluginError naming what is wrong."""
    if not isinstance(result, np.ndarray) or result.dtype != NOTE or result.ndim != 1:
        raise complaint(player.entry, f"returned no array of notes while {where}; build one with notes(...)")
    for column in ("beat", "length", "pitch", "velocity", "shift_s"):
        if not np.all(np.isfinite(result[column])):
            raise complaint(player.entry, f"returned a {column} that is not finite while {where}")
    outside = (result["beat"] < section.start_beat - _EDGE) | (result["beat"] >= section.end_beat - _EDGE)
    if np.any(outside):
        beat = float(result["beat"][outside][0])
        raise complaint(
            player.entry,
            f"returned a note at beat {beat:g}, outside {section.start_beat:g} to {section.end_beat:g}, while {where}",
        )
    wrong = {
        "length": result["length"] <= 0.0,
        "pitch": (result["pitch"] < 0.0) | (result["pitch"] > 127.0),
        "velocity": (result["velocity"] < 0.0) | (result["velocity"] > 1.0),
    }
    for column, rows in wrong.items():
        if np.any(rows):
            raise complaint(
                player.entry,
                f"returned the {column} {float(result[column][rows][0]):g} while {where}; {_RULES[column]}",
            )
    checked = in_order(result.copy())
    np.maximum(checked["beat"], section.start_beat, out=checked["beat"])
    return checked


_RULES = {
    "length": "it must be over 0 beats",
    "pitch": "it must lie in 0 to 127",
    "velocity": "it must lie in 0 to 1",
}
