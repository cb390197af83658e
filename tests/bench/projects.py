"""Songs of any size: so many tracks, so many minutes, every track with an instrument, a pattern, effects and a send.

The first eight tracks are the band of the genre; from the ninth on the same players come again under other
names with other instruments, so that the work a track makes does not depend on how many there are.
"""

from __future__ import annotations

from pathlib import Path

BPM = 120
BARS_A_SECTION = 8
SECONDS_A_SECTION = BARS_A_SECTION * 4 * 60 / BPM

#: Name, instrument, pattern, effects: what the tracks are, again and again.
PLAYERS = (
    ("drums", "acoustic-kit", "pop-drums", "{use: compressor, threshold: -14 dB, ratio: 3}"),
    ("bass", "finger-bass", "pop-bass", "{use: eq, low_cut: 32 Hz}"),
    ("keys", "electric-piano", "pop-comp", "{use: chorus}"),
    ("guitar", "plucked-string", "pop-strum", "{use: eq, low_cut: 120 Hz}"),
    ("pad", "warm-pad", "pop-pad", "{use: eq, low_cut: 180 Hz}"),
    ("arp", "pluck-synth", "pop-arp", "{use: delay, time: 1/8., feedback: 35 %, mix: 20 %}"),
    ("answer", "bell", "pop-answer", "{use: eq, low_cut: 300 Hz}"),
    ("melody", "saw-lead", "pop-melody", "{use: compressor, threshold: -18 dB, ratio: 2}"),
)
#: What the players of the later rounds hold in their hands.
OTHERS = ("electro-kit", "synth-bass", "piano", "organ", "string-pad", "fm-bass", "soft-lead", "pluck-synth")


def write(folder: Path, *, tracks: int = 16, minutes: float = 10.0, name: str = "big") -> Path:
    """Write a song of ``tracks`` tracks, ``minutes`` long to the nearest 16 seconds. Returns the project's path."""
    sections = max(1, round(minutes * 60 / SECONDS_A_SECTION))
    order = [("verse", "lift", "chorus", "chorus")[i % 4] for i in range(sections)]
    played = "".join(_track(number) for number in range(tracks))
    absent = "".join(f"  {one[0]}: null\n" for one in PLAYERS[tracks:])
    path = folder / f"{name}.yaml"
    path.write_text(
        f"""songwright: 1
title: {name}
genre: pop
key: D major
tempo: {BPM}
meter: 4/4
sections:
  verse: {{bars: {BARS_A_SECTION}, energy: 0.6, chords: "| I | I | vi | IV | I | I/3 | ii | V |"}}
  lift: {{bars: {BARS_A_SECTION}, energy: 0.75, chords: "| vi | IV | ii | V | vi | IV | ii | V7 |"}}
  chorus: {{bars: {BARS_A_SECTION}, energy: 0.95, chords: "| I | V | vi | IV | I | V | vi | IV |"}}
arrangement: [{", ".join(order)}]
tracks:
{played}{absent}\
render: {{mix: {{loudness: -14 LUFS, true_peak: -1 dBTP, formats: [wav]}}, stems: {{format: wav}}}}
"""
    )
    return path


def _track(number: int) -> str:
    again, player = divmod(number, len(PLAYERS))
    name, instrument, pattern, effect = PLAYERS[player]
    if again:
        name, instrument = f"{name}-{again + 1}", OTHERS[player] if again % 2 else instrument
    pan = (number * 37) % 121 - 60
    return (
        f"  {name}: {{instrument: {instrument}, pattern: {pattern}, gain: -18 dB, pan: {pan} %, "
        f"effects: [{effect}], sends: [{{to: hall, level: -14 dB}}]}}\n"
    )
