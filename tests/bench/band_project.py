"""The reference band as a Songwright project: the same notes from MIDI files, the same patches.

Beside peers it plays their patches exactly (:mod:`bench.two_saws`), elsewhere ``synth-bass``, an
instrument that anybody has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import band, two_saws
from bench.record import FRESH, songwright

#: Tracks that the genre would add: the band brings its own.
GENRE_TRACKS = ("drums", "bass", "keys", "guitar", "pad", "arp", "answer", "melody")


def synth_bass(_part: str, patch: band.Patch) -> str:
    """The instrument of a track, in YAML: a patch in the knobs of the built-in synthesiser."""
    attack, decay, sustain, release = patch.amp
    return (
        f"use: synth-bass, cutoff: {patch.cutoff_hz} Hz, resonance: {min(100, patch.q * 15)} %, "
        f"attack: {attack * 1000:g} ms, decay: {decay * 1000:g} ms, sustain: {sustain * 100:g} %, "
        f"release: {release * 1000:g} ms, detune: {patch.detune_cents} cents"
    )


def write(
    folder: Path,
    played: list[band.BandNote] | None = None,
    instrument: Callable[[str, band.Patch], str] = synth_bass,
) -> Path:
    """Write the project and its MIDI files, with the band's notes or with others. Returns the project's path."""
    played = band.notes() if played is None else played
    for part in (*band.PATCHES, "drums"):
        band.write_midi(played, folder / f"{part}.mid", (part,))
    project = folder / "band.yaml"
    tracks = "".join(_track(name, patch, instrument(name, patch)) for name, patch in band.PATCHES.items())
    project.write_text(_document(tracks))
    return project


def command(project: Path, out: Path) -> Sequence[str]:
    """The command that renders it, in the environment of this Python."""
    return songwright("render", project, "-o", out, "--bit-depth", "16", "--quiet", *FRESH)


def beside_peers(folder: Path) -> Callable[[Path], Sequence[str]]:
    """Write the project with the peers' own patches. Returns what gives the command for a folder to write to."""
    project = write(folder, instrument=two_saws.knobs)
    path = os.pathsep.join((two_saws.install(folder), os.environ.get("PYTHONPATH", "")))
    return lambda out: ["env", f"PYTHONPATH={path}", *command(project, out)]


def _document(tracks: str) -> str:
    own = {*band.PATCHES, "drums"}
    removed = "".join(f"  {name}: null\n" for name in GENRE_TRACKS if name not in own)
    return f"""songwright: 1
title: Reference Band
genre: pop
key: A minor
tempo: {band.BPM}
meter: 4/4
feel: {{groove: straight, swing: 50 %, humanize: {{timing: 0 ms, velocity: 0}}}}
sections: {{all: {{bars: {band.BARS}, chords: "| Am7 | Fmaj7 | Cmaj7 | G7 |"}}}}
arrangement: [all]
tracks:
{removed}  drums:
    {{instrument: electro-kit, pattern: null, midi: drums.mid, effects: [],
      sends: [{{to: room, level: -22 dB}}], to: master}}
{tracks}buses:
  room: {{role: return, effects: [{{use: reverb, decay: 1.5 s, predelay: 0 ms}}], to: master}}
master: {{effects: [compressor, limiter]}}
render: {{mix: {{loudness: -14 LUFS, true_peak: -1 dBTP, formats: [wav]}}, stems: {{format: wav}}, midi: false}}
"""


def _track(name: str, patch: band.Patch, instrument: str) -> str:
    effects = "[{use: delay, time: 3/16, feedback: 45 %, mix: 25 %}]" if name == "lead" else "[]"
    send = -20 if patch.reverb < 0.1 else -9
    return (
        f"  {name}: {{instrument: {{{instrument}}}, pattern: null, midi: {name}.mid, effects: {effects}, "
        f"pan: {patch.pan * 100:g} %, sends: [{{to: room, level: {send} dB}}], to: master}}\n"
    )
