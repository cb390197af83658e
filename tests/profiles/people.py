"""People for the tests: the embedded voice with another vocal tract, made by WORLD itself.

``python -m profiles.people`` (with tests on the path) makes library/anna.profile anew.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyworld
import soundfile
from numpy.typing import NDArray

from songwright.interfaces.voice import Request
from songwright.profiles.profile import Profile
from songwright_voices.hibari import Hibari

RATE = 24_000
LIBRARY = Path(__file__).parent / "library"
WORDS = (
    "The harbour was quiet when the last boat came home. Nobody spoke of the storm, though everyone had seen it. "
    "In the morning the doctor walked along the river and counted seven yellow lamps."
)


def voice(stretch: float = 1.0, pitch: float = 1.0, breath: float = 0.0, words: str = WORDS) -> NDArray[np.float32]:
    """Somebody speaking: formants and pitch of the embedded voice multiplied, air added (0 to 1)."""
    speech = Hibari().speak(Request(words))
    audio = speech.audio.astype(np.float64)
    rough, times_s = pyworld.dio(audio, RATE)
    f0_hz = pyworld.stonemask(audio, rough, times_s, RATE)
    envelope = pyworld.cheaptrick(audio, f0_hz, times_s, RATE)
    aperiodicity = pyworld.d4c(audio, f0_hz, times_s, RATE)
    bins = np.arange(envelope.shape[1], dtype=np.float64)
    moved = np.stack([np.exp(np.interp(bins / stretch, bins, np.log(row))) for row in envelope])
    sound = pyworld.synthesize(f0_hz * pitch, moved, aperiodicity ** (1.0 - breath), RATE)
    return np.asarray(0.5 * sound / np.abs(sound).max(), np.float32)


def bytes_of(audio: NDArray[np.float32], kind: str = "WAV", rate: int = RATE) -> bytes:
    """A sound file."""
    out = io.BytesIO()
    soundfile.write(out, audio, rate, format=kind)
    return out.getvalue()


def main() -> None:
    """Make Anna: a smaller, higher, breathier voice; two seconds of her recording are enough for the tests."""
    from songwright.profiles.library import Library
    from songwright.singing.sitting import sit

    recording = LIBRARY / "anna.wav"
    recording.write_bytes(bytes_of(voice(1.12, 1.2, 0.2)))
    anna, _ = sit(recording, "anna", "Made up for the tests of Songwright: nobody's voice", today=_DAY)
    recording.unlink()
    short: Profile = replace(anna, flac=bytes_of(anna.audio()[: 2 * RATE], "FLAC"), seconds=2.0)
    Library(LIBRARY).add(short, overwrite=True)


_DAY = datetime.date(2026, 11, 21)

if __name__ == "__main__":
    main()
