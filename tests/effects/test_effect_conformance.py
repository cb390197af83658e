"""Every built-in effect passes the suite that plugin authors use."""

from __future__ import annotations

import pytest

from songwright.plugins import load_plugins
from songwright.testing import EFFECT_CHECKS

EFFECTS = [entry.component for entry in load_plugins(safe=True).all("effect")]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
@pytest.mark.parametrize("check", EFFECT_CHECKS, ids=lambda check: check.__name__)
def test_effect_keeps_the_contract(effect, check):
    check(effect)
