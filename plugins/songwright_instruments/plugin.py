"""The built-in instruments, as a plugin like any other."""

from __future__ import annotations

from songwright import hookimpl
from songwright.interfaces.instrument import Instrument
from songwright_instruments.acoustic_kit import AcousticKit
from songwright_instruments.plucked_string import PluckedString
from songwright_instruments.saw_lead import SawLead


@hookimpl
def songwright_instruments() -> list[type[Instrument]]:
    """The built-in instruments."""
    return [AcousticKit, PluckedString, SawLead]
