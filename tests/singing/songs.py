"""Short songs with written notes, and a made-up voice, for the tests of the singer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from songwright.arrangement.model import Part, Syllable
from songwright.interfaces.voice import PhonemeSpan, Pitch, Request, Speech, Voice
from songwright.music.notes import notes
from songwright.music.time import TempoPoint, TimeMap

TWINKLE = (
    ("Twin-kle twin-kle lit-tle star,", [60, 60, 67, 67, 69, 69, 67], [1, 1, 1, 1, 1, 1, 2]),
    ("how I won-der what you are.", [65, 65, 64, 64, 62, 62, 60], [1, 1, 1, 1, 1, 1, 2]),
)
RIVERS = (
    (
        "Sil-ver ri-vers car-ry pa-per boats a-long the mor-ning road,",
        [60, 62, 64, 64, 65, 64, 62, 64, 65, 67, 64, 62, 60, 62, 64],
        [0.5] * 8 + [1, 0.5, 0.5, 0.5, 0.5, 0.5, 1],
    ),
    (
        "gol-den win-dows hold a can-dle, wai-ting for the win-ter snow.",
        [67, 65, 64, 65, 64, 62, 62, 60, 62, 64, 65, 64, 62, 64, 60],
        [0.5] * 4 + [1] + [0.5] * 9 + [1.5],
    ),
)


def song(lines: Any, bpm: float = 90.0, lead_beats: float = 1.0) -> tuple[Part, Any]:
    """A part with its lyrics, and the arrangement it stands in."""
    rows, syllables, beat = [], [], lead_beats
    for number, (text, pitches, beats) in enumerate(lines):
        k = 0
        for word in text.split():
            for place, piece in enumerate(word.split("-")):
                syllables.append(Syllable(piece, word.replace("-", ""), place == 0, number, "v1"))
                rows.append((beat, beats[k], pitches[k], 0.8, 0, len(syllables) - 1))
                beat += beats[k]
                k += 1
    project = SimpleNamespace(language="en", seed=0, title="Test", artist="", genre="pop", folder=Path())
    time_map = TimeMap((TempoPoint(0.0, bpm),))
    return Part("lead", "written", notes(rows), tuple(syllables)), SimpleNamespace(
        project=project, time_map=time_map, sections=(), chords=()
    )


class Hummer(Voice):
    """Hums each letter for a tenth of a second: vowels as tones, the rest as noise; knows its own times."""

    name = "hummer"
    gives_durations = True
    gives_pitch = True

    def speak(self, request: Request) -> Speech:
        step_s, rate = 0.1 / request.speed, 24_000
        spans, audio, pitch = [], [], []
        for number, word in enumerate(request.text.split()):
            for letter in (c for c in word.lower() if c.isalpha()):
                vowel = letter in "aeiouy"
                start = len(audio) * step_s
                frames = int(step_s * rate)
                time_s = np.arange(frames) / rate
                tone = sum(np.sin(2 * np.pi * 150 * k * time_s) / k for k in range(1, 20))
                noise = np.random.default_rng(len(audio)).standard_normal(frames)
                audio.append(0.1 * (tone if vowel else 0.3 * noise))
                pitch += [150.0 if vowel else 0.0] * 10
                spans.append(PhonemeSpan("i" if letter == "y" else letter, start, start + step_s, number, 0))
        whole = np.concatenate(audio).astype(np.float32)
        return Speech(whole, rate, tuple(spans), Pitch(np.array(pitch, np.float32), step_s / 10, step_s / 20))
