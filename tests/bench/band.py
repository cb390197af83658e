"""The reference band: 180 s, 120 BPM, 90 bars of 4/4, five parts, 5,029 notes, the same for every engine.

Notes are plain tuples, patches a table: each engine's own module turns them into what it plays.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

BPM = 120
BEAT_S = 60 / BPM
BARS = 90
SECONDS = 180.0
CHORDS = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 52, 55, 59), (55, 59, 62, 65))  # Am7 Fmaj7 Cmaj7 G7
DRUMS = {"kick": 36, "snare": 38, "hat": 42}


class BandNote(NamedTuple):
    """A note: times in beats, velocity 1..127."""

    part: str
    key: int
    velocity: int
    beat: float
    length: float


class Patch(NamedTuple):
    """Two detuned saws into a low-pass: what every engine is asked to play."""

    detune_cents: float
    cutoff_hz: float
    envelope_hz: float
    q: float
    amp: tuple[float, float, float, float]  # attack s, decay s, sustain 0..1, release s
    filter: tuple[float, float, float, float]
    gain: float
    pan: float
    reverb: float


PATCHES = {
    "bass": Patch(6, 180, 1800, 2.5, (0.004, 0.12, 0.7, 0.10), (0.002, 0.18, 0.15, 0.10), 0.30, 0.0, 0.02),
    "pad": Patch(9, 400, 2200, 1.2, (0.35, 0.40, 0.8, 0.80), (0.50, 0.80, 0.5, 0.80), 0.10, -0.2, 0.35),
    "arp": Patch(5, 500, 5000, 3.0, (0.003, 0.08, 0.4, 0.15), (0.002, 0.10, 0.10, 0.15), 0.12, 0.35, 0.25),
    "lead": Patch(8, 800, 5000, 2.0, (0.008, 0.15, 0.7, 0.20), (0.004, 0.25, 0.35, 0.20), 0.16, -0.1, 0.30),
}


def notes(bars: int = BARS) -> list[BandNote]:
    """The band's notes, by time."""
    chance = random.Random(20240)
    played: list[BandNote] = []
    for bar in range(bars):
        start, chord = bar * 4.0, CHORDS[bar % 4]
        played += _drums(start)
        played += [
            BandNote("bass", chord[2 if i % 4 == 3 else 0] - 24, 85 if i % 2 else 100, start + i / 2, 0.45)
            for i in range(8)
        ]
        played += [BandNote("pad", key, 72, start, 3.92) for key in chord]
        shape = (*(key + 12 for key in (*chord, chord[2], chord[1], chord[3])), chord[0] + 24)
        played += [BandNote("arp", shape[i % 8], 88 if i % 4 == 0 else 80, start + i / 4, 0.225) for i in range(16)]
        played += _lead(start, chance)
    return sorted(played, key=lambda note: (note.beat, note.part, note.key))


def _drums(start: float) -> list[BandNote]:
    hats = [BandNote("hat", DRUMS["hat"], 70 if i % 2 else 95, start + i / 2, 0.16) for i in range(8)]
    kicks = [
        BandNote("kick", DRUMS["kick"], 115 if i in (0, 8) else 85, start + i / 4, 0.6) for i in (0, 3, 4, 6, 8, 11)
    ]
    snares = [
        BandNote("snare", DRUMS["snare"], 110 if i in (4, 12) else 60, start + i / 4, 0.44) for i in (4, 7, 12, 15)
    ]
    return [*hats, *kicks, *snares]


def _lead(start: float, chance: random.Random) -> list[BandNote]:
    scale = (69, 71, 72, 74, 76, 77, 79, 81)
    step, played = chance.randrange(8), []
    for i in range(8):
        step = max(0, min(7, step + chance.choice((-2, -1, -1, 0, 1, 1, 2))))
        beat = start + i / 2
        if chance.random() < 0.25:
            played.append(BandNote("lead", scale[step], 96, beat, 0.225))
            played.append(BandNote("lead", scale[max(0, step - 1)], 88, beat + 0.25, 0.225))
        else:
            played.append(BandNote("lead", scale[step], 100, beat, 0.45))
    return played


def write_midi(played: list[BandNote], path: Path, parts: tuple[str, ...] | None = None) -> None:
    """Write the notes (of some parts) as a type 1 MIDI file, drums on channel 10."""
    import mido

    programs = {"bass": (0, 38), "pad": (1, 89), "arp": (2, 81), "lead": (3, 80), "drums": (9, 0)}
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=round(BEAT_S * 1e6))]))
    for name, (channel, program) in programs.items():
        if parts is not None and name not in parts:
            continue
        events = []
        for note in played:
            if ("drums" if note.part in DRUMS else note.part) == name:
                events.append((round(note.beat * 480), 1, note.key, note.velocity))
                events.append((round((note.beat + note.length) * 480), 0, note.key, 0))
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
        last = 0
        for tick, on, key, velocity in sorted(events):
            kind = "note_on" if on else "note_off"
            track.append(mido.Message(kind, channel=channel, note=key, velocity=velocity, time=tick - last))
            last = tick
        file.tracks.append(track)
    file.save(path)
