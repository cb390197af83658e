"""The built-in instruments, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.instrument import Instrument
from songwright_instruments.acoustic_kit import AcousticKit
from songwright_instruments.bell import Bell
from songwright_instruments.electric_piano import ElectricPiano
from songwright_instruments.electro_kit import ElectroKit
from songwright_instruments.finger_bass import FingerBass
from songwright_instruments.fm_bass import FmBass
from songwright_instruments.organ import Organ
from songwright_instruments.piano import Piano
from songwright_instruments.pluck_synth import PluckSynth
from songwright_instruments.plucked_string import PluckedString
from songwright_instruments.saw_lead import SawLead
from songwright_instruments.soft_lead import SoftLead
from songwright_instruments.string_pad import StringPad
from songwright_instruments.synth_bass import SynthBass
from songwright_instruments.warm_pad import WarmPad


@hookimpl
def songwright_instruments() -> list[type[Instrument]]:
    """The built-in instruments."""
    return [
        AcousticKit,
        Bell,
        ElectricPiano,
        ElectroKit,
        FingerBass,
        FmBass,
        Organ,
        Piano,
        PluckSynth,
        PluckedString,
        SawLead,
        SoftLead,
        StringPad,
        SynthBass,
        WarmPad,
    ]
