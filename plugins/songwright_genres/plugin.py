"""The built-in genres and the patterns their bands play, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_genres() -> dict[str, str]:
    """The built-in genres."""
    return {
        "pop": "songwright_genres.pop.genre:Pop",
    }


@hookimpl
def songwright_patterns() -> dict[str, str]:
    """The built-in patterns."""
    return {
        "pop-drums": "songwright_genres.pop.drums:PopDrums",
        "pop-bass": "songwright_genres.pop.bass:PopBass",
        "pop-melody": "songwright_genres.pop.melody:PopMelody",
        "pop-comp": "songwright_genres.pop.comp:PopComp",
        "pop-strum": "songwright_genres.pop.strum:PopStrum",
        "pop-pad": "songwright_genres.pop.pad:PopPad",
        "pop-arp": "songwright_genres.pop.arp:PopArp",
        "pop-answer": "songwright_genres.pop.answer:PopAnswer",
    }
