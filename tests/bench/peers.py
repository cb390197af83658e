"""The band as the peers play it: what each is asked to render, and the command that renders it.

``prepare`` makes a peer's input once (score, orchestra, MIDI); only the command is timed, as a whole
process that leaves a 16-bit WAV. Every patch is the same sum of two detuned saws through a resonant
low-pass with its own envelope, drums are synthesised, except for FluidSynth, whose sounds are samples.
Peers are separate programs, some of them GPL: they are called, never linked or shipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import band

RATE = 44100
SOUNDFONTS = (Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"), Path("/usr/share/sounds/sf2/default-GM.sf2"))


@dataclass(frozen=True)
class Peer:
    """One program to compare with. ``command(folder)`` is what is timed."""

    name: str
    found: Callable[[], bool]
    prepare: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    version: Callable[[], str]


def _scsynth_prepare(folder: Path) -> None:
    """Write a non-real-time score with supriya (which compiles the SynthDefs) in the peers' own environment."""
    (folder / "band.json").write_text(json.dumps({"notes": band.notes(), "patches": band.PATCHES}))
    script = Path(__file__).with_name("peer_scsynth.py")
    subprocess.run([peer_python(), str(script), str(folder / "band.json"), str(folder / "band.osc")], check=True)


def _scsynth(folder: Path) -> list[str]:
    score, wav = str(folder / "band.osc"), str(folder / "scsynth.wav")
    return ["scsynth", "-N", score, "_", wav, str(RATE), "WAV", "int16", "-o", "2", "-i", "0", "-m", "65536", "-D", "0"]


def _csound_prepare(folder: Path) -> None:
    (folder / "band.csd").write_text("".join(_csound_document()))


def _csound_document() -> Iterator[str]:
    yield "<CsoundSynthesizer>\n<CsOptions>\n-d -m0\n</CsOptions>\n<CsInstruments>\n"
    yield f"sr={RATE}\nksmps=64\nnchnls=2\n0dbfs=1\ngaL init 0\ngaR init 0\ngaW init 0\n"
    for number, patch in enumerate(band.PATCHES.values(), start=1):
        yield _csound_instrument(number, patch)
    yield _CSOUND_DRUMS_AND_MIX
    yield "</CsInstruments>\n<CsScore>\n"
    drums = {"kick": 11, "snare": 12, "hat": 13}
    numbers = {name: number for number, name in enumerate(band.PATCHES, start=1)}
    for note in band.notes():
        number = drums.get(note.part) or numbers[note.part]
        length = 0.3 if note.part in drums else note.length * band.BEAT_S
        hz = 440 * 2 ** ((note.key - 69) / 12)
        yield f"i{number} {note.beat * band.BEAT_S:.6f} {length:.6f} {hz:.4f} {note.velocity / 127:.4f}\n"
    yield f"i99 0 {band.SECONDS + 2}\ne\n</CsScore>\n</CsoundSynthesizer>\n"


def _csound_instrument(number: int, patch: band.Patch) -> str:
    ratio = 2 ** (patch.detune_cents / 2400)
    amp = ",".join(map(str, patch.amp))
    cutoff = ",".join(map(str, patch.filter))
    left, right = 0.5 * (1 - patch.pan), 0.5 * (1 + patch.pan)
    return (
        f"instr {number}\naamp madsr {amp}\nkcut madsr {cutoff}\n"
        f"aone vco2 1, p4*{ratio}\natwo vco2 1, p4/{ratio}\n"
        f"asig zdf_2pole (aone+atwo)*0.5, {patch.cutoff_hz}+{patch.envelope_hz}*kcut, {patch.q}\n"
        f"asig = asig*aamp*p5*{2 * patch.gain}\n"
        f"gaL += asig*{left}\ngaR += asig*{right}\ngaW += asig*{patch.reverb}\nendin\n"
    )


