"""The grooves there are, as a table: where off-beats fall, who leans behind the beat, what is accented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Groove:
    """One groove. Times in ms late (negative: early), by role or drum voice; accents by sixteenth of a beat."""

    name: str
    about: str
    pair_beats: float = 1.0  # the two notes that swing share this: 1 for eighths, 0.5 for sixteenths
    swing_percent: float = 50.0  # where the second of them falls; 0: by tempo, from SWING_BY_TEMPO
    late_ms: Mapping[str, float] = field(default_factory=dict)
    accents: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # velocity added on each sixteenth


#: Tempo (BPM) → place of the swung eighth: ratios 2.0, 1.9, 1.5 and 1.2 of ride cymbals in the Groove MIDI
#: Dataset (Gillick et al. 2019), which straighten as the tempo rises.
SWING_BY_TEMPO = ((60.0, 66.7), (130.0, 66.7), (180.0, 65.5), (240.0, 60.0), (290.0, 54.5))

GROOVES: Mapping[str, Groove] = {
    groove.name: groove
    for groove in (
        Groove("straight", "even, on the beat"),
        Groove("swing-8", "swung eighths, by tempo: two to one up to 160 BPM, straighter above", swing_percent=0.0),
        Groove("swing-16", "swung sixteenths", pair_beats=0.5, swing_percent=58.0),
        Groove("shuffle", "triplet eighths throughout", swing_percent=66.7, accents=(0.02, 0.0, -0.04, 0.0)),
        Groove(
            "laid-back",
            "snare and chords behind the beat",
            late_ms={"snare": 12.0, "bass": 8.0, "comp": 10.0, "melody": 14.0, "arp": 6.0},
        ),
        Groove(
            "push",
            "ahead of the beat, off-beats accented",
            late_ms={"snare": -5.0, "cymbal": -4.0, "bass": -5.0, "comp": -7.0, "melody": -4.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
        Groove(
            "drunken",
            "sixteenths swung a little, the kick early and the snare late",
            pair_beats=0.5,
            swing_percent=56.0,
            late_ms={"kick": -6.0, "snare": 16.0, "bass": 12.0, "comp": 8.0},
        ),
        Groove(
            "one-drop",
            "reggae: bass and chords sit back, the off-beat speaks",
            swing_percent=53.0,
            late_ms={"bass": 10.0, "comp": 3.0, "snare": 6.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
        Groove(
            "train",
            "country train beat: driving, backbeat eighths a hair early",
            late_ms={"snare": -4.0, "bass": -2.0},
            accents=(0.0, 0.0, 0.03, 0.0),
        ),
    )
}
