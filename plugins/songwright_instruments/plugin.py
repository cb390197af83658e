"""The built-in instruments, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl


@hookimpl
def songwright_instruments() -> dict[str, str]:
    """The built-in instruments."""
    return {
        "acoustic-kit": "songwright_instruments.acoustic_kit:AcousticKit",
        "bell": "songwright_instruments.bell:Bell",
        "electric-piano": "songwright_instruments.electric_piano:ElectricPiano",
        "electro-kit": "songwright_instruments.electro_kit:ElectroKit",
        "finger-bass": "songwright_instruments.finger_bass:FingerBass",
        "fm-bass": "songwright_instruments.fm_bass:FmBass",
        "organ": "songwright_instruments.organ:Organ",
        "piano": "songwright_instruments.piano:Piano",
        "pluck-synth": "songwright_instruments.pluck_synth:PluckSynth",
        "plucked-string": "songwright_instruments.plucked_string:PluckedString",
        "saw-lead": "songwright_instruments.saw_lead:SawLead",
        "soft-lead": "songwright_instruments.soft_lead:SoftLead",
        "string-pad": "songwright_instruments.string_pad:StringPad",
        "synth-bass": "songwright_instruments.synth_bass:SynthBass",
        "warm-pad": "songwright_instruments.warm_pad:WarmPad",
    }
