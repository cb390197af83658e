"""Every built-in effect passes the suite that plugin authors use."""

from __future__ import annotations

import pytest

from songwright.testing import EFFECT_CHECKS
from songwright_effects.plugin import songwright_effects


@pytest.mark.parametrize("effect", songwright_effects(), ids=lambda effect: effect.name)
@pytest.mark.parametrize("check", EFFECT_CHECKS, ids=lambda check: check.__name__)
def test_effect_keeps_the_contract(effect, check):
    check(effect)
