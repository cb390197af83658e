"""Render the band with DawDreamer's Faust processors: ``peer_dawdreamer.py FOLDER`` leaves dawdreamer.wav."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import dawdreamer  # type: ignore[import-not-found]
import soundfile

RATE, SECONDS, BEAT_S = 44100, 182.0, 0.5

DRUMS = """
import("stdfaust.lib");
freq = hslider("freq", 65, 20, 20000, 0.01);
gain = hslider("gain", 0.5, 0, 1, 0.01);
gate = button("gate");
env(t) = en.ar(0.001, t, gate);
kick = os.osc(45 + 135 * en.ar(0.001, 0.05, gate)) * env(0.35) * (freq < 70);
snare = (fi.svf.bp(2500, 0.8, no.noise) + 0.4 * os.osc(190)) * env(0.25) * 0.6 * (freq >= 70) * (freq < 80);
hat = fi.svf.hp(7500, 0.7, no.noise) * env(0.08) * 0.2 * (freq >= 80);
process = (kick + snare + hat) * gain <: _, _;
"""


def tone(patch: list[Any]) -> str:
    """Two saws and a low-pass with ADSRs, in Faust."""
    detune, cutoff, envelope_hz, q, amp, cut, gain, pan, _ = patch
    ratio = 2 ** (detune / 2400)
    return f"""
import("stdfaust.lib");
freq = hslider("freq", 440, 20, 20000, 0.01);
gain = hslider("gain", 0.5, 0, 1, 0.01);
gate = button("gate");
saws = (os.sawtooth(freq * {ratio}) + os.sawtooth(freq / {ratio})) * 0.5;
corner = {cutoff} + {envelope_hz} * en.adsr({cut[0]}, {cut[1]}, {cut[2]}, {cut[3]}, gate);
voice = fi.svf.lp(corner, {q}, saws) * en.adsr({amp[0]}, {amp[1]}, {amp[2]}, {amp[3]}, gate);
process = voice * gain * {2 * gain} <: *({0.5 * (1 - pan)}), *({0.5 * (1 + pan)});
"""


MASTER = """
import("stdfaust.lib");
wet = _, _ : + : *(0.2) <: re.mono_freeverb(0.85, 0.5, 0.2, 0), re.mono_freeverb(0.85, 0.5, 0.2, 23);
process = _, _ <: (_, _), wet :> co.compressor_stereo(3, -12, 0.005, 0.1) : *(0.8), *(0.8);
"""


def main(folder: Path) -> None:
    """Render."""
    song = json.loads((folder / "band.json").read_text())
    engine = dawdreamer.RenderEngine(RATE, 512)
    graph = []
    for part, source, voices in (
        *((name, tone(patch), 16) for name, patch in song["patches"].items()),
        ("drums", DRUMS, 8),
    ):
        processor = engine.make_faust_processor(part)
        processor.num_voices = voices
        processor.set_dsp_string(source)
        processor.load_midi(str(folder / f"{part}.mid"), clear_previous=True, beats=False, all_events=True)
        graph.append((processor, []))
    mix = engine.make_add_processor("sum", [1.0] * len(graph))
    graph.append((mix, [processor.get_name() for processor, _ in graph]))
    master = engine.make_faust_processor("master")
    master.set_dsp_string(MASTER)
    graph.append((master, ["sum"]))
    engine.load_graph(graph)
    engine.render(SECONDS)
    soundfile.write(folder / "dawdreamer.wav", engine.get_audio().T, RATE, subtype="PCM_16")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
