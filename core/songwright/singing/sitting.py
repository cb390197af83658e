"""From a recording to a voice profile: read, examined, measured once."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Pitch, Speech
from songwright.profiles.profile import RATE, Profile, ProfileError
from songwright.singing.portrait import FaintVoiceError, embed, portray
from songwright.singing.recording import Recording, read_recording
from songwright.singing.suitability import Finding, examine
from songwright.singing.world import FLOOR_HZ, STEP_MS, STEP_S, analyse

_CEILING_HZ = 1100.0


class UnsuitableError(ProfileError):
    """The recording will not do. Carries what was found."""

    def __init__(self, name: str, findings: Sequence[Finding], *, waivable: bool) -> None:
        self.findings = tuple(findings)
        wrong = "\n".join(f"  {finding}" for finding in findings if finding.verdict != "good")
        advice = "\n--force takes it all the same, for a poorer likeness" if waivable else ""
        super().__init__(f"the recording {name} will not do:\n{wrong}{advice}")


def sit(
    recording: Path, name: str, consent: str, *, text: str = "", force: bool = False, today: datetime.date | None = None
) -> tuple[Profile, tuple[Finding, ...]]:
    """Make a profile.

    Args:
        recording: a sound file with one voice.
        name: what the profile will be called.
        consent: the words, or who gave consent and for what.
        text: what is said in the recording, which helps some providers that clone.
        force: take a recording that is poor, though not one that is bad.
        today: the day of the consent.

    Raises:
        ProfileError: consent is missing, or the recording cannot be read.
        UnsuitableError: the recording is poor or bad.
    """
    if not consent.strip():
        advice = 'such as --consent "Anna Berg, 3 May 2026: my voice may sing in my band\'s demos"'
        raise ProfileError(
            f"a voice profile needs the consent of the person whose voice it is: write it down, {advice}"
        )
    heard = read_recording(recording)
    f0_hz = _pitch(heard.audio)
    findings = examine(heard, f0_hz)
    verdicts = {finding.verdict for finding in findings}
    if "bad" in verdicts or ("poor" in verdicts and not force):
        raise UnsuitableError(heard.name, findings, waivable="bad" not in verdicts)
    analysis = analyse(Speech(heard.audio, RATE, pitch=Pitch(f0_hz, STEP_S)))
    try:
        character, embedding = portray(analysis), embed(analysis)
    except FaintVoiceError as error:
        raise ProfileError(f"the recording {heard.name} will not do: {error}") from error
    profile = Profile(
        name=name,
        consent=consent.strip(),
        made=(today or datetime.datetime.now().astimezone().date()).isoformat(),
        source=heard.name,
        sha256=heard.sha256,
        seconds=round(heard.seconds, 3),
        character=character,
        embedding=tuple(round(float(value), 4) for value in embedding),
        flac=_packed(heard),
        text=" ".join(text.split()),
    )
    return profile, findings


def _pitch(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pitch by Harvest (Morise 2017): slower than what singing uses, and seldom an octave off."""
    import pyworld

    hz, _ = pyworld.harvest(
        audio.astype(np.float64), RATE, f0_floor=FLOOR_HZ, f0_ceil=_CEILING_HZ, frame_period=STEP_MS
    )
    return np.asarray(hz, np.float32)


def _packed(recording: Recording) -> bytes:
    """The kept recording as FLAC, 16 bits, as loud as they carry."""
    import soundfile

    out = io.BytesIO()
    loudest = float(np.abs(recording.audio).max())
    soundfile.write(out, recording.audio * (0.9 / loudest), RATE, format="FLAC", subtype="PCM_16")
    return out.getvalue()
