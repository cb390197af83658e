"""Our meters and limiter as FFmpeg's ``ebur128`` sees them.

Not part of the default run, for it needs the ``ffmpeg`` program: ``make test-peers``.
"""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest
import soundfile

from songwright.dsp.loudness import LoudnessMeter
from songwright.dsp.truepeak import TruePeakMeter
from songwright.testing import run_effect
from songwright_effects.limiter import Limiter


def ebur128(path):
    """Integrated loudness, range and true peak (dBFS) of a file."""
    report = subprocess.run(
        [
            "ffmpeg",
            "-hide_banner",
            "-nostats",
            "-i",
            path,
            "-af",
            "ebur128=peak=true:framelog=verbose",
            "-f",
            "null",
            "-",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stderr.rpartition("Summary:")[2]
    return tuple(float(re.search(rf"{name}:\s+(-?[\d.]+|-inf)", report)[1]) for name in ("I", "LRA", "Peak"))


def programme(rate, seconds=25):
    chance = np.random.default_rng(5)
    time_s = np.arange(rate * seconds) / rate
    swell = 0.02 + 0.2 * (1.0 + np.sin(2.0 * np.pi * time_s / 9.0))
    return (chance.standard_normal((2, time_s.size)) * swell).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_meters_agree(rate, tmp_path):
    audio = programme(rate)
    soundfile.write(tmp_path / "a.wav", audio.T, rate, subtype="FLOAT")
    integrated, lra, peak = ebur128(str(tmp_path / "a.wav"))
    loudness, true_peak = LoudnessMeter(rate), TruePeakMeter()
    loudness.add(audio)
    true_peak.add(audio)
    assert loudness.integrated() == pytest.approx(integrated, abs=0.06)  # it prints one decimal
    assert loudness.lra() == pytest.approx(lra, abs=0.3)
    assert true_peak.dbtp == pytest.approx(peak, abs=0.2)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("kind", ["noise", "square", "random signs", "spikes", "quarter rate"])
def test_the_limiter_holds(kind, rate, tmp_path):
    chance = np.random.default_rng(6)
    frames = rate * 3
    n = np.arange(frames)
    audio = {
        "noise": chance.standard_normal((2, frames)) * 0.6,
        "square": np.tile(2.0 * np.sign(np.sin(2.0 * np.pi * 3001.7 * n / rate)), (2, 1)),
        "random signs": np.sign(chance.standard_normal((2, frames))),
        "spikes": chance.standard_normal((2, frames)) * (chance.random(frames) < 0.001) * 3.0,
        "quarter rate": np.tile(1.4 * np.sin(np.pi / 2.0 * n + np.pi / 4.0), (2, 1)),
    }[kind]
    soundfile.write(tmp_path / "a.wav", run_effect(Limiter(), audio, sample_rate=rate).T, rate, subtype="FLOAT")
    assert ebur128(str(tmp_path / "a.wav"))[2] <= -1.0
