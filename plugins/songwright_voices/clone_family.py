"""What a family of cloning models owes the voice ``clone``, and which families there are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference
from songwright_voices.accelerator import Place


class CloneModel(Protocol):
    """A loaded model."""

    sample_rate: int

    def say(
        self, text: str, embedding: NDArray[np.float32], *, seed: int, threads: int, temperature: float
    ) -> NDArray[np.float32]:
        """Speak a sentence or two in the voice of ``embedding``; all chance comes from ``seed``."""


class Family(Protocol):
    """One kind of model: its parts on disk, its speaker encoder and its loader."""

    kind: str  # ``model_type`` of its config.json
    packages: Sequence[str]  # besides torch and transformers

    def parts(self, folder: Path, encoder: Path | None, vocoder: Path | None) -> Sequence[Path]:
        """All folders that the sound depends on."""

    def encoder(self, folder: Path, encoder: Path | None) -> Path:
        """Where the speaker encoder lies."""

    def check(self, folder: Path, encoder: Path | None, vocoder: Path | None, voice: str) -> None:
        """Raise VoiceUnavailableError when a part is missing. Imports nothing heavy."""

    def embed(self, folder: Path, encoder: Path | None, reference: Reference, voice: str) -> NDArray[np.float32]:
        """The embedding of a recording."""

    def load(self, folder: Path, encoder: Path | None, vocoder: Path | None, where: Place, voice: str) -> CloneModel:
        """The model on its device, loaded once."""


def family(kind: str) -> Family:
    """The family of a ``model_type``."""
    from songwright_voices.pocket_tts import PocketTTS
    from songwright_voices.speecht5 import SpeechT5

    families: dict[str, Family] = {one.kind: one for one in (SpeechT5(), PocketTTS())}
    return families[kind]


_EMBEDDINGS: dict[tuple[str, Path, Path | None, str], NDArray[np.float32]] = {}
_LOCK = threading.Lock()


def embedding(
    family: Family, folder: Path, encoder: Path | None, reference: Reference, voice: str
) -> NDArray[np.float32]:
    """The embedding of a recording, made once a process.

    It is kept in memory alone: an embedding tells who somebody is, and on disk only a profile, made with consent and
    removable, may hold one.
    """
    key = (family.kind, folder, encoder, reference.id)
    with _LOCK:
        if key not in _EMBEDDINGS:
            _EMBEDDINGS[key] = family.embed(folder, encoder, reference, voice)
        return _EMBEDDINGS[key]
