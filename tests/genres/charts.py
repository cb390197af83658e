"""Charts for the pop band to read: whole songs on paper, without projects, plugins or audio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from songwright.arrangement.model import Arrangement, Part
from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.music.chord import parse_chord, parse_progression
from songwright.music.form import ChordSpan, Section
from songwright.music.notes import Notes, join, notes
from songwright.music.pitch import Key
from songwright.music.random import Chance
from songwright.music.time import Meter, TimeMap
from songwright_genres.pop.form import forms
from songwright_genres.pop.genre import Pop
from songwright_genres.pop.harmony import kin, write

ROLES = list(Role)
TEMPI = (82.0, 98.0, 112.0, 118.0, 130.0, 150.0)


@dataclass(frozen=True)
class Song:
    sections: tuple[Section, ...]
    chords: tuple[ChordSpan, ...]
    time_map: TimeMap
    parts: Mapping[str, tuple[Notes, ...]]  # track → notes of each section

    def arrangement(self, roles: Mapping[str, Role]) -> Arrangement:
        parts = {track: Part(track, roles[track], join(*played)) for track, played in self.parts.items()}
        return Arrangement(None, self.time_map, self.sections, self.chords, parts)  # type: ignore[arg-type]


def play(
    seed: int,
    band: Mapping[str, tuple[Pattern, tuple[int, int]]],
    *,
    key: str = "C major",
    form: int | None = None,
    mood: str = "bright",
    meter: str = "4/4",
    group: tuple[int, ...] | None = None,
    tempo: float | None = None,
    lyrics: Callable[[Section], tuple[tuple[bool, ...], ...]] | None = None,
    change: Callable[[Section], Section] | None = None,
    entries: bool = False,
) -> Song:
    """A song of the pop genre: its form, its chords, and the band's parts, role after role.

    With ``entries`` tracks rest where the genre says so.
    """
    home, written = Key.parse(key), forms(None)
    time_map = TimeMap.constant(tempo or TEMPI[seed % len(TEMPI)], Meter.parse(meter, group))
    sections = _sections(written[(seed if form is None else form) % len(written)].sections, home, time_map)
    sections = tuple(change(section) if change else section for section in sections)
    chance = Chance(seed)
    chords = tuple(span for section in sections for span in _chords(section, chance, time_map))
    parts: dict[str, list[Notes]] = {track: [] for track in band}
    occurrences: Counter[str] = Counter()
    for place, section in enumerate(sections):
        heard: dict[Role, Notes] = {}
        for track, (pattern, midi_range) in sorted(band.items(), key=lambda one: ROLES.index(one[1][0].role)):
            context = PartContext(
                section=section,
                previous=sections[place - 1] if place else None,
                following=sections[place + 1] if place + 1 < len(sections) else None,
                occurrence=occurrences[section.use],
                chords=tuple(one for one in chords if section.start_beat <= one.start_beat < section.end_beat),
                next_chord=next((one for one in chords if one.start_beat >= section.end_beat), None),
                time_map=time_map,
                midi_range=midi_range,
                heard=dict(heard),
                before=parts[track][-1] if parts[track] else notes(),
                mood=mood,
                chance=chance.of("tracks", track),
                lyric_lines=lyrics(section) if lyrics else (),
            )
            silent = entries and not Pop().enters(track, section.use, occurrences[section.use], section.energy)
            played = notes() if silent else pattern.play(context)
            parts[track].append(played)
            heard.setdefault(pattern.role, played)
        occurrences[section.use] += 1
    return Song(sections, chords, time_map, {track: tuple(played) for track, played in parts.items()})


def _sections(forms_sections: tuple, home: Key, time_map: TimeMap) -> list[Section]:
    sections, bar = [], 1
    for place, one in enumerate(forms_sections):
        bars = one.bars[0]
        start, end = time_map.bar_start(bar), time_map.bar_start(bar + bars)
        sections.append(Section(f"{one.use}-{place}", one.use, bar, bars, start, end, one.energy, home))
        bar += bars
    return sections


def _chords(section: Section, chance: Chance, time_map: TimeMap) -> list[ChordSpan]:
    spans, meter = [], time_map.meter(section.bar)
    text = write(section.use, section.bars, section.key.minor, chance.rng("chords", kin(section.use)))
    moved = section.key.transpose(section.transpose_semitones)
    starts, at = {}, Fraction(0)
    for share, name in parse_progression(text, section.key, 1):
        starts[section.start_beat + at // 1 * meter.beats + meter.nearest_accent(at % 1)] = name
        at += share
    for (start, name), end in zip(starts.items(), [*list(starts)[1:], section.end_beat], strict=True):
        chord = parse_chord(name, section.key)
        if section.transpose_semitones:
            chord = chord.transpose(section.transpose_semitones, moved)
        spans.append(ChordSpan(start, end, chord, name, moved))
    return spans
