"""From a project to everything that will sound, in musical time: the band reads the chart and plays.

::

    sections (structure) ── chords (harmony) ── parts, role after role (parts; take)
        ── clips in their places (clips) ── lyrics and voices (singing) ── groove and hands (groove, humanise)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from songwright.arrangement.backing import harmonise, place_in_range
from songwright.arrangement.clips import Written, replace_where_written, written_clips
from songwright.arrangement.clock import first_bars_of, read_keys, read_time
from songwright.arrangement.ensemble import Ensemble, gather
from songwright.arrangement.groove import groove_named, lay_groove
from songwright.arrangement.guard import guarded
from songwright.arrangement.harmony import write_chords
from songwright.arrangement.humanise import humanise
from songwright.arrangement.model import Arrangement, Part, Syllable
from songwright.arrangement.parts import Chart, play
from songwright.arrangement.singing import Sung, sing, sing_clips
from songwright.arrangement.structure import doubts, place_sections, plan_sections
from songwright.arrangement.take import retake
from songwright.errors import Problem, ProjectError
from songwright.interfaces.pattern import Role
from songwright.music.notes import Notes, notes, settled
from songwright.music.random import Chance
from songwright.plugins import Plugins
from songwright.project.cast import UnknownSingerError, cast
from songwright.project.model import Project, Track
from songwright.project.use import Use

__all__ = ["Arrangement", "arrange"]

_WRITTEN = "written"  # the role of a part that no pattern plays
_VOICE = "voice"  # the role of a part that is sung


@dataclass(frozen=True)
class _Tune:
    """What is sung."""

    melody: Notes
    guide: Notes  # the melody in the song's own take: it decides in which octave a voice sings
    first: Notes  # the melody as the first voice sings it, which second voices follow


def arrange(project: Project, plugins: Plugins) -> Arrangement:
    """Play the project on paper.

    The same project and plugins give the same arrangement; all chance is keyed by the seed and by
    names, never by order.

    Raises:
        ProjectError: the project asks for what cannot be.
        PluginError: a genre, progression or pattern failed, named with its distribution; or an observer.
    """
    groove_named(project.feel.groove)
    chance = Chance(project.seed)
    genre_entry = plugins.entry("genre", project.genre)
    with guarded(genre_entry, "planning the song"):
        genre = genre_entry.component()
        plans = plan_sections(project, genre, chance)
    first_bars = first_bars_of([(plan.id, plan.bars) for plan in plans])
    time_map = read_time(project, first_bars)
    keys = read_keys(project, time_map, first_bars)
    sections = place_sections(plans, time_map, keys)
    chords = write_chords(project, plugins, genre, plans, sections, time_map, keys, chance)

    ensemble = gather(project, plugins, genre, genre_entry)
    chart = Chart(project, genre, genre_entry, time_map, sections, chords, chance)
    own_take = play(chart, ensemble.players)
    played = retake(chart, ensemble.players, own_take)
    clips = {
        name: written_clips(name, track, time_map, first_bars, name in ensemble.drums)
        for name, track in project.tracks.items()
    }
    melody, guide = (_melody(ensemble, take, clips, project.tracks) for take in (played, own_take))
    tune = _Tune(melody, guide, _as_first_sung(ensemble, melody, guide, clips, project.tracks))

    parts: dict[str, Part] = {}
    syllables: tuple[Syllable, ...]
    warnings = [*doubts(project, plans, time_map)]
    if ensemble.melody is None and any(track.sings for track in project.tracks.values()):
        warnings.append("no track plays a melody and no installed pattern makes one up: nothing is sung")
    for name, track in project.tracks.items():
        role = ensemble.roles.get(name, Role.DRUMS.value if name in ensemble.drums else _WRITTEN)
        if track.voice is None and track.sings is None:
            line, syllables = replace_where_written(played.get(name, notes()), clips[name]), ()
        else:
            sung, role = _sing(name, track, tune, clips[name], chart, ensemble), _VOICE
            line, syllables = sung.notes, sung.syllables
            warnings += (warning for warning in sung.warnings if warning not in warnings)
        parts[name] = _performed(name, role, line, syllables, chart)

    progressions = (plugins.entry("progression", plan.chords.name) for plan in plans if isinstance(plan.chords, Use))
    components = (genre_entry, *progressions, *(player.entry for player in ensemble.players))
    arrangement = Arrangement(project, time_map, sections, chords, parts, tuple(warnings), components)
    plugins.tell("songwright_arranged", arrangement=arrangement)
    return arrangement


def _melody(
    ensemble: Ensemble, played: dict[str, Notes], clips: dict[str, tuple[Written, ...]], tracks: Mapping[str, Track]
) -> Notes:
    """The song's melody: what its first melody track plays, clips included, and what its first singer has written.

    Clips with words are the singer's own; those without are melody.
    """
    if ensemble.melody is None:
        return notes()
    melody = replace_where_written(played[ensemble.melody], clips.get(ensemble.melody, ()))
    return replace_where_written(melody, [clip for clip in clips.get(_lead(tracks) or "", ()) if not clip.lyrics])


def _lead(tracks: Mapping[str, Track]) -> str | None:
    """The first track that sings the melody; one that raps or speaks it only where nobody sings."""
    leads = {name: track.sings.mode for name, track in tracks.items() if track.sings and not track.sings.harmony}
    return next((name for name, mode in leads.items() if mode == "sing"), next(iter(leads), None))


def _as_first_sung(
    ensemble: Ensemble,
    melody: Notes,
    guide: Notes,
    clips: dict[str, tuple[Written, ...]],
    tracks: Mapping[str, Track],
) -> Notes:
    """The melody where its first singer sings it: in that singer's octave, written notes where they are written."""
    lead = _lead(tracks)
    if lead is None:
        return melody
    placed = place_in_range(melody, *ensemble.ranges[lead], guide)
    return replace_where_written(placed, [clip for clip in clips.get(lead, ()) if not clip.lyrics])


