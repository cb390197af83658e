"""The conformance suite finds what is wrong with effects that break the contract, one fault each."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.interfaces.effect import Effect
from songwright.knobs import Params, knob
from songwright.testing import effect as suite
from songwright.testing.component import check_is_documented, check_knobs_are_sound


class Level(Params):
    gain_db: float = knob(0.0, -24.0, 24.0, "dB", "how loud", automatable=True)
    mix_percent: float = knob(100.0, 0.0, 100.0, "%", "share of it", automatable=True)


class Good(Effect):
    """Does what it should."""

    name = "good"
    Params = Level

    def process(self, audio, controls, sidechain):
        wet = controls.curve("mix_percent") / np.float32(100.0)
        audio *= 1.0 + wet * (np.float32(10.0) ** (controls.curve("gain_db") / np.float32(20.0)) - 1.0)


class DividesByTheSignal(Good):
    """Divides by the signal."""

    def process(self, audio, controls, sidechain):
        with np.errstate(all="ignore"):
            audio /= np.abs(audio)


class Hisses(Good):
    """Adds a little noise."""

    def process(self, audio, controls, sidechain):
        audio += np.float32(1e-3)


class NormalisesBlocks(Good):
    """Looks at each block as a whole."""

    def process(self, audio, controls, sidechain):
        audio *= np.float32(0.5) / (np.abs(audio).max() + np.float32(1e-9))


class ForgetsToReset(Good):
    """Counts calls for ever."""

    def prepare(self, sample_rate):
        self.level = 1.0

    def process(self, audio, controls, sidechain):
        audio *= np.float32(self.level)
        self.level *= 0.9


class DelaysSilently(Good):
    """Lags and does not say so."""

    def process(self, audio, controls, sidechain):
        audio[:, 100:] = audio[:, :-100].copy()


class ClaimsLatency(Good):
    """Says it lags and does not."""

    @property
    def latency_frames(self):
        return 2000


class RingsOn(Good):
    """Holds a tone for ever."""

    def prepare(self, sample_rate):
        self.held = np.float32(0.0)

    def reset(self):
        self.held = np.float32(0.0)

    def process(self, audio, controls, sidechain):
        self.held = max(self.held, np.abs(audio).max() * np.float32(0.01))
        audio += self.held


class WritesToItsKey(Good):
    """Writes to the sidechain."""

    def process(self, audio, controls, sidechain):
        if sidechain is not None:
            sidechain *= np.float32(0.5)


class KeepsTheArray(Good):
    """Keeps the host's array."""

    def prepare(self, sample_rate):
        self.last = np.zeros((2, 1), np.float32)

    def reset(self):
        self.prepare(0)

    def process(self, audio, controls, sidechain):
        audio[:, 0] += self.last[:, -1]
        self.last = audio


class ShiftsTheZero(Good):
    """Rectifies."""

    def process(self, audio, controls, sidechain):
        np.abs(audio, out=audio)


class IgnoresItsKnob(Good):
    """Has a knob that does nothing."""

    def process(self, audio, controls, sidechain):
        audio *= np.float32(0.5)


class Undocumented(Good):
    name = "undocumented"


class NamesLie(Good):
    """Has a knob whose name tells another unit."""

    class Params(Params):
        time_ms: float = knob(1.0, 0.0, 2.0, "s", "how long")


def test_a_good_effect_passes_everything():
    for check in suite.EFFECT_CHECKS:
        if check.__name__ != "check_import_is_light":  # this module is no package
            check(Good)


@pytest.mark.parametrize(
    ("effect", "check"),
    [
        (DividesByTheSignal, suite.check_output_is_finite),
        (Hisses, suite.check_silence_stays_silent),
        (NormalisesBlocks, suite.check_block_sizes_do_not_matter),
        (ForgetsToReset, suite.check_reset_equals_new),
        (DelaysSilently, suite.check_latency_is_true),
        (ClaimsLatency, suite.check_latency_is_true),
        (RingsOn, suite.check_tail_is_true),
        (WritesToItsKey, suite.check_sidechain_is_left_alone),
        (KeepsTheArray, suite.check_block_sizes_do_not_matter),
        (ShiftsTheZero, suite.check_adds_no_dc),
        (IgnoresItsKnob, suite.check_every_knob_does_something),
        (Undocumented, check_is_documented),
        (NamesLie, check_knobs_are_sound),
    ],
    ids=lambda value: value.__name__,
)
def test_a_fault_is_found_and_named(effect, check):
    with pytest.raises(AssertionError, match=effect.name):
        check(effect)
