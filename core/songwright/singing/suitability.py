"""Whether a recording will do for a profile: each property with what was measured, the rule, and what to do.

A *hard* rule cannot be waived: below it there is nothing to measure. A *soft* one can, at the cost of a
worse likeness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from songwright.profiles.profile import RATE
from songwright.singing.recording import Recording
from songwright.singing.world import STEP_S

Verdict = Literal["good", "poor", "bad"]
_FRAME_S = 0.02
_ACTIVE_DB = 20.0  # below the 95th percentile: frames that are not pauses
_EDGE_DB = -60.0  # of the spectrum, below its strongest third: where a recording's band ends


@dataclass(frozen=True)
class Rule:
    """A property of recordings: good from ``good``, unusable beyond ``bad``. ``more`` is whether more is better."""

    name: str
    unit: str
    good: float
    bad: float
    more: bool
    advice: str
    measure: Callable[[_Sound], float]

    def judge(self, value: float) -> Verdict:
        """How good a value is."""
        sign = 1.0 if self.more else -1.0
        return "good" if sign * (value - self.good) >= 0 else "poor" if sign * (value - self.bad) >= 0 else "bad"


@dataclass(frozen=True)
class Finding:
    """One property of a recording, measured."""

    rule: Rule
    value: float
    verdict: Verdict

    def __str__(self) -> str:
        """The value, the rule, and what to do when it does not hold."""
        rule = self.rule
        bound = rule.bad if self.verdict == "bad" else rule.good
        text = (
            f"{rule.name} {_number(self.value)}{rule.unit} "
            f"({'at least' if rule.more else 'at most'} {_number(bound)}{rule.unit})"
        )
        return text if self.verdict == "good" else f"{text}: {rule.advice}"


@dataclass(frozen=True)
class _Sound:
    """A recording with what the rules need of it."""

    recording: Recording
    f0_hz: NDArray[np.float32]
    level_db: NDArray[np.float64]  # of each frame

    @property
    def speech_db(self) -> float:
        """The level of what is said."""
        return float(10.0 * np.log10(np.mean(10.0 ** (self.level_db[self.active] / 10.0))))

    @property
    def active(self) -> NDArray[np.bool_]:
        return np.asarray(self.level_db > np.percentile(self.level_db, 95.0) - _ACTIVE_DB)


def examine(recording: Recording, f0_hz: NDArray[np.float32]) -> tuple[Finding, ...]:
    """Measure a recording by every rule.

    Args:
        recording: the voice.
        f0_hz: its pitch every 5 ms, 0 where unvoiced.
    """
    hop = int(_FRAME_S * RATE)
    padded = np.pad(recording.audio.astype(np.float64), (0, -len(recording.audio) % hop))
    level_db = 10.0 * np.log10(np.mean(padded.reshape(-1, hop) ** 2, axis=1) + 1e-12)
    sound = _Sound(recording, f0_hz, level_db)
    values = [rule.measure(sound) for rule in RULES]
    return tuple(Finding(rule, value, rule.judge(value)) for rule, value in zip(RULES, values, strict=True))


def _voice_s(sound: _Sound) -> float:
    return float(np.count_nonzero(sound.f0_hz > 0) * STEP_S)


def _noise_db(sound: _Sound) -> float:
    """How far the noise (the quietest frames: breaths, gaps) lies below what is said."""
    return sound.speech_db - float(np.percentile(sound.level_db, 3.0))


def _pauses(sound: _Sound) -> float:
    return float(100.0 * np.mean(~sound.active))


def _band_hz(sound: _Sound) -> float:
    """Up to where the recording has sound: where its mean spectrum falls for good below a floor."""
    size = 1024
    audio = np.pad(sound.recording.audio.astype(np.float64), (0, size))
    frames = np.lib.stride_tricks.sliding_window_view(audio, size)[:: size // 2]
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2, axis=0)
    level = 10.0 * np.log10(np.convolve(power, np.ones(9) / 9.0, "same") + 1e-12)
    present = np.flatnonzero(level > level.max() + _EDGE_DB)
    return float(present[-1] * RATE / size)


RULES = (
    Rule("voice", " s", 6.0, 2.0, True, "record ten seconds or more of plain speech or song", _voice_s),
    Rule("level", " dBFS", -40.0, -60.0, True, "come nearer to the microphone or turn it up", lambda s: s.speech_db),
    Rule(
        "clipped samples",
        " %",
        0.05,
        1.0,
        False,
        "it is distorted: turn the microphone down and record again",
        lambda s: 100.0 * s.recording.clipped if s.recording.peak > 0.05 else 0.0,
    ),
    Rule(
        "voice above noise",
        " dB",
        25.0,
        12.0,
        True,
        "record in a quiet room, near the microphone, without music",
        _noise_db,
    ),
    Rule("pauses", " %", 60.0, 85.0, False, "leave out what is not voice", _pauses),
    Rule("band", " Hz", 6000.0, 3000.0, True, "it sounds like a telephone: record at 16 kHz or more", _band_hz),
)


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2g}"