def _sing(name: str, track: Track, tune: _Tune, written: tuple[Written, ...], chart: Chart, ensemble: Ensemble) -> Sung:
    """What is written for the voice; the melody with its lyrics, or a part in harmony with it.

    Clips without words are melody: the sections' lyrics are sung on them.
    """
    if track.sings is None:
        return sing_clips(name, chart.sections, written)
    low, high = ensemble.ranges[name]
    tracks = chart.project.tracks
    worded = tuple(clip for clip in written if clip.lyrics)
    wordless = [clip for clip in written if not clip.lyrics]

    def casting(names: tuple[str, ...]) -> bool:
        try:
            return name in cast(names, tracks)
        except UnknownSingerError as error:
            raise ProjectError(Problem(str(error), path="sections", hint=error.hint)) from error

    if not track.sings.harmony:
        own = replace_where_written(place_in_range(tune.melody, low, high, tune.guide), wordless)
        return sing(name, own, chart.sections, worded, casting)
    try:
        bounds = [section.start_beat for section in chart.sections]
        second = harmonise(tune.first, track.sings.harmony, chart.chords, low, high, chart.time_map, bounds)
    except ValueError as error:
        raise ProjectError(Problem(str(error), path=f"tracks.{name}.sings.harmony")) from error
    own = replace_where_written(second, wordless)
    return sing(name, own, chart.sections, worded, casting)


def _performed(name: str, role: str, line: Notes, syllables: tuple[Syllable, ...], chart: Chart) -> Part:
    """The part as it is played: inside the song, with groove and hands. What would ring on past the end ends there."""
    project, end_beat = chart.project, chart.sections[-1].end_beat
    line = line[line["beat"] < end_beat - 1e-6].copy()
    left = end_beat - line["beat"]
    line["length"] = np.where(line["length"] > left + 1e-6, left, line["length"])
    if role != _VOICE:
        line["lyric"] = -1
    grooved = lay_groove(line, role, project.feel, chart.time_map)
    hands = chart.chance.of("tracks", name, "humanise")
    played = humanise(grooved, role, project.feel.humanize, chart.sections, chart.time_map, hands)
    return Part(name, role, settled(played), syllables)
