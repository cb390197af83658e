"""The conformance suite: what every effect, instrument and voice owes its host, as plain functions.

A plugin's own tests need four lines:

.. code-block:: python

    import pytest
    from songwright.testing import EFFECT_CHECKS
    from my_plugin import TapeWow

    @pytest.mark.parametrize("check", EFFECT_CHECKS, ids=lambda check: check.__name__)
    def test_conformance(check):
        check(TapeWow)

``songwright plugins test tape-wow`` runs the same on what is installed. Each check takes the component class
and raises :class:`AssertionError` with a sentence that names the component, what was found and the rule.
:func:`check_effect`, :func:`check_instrument` and :func:`check_voice` run them all, :data:`CHECKS` has them by
kind. Patterns, progressions, genres and exporters owe :data:`COMPONENT_CHECKS`: help, sound knobs, a light import.
Nothing here needs pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from songwright.testing.component import COMPONENT_CHECKS
from songwright.testing.controls import StaticControls, SweptControls, settings
from songwright.testing.effect import EFFECT_CHECKS, check_effect, run_effect
from songwright.testing.instrument import INSTRUMENT_CHECKS, check_instrument, notes, run_instrument
from songwright.testing.voice import VOICE_CHECKS, check_voice

#: Kind of component → what it owes, for the kinds that have a suite of their own.
CHECKS: Mapping[str, tuple[Callable[[Any], None], ...]] = {
    "effect": EFFECT_CHECKS,
    "instrument": INSTRUMENT_CHECKS,
    "voice": VOICE_CHECKS,
}

__all__ = [
    "CHECKS",
    "COMPONENT_CHECKS",
    "EFFECT_CHECKS",
    "INSTRUMENT_CHECKS",
    "VOICE_CHECKS",
    "StaticControls",
    "SweptControls",
    "check_effect",
    "check_instrument",
    "check_voice",
    "notes",
    "run_effect",
    "run_instrument",
    "settings",
]
