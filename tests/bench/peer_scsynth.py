"""Write the band as a non-real-time score for scsynth: ``peer_scsynth.py band.json band.osc``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from supriya import AddAction, Envelope, Score, SynthDefBuilder  # type: ignore[import-not-found]
from supriya.ugens import (  # type: ignore[import-not-found]
    BPF,
    HPF,
    RLPF,
    Compander,
    EnvGen,
    FreeVerb,
    In,
    Out,
    Pan2,
    ReplaceOut,
    Saw,
    SinOsc,
    WhiteNoise,
    XLine,
)

BEAT_S = 0.5


def tone(name: str, patch: list[Any]) -> Any:
    """Two saws and a low-pass with ADSRs."""
    detune, cutoff, envelope_hz, q, amp, cut, gain, pan, reverb = patch
    ratio = 2 ** (detune / 2400)
    with SynthDefBuilder(hz=440, level=1, gate=1) as builder:
        shape = EnvGen.kr(envelope=Envelope.adsr(*amp, curve=0), gate=builder["gate"], done_action=2)
        corner = EnvGen.kr(envelope=Envelope.adsr(*cut, curve=0), gate=builder["gate"])
        saws = Saw.ar(frequency=[builder["hz"] * ratio, builder["hz"] / ratio])
        mono = RLPF.ar(source=(saws[0] + saws[1]) * 0.5, frequency=cutoff + envelope_hz * corner, reciprocal_of_q=1 / q)
        mono = mono * shape * builder["level"] * gain * 2
        Out.ar(bus=0, source=Pan2.ar(source=mono, position=pan))
        Out.ar(bus=4, source=mono * reverb)
    return builder.build(name)


def drums() -> list[Any]:
    """Kick, snare and hat from a swept sine and filtered noise."""
    made = []
    with SynthDefBuilder(level=1) as builder:
        sound = SinOsc.ar(frequency=XLine.kr(start=180, stop=45, duration=0.05)) * XLine.kr(
            start=1, stop=0.001, duration=0.35, done_action=2
        )
        Out.ar(bus=0, source=[sound * builder["level"] * 0.8] * 2)
    made.append(builder.build("kick"))
    with SynthDefBuilder(level=1) as builder:
        sound = BPF.ar(source=WhiteNoise.ar(), frequency=2500, reciprocal_of_q=1.2) + SinOsc.ar(frequency=190) * 0.4
        sound = sound * XLine.kr(start=1, stop=0.001, duration=0.25, done_action=2)
        Out.ar(bus=0, source=[sound * builder["level"] * 0.6] * 2)
    made.append(builder.build("snare"))
    with SynthDefBuilder(level=1) as builder:
        sound = HPF.ar(source=WhiteNoise.ar(), frequency=7500) * XLine.kr(
            start=1, stop=0.001, duration=0.08, done_action=2
        )
        Out.ar(bus=0, source=[sound * builder["level"] * 0.2] * 2)
    made.append(builder.build("hat"))
    with SynthDefBuilder() as builder:
        wet = FreeVerb.ar(source=In.ar(bus=4), mix=1, room_size=0.85, damping=0.2)
        mix = [In.ar(bus=0) + wet, In.ar(bus=1) + wet]
        squeezed = [
            Compander.ar(source=side, control=side, threshold=0.25, slope_above=1 / 3, clamp_time=0.005, relax_time=0.1)
            for side in mix
        ]
        ReplaceOut.ar(bus=0, source=[side * 0.8 for side in squeezed])
    made.append(builder.build("mix"))
    return made


def main(source: str, target: str) -> None:
    """Write the score."""
    song = json.loads(Path(source).read_text())
    definitions = {name: tone(name, patch) for name, patch in song["patches"].items()}
    definitions |= {made.name: made for made in drums()}
    score = Score(output_bus_channel_count=2, input_bus_channel_count=0)
    with score.at(0), score.add_synthdefs(*definitions.values()):
        score.add_synth(definitions["mix"], add_action=AddAction.ADD_TO_TAIL)
    for part, key, velocity, beat, length in song["notes"]:
        start = beat * BEAT_S
        with score.at(start):
            if part in song["patches"]:
                synth = score.add_synth(definitions[part], hz=440 * 2 ** ((key - 69) / 12), level=velocity / 127)
            else:
                score.add_synth(definitions[part], level=velocity / 127)
                continue
        with score.at(start + length * BEAT_S):
            synth.set(gate=0)
    with score.at(182.0):
        score.do_nothing()
    Path(target).write_bytes(b"".join(_framed(bundle) for bundle in score.iterate_osc_bundles()))


def _framed(bundle: Any) -> bytes:
    datagram = bundle.to_datagram(realtime=False)
    return len(datagram).to_bytes(4, "big") + datagram


if __name__ == "__main__":
    main(*sys.argv[1:])