_CSOUND_DRUMS_AND_MIX = """
instr 11
aenv expseg 1, 0.3, 0.001
kf expseg 180, 0.05, 45, 0.25, 45
asig oscili aenv*p5*0.8, kf
gaL += asig
gaR += asig
endin
instr 12
aenv expseg 1, 0.25, 0.001
an rand 0.6
an zdf_2pole an, 2500, 0.8, 2
at oscili 0.24, 190
asig = (an+at)*aenv*p5
gaL += asig
gaR += asig
endin
instr 13
aenv expseg 1, 0.08, 0.001
an rand 0.3
an zdf_2pole an, 7500, 0.7, 1
gaL += an*aenv*p5*0.8
gaR += an*aenv*p5
endin
instr 99
awl, awr freeverb gaW, gaW, 0.85, 0.2
al compress2 gaL+awl, gaL+awl, -90, -12, -12, 3, 0.005, 0.1, 0.001
ar compress2 gaR+awr, gaR+awr, -90, -12, -12, 3, 0.005, 0.1, 0.001
outs al*0.8, ar*0.8
clear gaL, gaR, gaW
endin
"""


def _csound(folder: Path) -> list[str]:
    return ["csound", "-W", "-s", "-o", str(folder / "csound.wav"), str(folder / "band.csd")]


def _midi_prepare(folder: Path) -> None:
    band.write_midi(band.notes(), folder / "band.mid")


def _fluidsynth(folder: Path) -> list[str]:
    font = next(str(path) for path in SOUNDFONTS if path.exists())
    wav, midi = str(folder / "fluidsynth.wav"), str(folder / "band.mid")
    return ["fluidsynth", "-ni", "-q", "-r", str(RATE), "-O", "s16", "-T", "wav", "-F", wav, font, midi]


def _dawdreamer_prepare(folder: Path) -> None:
    for part in (*band.PATCHES, "drums"):
        band.write_midi(band.notes(), folder / f"{part}.mid", (part,))
    (folder / "band.json").write_text(json.dumps({"notes": band.notes(), "patches": band.PATCHES}))


def _dawdreamer(folder: Path) -> list[str]:
    return [peer_python(), str(Path(__file__).with_name("peer_dawdreamer.py")), str(folder)]


def peer_python() -> str:
    """The Python of the environment that ``make bench-peers`` made, else this one."""
    own = Path(__file__).parents[2] / ".venv-peers" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def imports(module: str) -> bool:
    """Whether the peers' Python can import it."""
    return subprocess.run([peer_python(), "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def peer_version(distribution: str) -> str:
    """The version of a distribution in the peers' environment."""
    return _said([peer_python(), "-c", f"import importlib.metadata as m; print(m.version({distribution!r}))"], r"(\S+)")


def _said(command: list[str], pattern: str) -> str:
    """What a program says of its version."""
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(pattern, said.stdout + said.stderr)
    return found[1] if found else ""


PEERS = (
    Peer(
        "SuperCollider",
        lambda: bool(shutil.which("scsynth")) and imports("supriya"),
        _scsynth_prepare,
        _scsynth,
        lambda: _said(["scsynth", "-v"], r"scsynth (\S+)"),
    ),
    Peer(
        "Csound",
        lambda: bool(shutil.which("csound")),
        _csound_prepare,
        _csound,
        lambda: _said(["csound", "--version"], r"version (\d[\d.]*)"),
    ),
    Peer(
        "FluidSynth",
        lambda: bool(shutil.which("fluidsynth")) and any(path.exists() for path in SOUNDFONTS),
        _midi_prepare,
        _fluidsynth,
        lambda: _said(["fluidsynth", "--version"], r"version (\d[\d.]*)"),
    ),
    Peer(
        "DawDreamer",
        lambda: imports("dawdreamer"),
        _dawdreamer_prepare,
        _dawdreamer,
        lambda: peer_version("dawdreamer"),
    ),
)
