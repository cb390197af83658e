"""The pop drummer."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from songwright.interfaces.pattern import PartContext, Pattern, Role
from songwright.knobs import Params, knob
from songwright.music.notes import Articulation, Notes, notes
from songwright_genres.bar import STEP, Bar, bars, is_ending
from songwright_genres.drum import DRUMS, PULSE, Hits
from songwright_genres.pop import fill as fills
from songwright_genres.pop.groove import Groove, settle, shape, vary

_REPEATS = 3  # a bar is never played more often than this in a row
_DRIFT = 0.6  # lag-1 correlation of a hand's loudness


class PopDrumsParams(Params):
    """The drummer's manners."""

    variation: float = knob(35.0, 0.0, 100.0, "%", "how often a bar differs from the groove")
    ghosts: float = knob(30.0, 0.0, 100.0, "%", "ghost notes on the snare; they grow with the energy")
    fills: float = knob(100.0, 0.0, 100.0, "%", "how many of the places for a fill are used")


class PopDrums(Pattern):
    """Pop grooves in any meter, by energy, with ghost notes, fills that grow with what follows, crashes and builds."""

    Params = PopDrumsParams
    name = "pop-drums"
    role = Role.DRUMS

    def play(self, context: PartContext) -> Notes:
        """Groove, liberties, fills; a thin pick-up in a soft intro; one stroke in the song's last bar."""
        counted = bars(context)
        grooves = {feet: settle(context, feet) for feet in {bar.feet for bar in counted}}
        played: list[Hits] = []
        last_fill = -1
        for bar in counted:
            rng = context.rng(f"bar {bar.index}")
            hits = self._bar(context, grooves[bar.feet], bar, played, rng)
            beats = fills.beats_to_fill(context, bar, rng) if rng.random() < self.params.fills / 100 else 0
            if is_ending(context) and bar.left == 0:
                hits = {(0, "kick"): 0.85, (0, "crash"): 0.5 + 0.4 * context.section.energy}
            elif self._stops(context, bar, rng):
                hits = fills.stop(bar, rng)
            elif beats and not self._builds(context, bar):
                hits, last_fill = fills.fill(hits, bar, beats, context.section.energy < 0.4, rng, last_fill)
            played.append(hits)
        self._crash(context, played)
        return _notes(context, counted, played)

    def _bar(
        self, context: PartContext, groove: Groove, bar: Bar, played: list[Hits], rng: np.random.Generator
    ) -> Hits:
        if _is_pickup(context):
            return _thin(groove, bar, context)
        if self._builds(context, bar):
            return fills.build(bar, 2, int(context.rng("build", "material").integers(3)))
        energy = context.section.energy
        ghosts = self.params.ghosts / 100 * (0.4 + energy)
        amount = self.params.variation / 100 * (1.5 if bar.index % 4 == 3 else 0.7)
        hits = vary(groove.bar(bar), bar, amount, ghosts if energy > 0.35 else 0.0, rng)
        for _ in range(8):
            if len(played) < _REPEATS or any(shape(hits) != shape(other) for other in played[-_REPEATS:]):
                break
            hits = vary(hits, bar, 1.0, max(ghosts, 0.2), rng)
        return hits

    def _builds(self, context: PartContext, bar: Bar) -> bool:
        """Whether the bar belongs to the build of two bars that leads into something much bigger."""
        following, section = context.following, context.section
        return (
            following is not None
            and section.bars >= 4
            and bar.left < 2
            and section.fill != "none"
            and following.energy - section.energy > 0.12
            and section.energy >= 0.5
            and context.rng("whether to build", "material").random() < 0.55
        )

    def _stops(self, context: PartContext, bar: Bar, rng: np.random.Generator) -> bool:
        following, section = context.following, context.section
        if bar.left > 0 or following is None or section.fill == "none" or _is_pickup(context):
            return False
        return following.energy > 0.7 and section.energy > 0.4 and bool(rng.random() < 0.12)

    def _crash(self, context: PartContext, played: list[Hits]) -> None:
        section, previous = context.section, context.previous
        if _is_pickup(context) or (is_ending(context) and len(played) == 1):
            return
        arrives = previous is not None and (section.energy > 0.5 or previous.energy > 0.6)
        if arrives:
            played[0] = fills.crash(played[0], 0.55 + 0.4 * section.energy, "crash")
        rng = context.rng("crashes")
        for index in range(4, len(played) - 1, 4):
            if rng.random() < (section.energy - 0.45) * (1.2 if index % 8 == 0 else 0.7):
                cymbal = "crash_2" if index % 8 else "crash"
                played[index] = fills.crash(played[index], 0.4 + 0.4 * section.energy, cymbal)


def _is_pickup(context: PartContext) -> bool:
    """Whether this is a soft opening, where the drummer only comes in towards the end."""
    return context.previous is None and context.section.energy < 0.5


def _thin(groove: Groove, bar: Bar, context: PartContext) -> Hits:
    """The pulse alone in the second half of a soft opening (or nothing, as this drummer likes it)."""
    late = bar.index >= context.section.bars // 2
    if not late or context.rng("opening", "track").random() < 0.3:
        return {}
    return {place: hit * 0.8 for place, hit in groove.bar(bar).items() if place[1] in PULSE - {"open"}}


def _notes(context: PartContext, counted: tuple[Bar, ...], played: list[Hits]) -> Notes:
    """Hits as notes: the section's dynamics, and hands whose loudness drifts instead of jumping."""
    rng = context.rng("hands")
    level = 0.74 + 0.30 * context.section.energy
    rows = []
    drift = {"pulse": 0.0, "drum": 0.0}
    for bar, hits in zip(counted, played, strict=True):
        for (step, voice), velocity in sorted(hits.items()):
            hand = "pulse" if voice in PULSE else "drum"
            drift[hand] = _DRIFT * drift[hand] + float(rng.normal(0.0, 0.04 if hand == "pulse" else 0.02))
            struck = min(max(float(velocity * level + drift[hand] * velocity), 0.05), 1.0)
            rows.append((bar.start + step * STEP, STEP, DRUMS[voice], struck, _articulation(velocity)))
    return _choked(notes(rows))


def _choked(played: Notes) -> Notes:
    """An open hat sounds until the foot closes it: at the next hat, at most a bar later."""
    hats = np.flatnonzero(np.isin(played["pitch"], [DRUMS["hat"], DRUMS["pedal"], DRUMS["open"]]))
    for here, after in pairwise(hats):
        if played["pitch"][here] == DRUMS["open"]:
            played["length"][here] = min(4.0, max(STEP, played["beat"][after] - played["beat"][here]))
    return played


def _articulation(velocity: float) -> Articulation:
    if velocity < 0.35:
        return Articulation.GHOST
    return Articulation.ACCENT if velocity > 0.85 else Articulation.NORMAL
