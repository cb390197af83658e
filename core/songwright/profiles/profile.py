"""One voice profile and its file: a zip of ``profile.json`` and ``recording.flac``.

The file holds what was measured, the recording itself (providers that clone need it), and who said yes to
what. :attr:`Profile.id` is a hash of all that can be heard: consent, date and name are no part of it, so
that a render depends on the voice alone.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.errors import SongwrightError
from songwright.profiles.character import Character

RATE = 24_000  # frames a second of the kept recording
FORMAT = 1
MOST_S = 120.0  # of a kept recording
SUFFIX = ".profile"
_DOCUMENT, _RECORDING = "profile.json", "recording.flac"
_MOST_BYTES = 64 << 20  # of one entry of the file


class ProfileError(SongwrightError):
    """A profile cannot be made, found or read. The message says what to do."""

    exit_code = 2


@dataclass(frozen=True, eq=False)
class Profile:
    """Somebody's voice, kept with their consent."""

    name: str
    consent: str  # their words, or who gave it and for what
    made: str  # the day, ISO 8601
    source: str  # file name of the recording
    sha256: str  # of the recording's file
    seconds: float  # of what was kept of it
    character: Character
    embedding: tuple[float, ...]  # of :func:`songwright.singing.portrait.embed`
    flac: bytes  # the kept recording, mono, at RATE
    text: str = ""  # what is said in the recording, when known

    @functools.cached_property
    def id(self) -> str:
        """Hash of all that can be heard in it."""
        digest = hashlib.blake2b(self.flac, digest_size=16, person=b"songwright prof")
        measured = {"character": self.character.document(), "text": self.text}
        digest.update(json.dumps(measured, sort_keys=True).encode())
        return digest.hexdigest()

    @property
    def midi_range(self) -> tuple[int, int]:
        """Notes that suit the voice."""
        return self.character.midi_range

    @property
    def credit(self) -> str:
        """What ``credits.txt`` says."""
        return f"Voice profile {self.name}, by consent: {' '.join(self.consent.split())}"

    def audio(self) -> NDArray[np.float32]:
        """The kept recording, mono, :data:`RATE` frames a second.

        Raises:
            ProfileError: it is broken, or not what a profile holds.
        """
        import soundfile

        try:
            with soundfile.SoundFile(io.BytesIO(self.flac)) as file:
                if (file.samplerate, file.channels) != (RATE, 1) or not 0 < file.frames <= MOST_S * RATE:
                    raise ValueError(f"{file.channels} channels at {file.samplerate} Hz, {file.frames} frames")
                return np.asarray(file.read(dtype="float32"), np.float32)
        except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
            advice = "make it anew with `songwright voices profile add`"
            raise ProfileError(f"the recording in the profile {self.name} is broken: {error} ({advice})") from error

    def to_bytes(self) -> bytes:
        """The file. The same profile gives the same bytes."""
        document = {
            "songwright profile": FORMAT,
            "name": self.name,
            "consent": self.consent,
            "made": self.made,
            "recording": {
                "file": self.source,
                "sha256": self.sha256,
                "seconds": self.seconds,
                "sample_rate": RATE,
                "text": self.text,
            },
            "character": self.character.document(),
            "embedding": list(self.embedding),
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for name, data, packing in (
                (_DOCUMENT, json.dumps(document, ensure_ascii=False).encode(), zipfile.ZIP_DEFLATED),
                (_RECORDING, self.flac, zipfile.ZIP_STORED),
            ):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o600 << 16
                file.writestr(entry, data, packing)
        return out.getvalue()


def read_profile(path: Path, name: str = "") -> Profile:
    """Read a profile's file. ``name`` stands in for the one that is written in it.

    Raises:
        ProfileError: it is not there, or no profile.
    """
    try:
        with zipfile.ZipFile(path) as file:
            parts = {part: _entry(file, part) for part in (_DOCUMENT, _RECORDING)}
        return _from_document(json.loads(parts[_DOCUMENT]), parts[_RECORDING], name)
    except OSError as error:
        raise ProfileError(f"the voice profile {str(path)!r} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        advice = "make it anew with `songwright voices profile add`"
        raise ProfileError(f"{str(path)!r} is not a voice profile, or a broken one: {error} ({advice})") from error


def _entry(file: zipfile.ZipFile, name: str) -> bytes:
    if file.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(f"{name} is larger than {_MOST_BYTES >> 20} MiB")
    return file.read(name)


def _from_document(document: Any, flac: bytes, name: str) -> Profile:
    if document["songwright profile"] != FORMAT:
        found = document["songwright profile"]
        raise ValueError(f"it is of format {found!r}, and this version of Songwright reads {FORMAT}")
    recording = document["recording"]
    consent = str(document["consent"]).strip()
    if not consent:
        raise ValueError("it holds no consent")
    return Profile(
        name=name or str(document["name"]),
        consent=consent,
        made=str(document["made"]),
        source=str(recording["file"]),
        sha256=str(recording["sha256"]),
        seconds=float(recording["seconds"]),
        character=Character.read(document["character"]),
        embedding=tuple(map(float, document["embedding"])),
        flac=flac,
        text=str(recording["text"]),
    )
