"""The built-in genres and the patterns their bands play, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright_genres.pop.answer import PopAnswer
from songwright_genres.pop.arp import PopArp
from songwright_genres.pop.bass import PopBass
from songwright_genres.pop.comp import PopComp
from songwright_genres.pop.drums import PopDrums
from songwright_genres.pop.genre import Pop
from songwright_genres.pop.melody import PopMelody
from songwright_genres.pop.pad import PopPad
from songwright_genres.pop.strum import PopStrum


@hookimpl
def songwright_genres() -> list[type]:
    """The built-in genres."""
    return [Pop]


@hookimpl
def songwright_patterns() -> list[type]:
    """The built-in patterns."""
    return [PopDrums, PopBass, PopMelody, PopComp, PopStrum, PopPad, PopArp, PopAnswer]
