"""Kernels compile once each, and say the same without the compiler."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from songwright.plugins import load_plugins

COUNT = """
import numpy as np
from songwright.dsp.jit import KERNELS
from songwright.dsp.loudness import LoudnessMeter
from songwright.dsp.truepeak import TruePeakMeter
from songwright.testing import run_effect
from songwright.testing.controls import automatable
from songwright.plugins import load_plugins

noise = np.random.default_rng(0).standard_normal((2, 3000)).astype(np.float32) * 0.3
for effect in (entry.component for entry in load_plugins(safe=True).all("effect")):
    for sweep in ((), automatable(effect)):
        for key in (None, noise):
            run_effect(effect(), noise, sweep=sweep, sidechain=key, blocks=(1, 700, 64))
LoudnessMeter(8000).add(noise)
TruePeakMeter().add(noise)
used = {name: len(one.specialisations) for name, one in KERNELS.items() if one.specialisations}
print(*[f"{name}={count}" for name, count in used.items() if count != 1])
print(len(used))
"""

RUN = """
import sys
import numpy as np
from songwright.testing import run_effect
from songwright.plugins import load_plugins

noise = np.random.default_rng(0).standard_normal((2, 300)).astype(np.float32) * 0.5
effects = load_plugins(safe=True).all("effect")
outs = {effect.name: run_effect(effect.component(), noise, blocks=(130, 170)) for effect in effects}
np.savez(sys.argv[1], **outs)
"""


def python(program, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_kernel_has_one_specialisation():
    many, used = python(COUNT).splitlines()
    assert many == ""
    assert int(used) >= 12  # those called from Python; what they call may come from the cache ready linked


def test_effects_sound_the_same_without_the_compiler(tmp_path):
    import numpy as np

    compiled, plain = tmp_path / "compiled.npz", tmp_path / "plain.npz"
    python(RUN, str(compiled))
    python(RUN, str(plain), NUMBA_DISABLE_JIT="1")
    with np.load(compiled) as one, np.load(plain) as other:
        assert set(one) == set(load_plugins(safe=True).names("effect"))
        for name in one:
            assert other[name] == pytest.approx(one[name], abs=2e-5), name
