"""Places in the song: they exist, follow each other, and lie before the end, as far as the bars are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from songwright.errors import Problem
from songwright.music.time import Meter
from songwright.project.advice import did_you_mean
from songwright.project.checks.song import Song
from songwright.project.origins import Path
from songwright.units import Position


def check(song: Song) -> Iterator[Problem]:
    """Key, tempo and meter changes, clips, automation, takes of single sections."""
    project = song.project
    for name, changes in (("key", project.key), ("tempo", project.tempo), ("meter", project.meter)):
        places = [change.at for change in changes]
        if places[0] != Position(1, 1.0):
            hint = 'give the first one no `at`, or `at: "1:1"`'
            yield from song.error(
                (name, 0, "at"), f"the first {name} begins at {places[0]}, not at the song's start", hint
            )
        yield from _order(song, [((name, index, "at"), place) for index, place in enumerate(places)], strict=True)
    yield from _meters(song)
    for track, strip in project.tracks.items():
        for index, clip in enumerate(strip.clips):
            yield from _place(song, ("tracks", track, "clips", index, "at"), clip.at, at_end=False)
    moved = set[str]()
    for index, lane in enumerate(project.automation):
        if lane.target in moved:
            message, hint = f"{lane.target!r} is automated twice", "write all its points in one list"
            yield from song.error(("automation", index, "target"), message, hint)
        moved.add(lane.target)
        places_of_lane = [(("automation", index, "points", at, "at"), point.at) for at, point in enumerate(lane.points)]
        yield from _order(song, places_of_lane, strict=False)
    for name in project.reroll if song.playings is not None else ():
        if name not in song.starts:
            message = f"no section of the arrangement has the id {name!r}"
            yield from song.error(("reroll", name), message, did_you_mean(name, song.starts), on_key=True)


def _order(song: Song, places: Sequence[tuple[Path, Position]], *, strict: bool) -> Iterator[Problem]:
    before: tuple[float, Position] | None = None
    for path, place in places:
        wrong = list(_place(song, path, place, at_end=True))
        yield from wrong
        beat = None if wrong else song.beat(place)
        if beat is None:
            continue
        if before and (beat < before[0] or (strict and beat == before[0])):
            yield from song.error(path, f"{place} does not come after {before[1]}", "write them in the order of time")
        before = beat, place


def _place(song: Song, path: Path, place: Position, *, at_end: bool) -> Iterator[Problem]:
    """Problems of one place; ``at_end``: whether the very end of the song is still a place."""
    if place.section is not None:
        if song.playings is None:
            return  # the genre makes the playing order; the arrangement knows the ids
        if place.section not in song.starts:
            known = did_you_mean(place.section, song.starts)
            yield from song.error(path, f"no section of the arrangement has the id {place.section!r}", known)
            return
    bar = song.bar(place)
    if bar is None:
        return
    beat = place.beat if place.section is None else place.beat + 1.0
    meter = song.time_map.meter(bar)
    if beat >= meter.numerator + 1:
        message = f"{place} is no place in bar {bar}, which is in {meter}"
        yield from song.error(path, message, f"its beats go from 1 to {meter.numerator}")
    elif song.bars is not None and (bar > song.bars + 1 or (bar == song.bars + 1 and (beat > 1 or not at_end))):
        yield from song.error(path, f"{place} lies past the end of the song", f"its last bar is {song.bars}")


def _meters(song: Song) -> Iterator[Problem]:
    for index, change in enumerate(song.project.meter):
        if change.at.beat != (1.0 if change.at.section is None else 0.0):
            hint = "a meter changes where a bar starts"
            yield from song.error(("meter", index, "at"), f"{change.at} is not the start of a bar", hint)
        try:
            Meter.parse(change.meter, change.group)
        except ValueError as error:
            yield from song.error(("meter", index, "group"), str(error), "as in `group: [2, 2, 3]` for 7/8")
