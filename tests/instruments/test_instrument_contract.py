"""Every built-in instrument keeps the contract."""

from __future__ import annotations

import pytest

from songwright.interfaces.instrument import Instrument
from songwright.plugins import load_plugins
from songwright.testing import INSTRUMENT_CHECKS

INSTRUMENTS = [entry.component for entry in load_plugins(safe=True).all("instrument")]


@pytest.mark.parametrize("check", INSTRUMENT_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.name)
def test_instrument_keeps_the_contract(instrument: type[Instrument], check) -> None:
    check(instrument)
