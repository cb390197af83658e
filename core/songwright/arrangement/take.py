"""Other takes of single sections: the band plays one section again, and nobody else's notes move.

A section with a seed is played anew by every player, with chance of its own. What stands around it is
what stood there before, to the last bit: the song is played through once without seeds, and

* the new take goes on from what the section before it plays in the song's own take, and the section after it
  goes on from what would have been played here (voices are led across the bar line from there);
* chords stay: they belong to the material, and the section before leads into them;
* whether a player enters, the form, and what a player does all song long (scope ``track``) stay.

What may reach over the edge is sound: a last note or an echo that rings on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from songwright.arrangement.parts import Chart, Player, by_role, play_section
from songwright.interfaces.pattern import Role
from songwright.music.form import Section
from songwright.music.notes import Notes, join, notes

_EDGE = 1e-6  # beats by which a note may miss its section through rounding


def retake(chart: Chart, players: Sequence[Player], played: Mapping[str, Notes]) -> dict[str, Notes]:
    """The players' notes with each section that has a seed played anew.

    Args:
        chart: the song; its sections say which have seeds.
        players: the band.
        played: every player's notes in the song's own take, by track.
    """
    taken = dict(played)
    for place, section in enumerate(chart.sections):
        if not section.seed:
            continue
        heard: dict[Role, Notes] = {}
        for role, ensemble in by_role(players):
            for player in ensemble:
                before = _inside(played[player.track], chart.sections[place - 1]) if place else notes()
                anew = play_section(chart, player, place, heard, before, section.roll)
                taken[player.track] = join(_outside(taken[player.track], section), anew)
            heard[role] = _inside(taken[ensemble[0].track], section)
    return taken


def _inside(all_notes: Notes, section: Section) -> Notes:
    return all_notes[_is_inside(all_notes, section)]


def _outside(all_notes: Notes, section: Section) -> Notes:
    return all_notes[~_is_inside(all_notes, section)]


def _is_inside(all_notes: Notes, section: Section) -> NDArray[np.bool_]:
    beat = all_notes["beat"]
    inside: NDArray[np.bool_] = (beat >= section.start_beat - _EDGE) & (beat < section.end_beat - _EDGE)
    return inside
