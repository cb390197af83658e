"""The contract of a voice provider: it says what it can do, and the core does the rest.

The least a provider does is speak. What else it gives is declared in class variables: the times of
its phonemes, its pitch, or singing from a score. What it does not give is filled in: a pitch
tracker, an aligner, splitting of long text, joining, retries, caches, and the singing engine itself
(:mod:`songwright.singing`).

Errors tell the chain what to do::

    VoiceError                  the provider failed; the next one in the chain may do it
    ├── VoiceUnavailableError   it cannot work here: no key, no program, no weights (never asked again)
    ├── VoiceRefusedError       it said no to this request: a bad key, a text it will not speak (no retry)
    └── VoiceBusyError          it is overloaded or out of reach for now (retried after a pause)

Plain :class:`VoiceError` means that the answer was broken (cut off, wrong content) and is retried too.
No message may contain a key.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from songwright.errors import SongwrightError
from songwright.interfaces.component import Component


class VoiceError(SongwrightError):
    """A voice provider could not do what was asked."""

    exit_code = 3

    def __init__(self, message: str, *, voice: str = "") -> None:
        self.voice = voice
        super().__init__(f"voice {voice!r}: {message}" if voice else message)


class VoiceUnavailableError(VoiceError):
    """The provider cannot work on this machine; the message ends with what mends it."""


class VoiceRefusedError(VoiceError):
    """The provider understood and said no. Asking again is of no use. ``status`` is HTTP's, 0 without one."""

    def __init__(self, message: str, *, voice: str = "", status: int = 0) -> None:
        super().__init__(message, voice=voice)
        self.status = status


class VoiceBusyError(VoiceError):
    """The provider cannot answer now. ``retry_after_s`` is its own wish, None without one."""

    def __init__(self, message: str, *, voice: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, voice=voice)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class PhonemeSpan:
    """One sound of a spoken text and when it is heard, in seconds from the recording's start.

    ``phoneme`` is IPA: one vowel, diphthong, consonant or affricate (``"oʊ"``, ``"tʃ"``, ``"ɹ"``).
    ``word`` counts the whitespace-separated words of the text from 0. ``stress`` is 2 for the
    primary, 1 for the secondary stress, on vowels only.
    """

    phoneme: str
    start_s: float
    end_s: float
    word: int
    stress: int = 0


@dataclass(frozen=True)
class WordSpan:
    """When a word is heard, in seconds. ``word`` counts the whitespace-separated words of the text from 0."""

    word: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Pitch:
    """The pitch of a recording. ``hz`` has one value a frame, 0 where nothing is voiced.

    Frame ``i`` stands at ``offset_s + i * step_s`` seconds.
    """

    hz: NDArray[np.float32]
    step_s: float
    offset_s: float = 0.0


@dataclass(frozen=True)
class Speech:
    """Spoken text. ``audio`` is mono float32 in [-1, 1], shape ``(frames,)``."""

    audio: NDArray[np.float32]
    sample_rate: int
    phonemes: tuple[PhonemeSpan, ...] = ()  # in order; empty when the provider gives no durations
    pitch: Pitch | None = None  # None when the provider gives none
    words: tuple[WordSpan, ...] = ()  # in order; of providers that know when words are heard, but not sounds

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.audio) / self.sample_rate


@dataclass(frozen=True)
class SungNote:
    """One note of a score for a provider that sings itself. An empty syllable holds the one before."""

    start_s: float
    end_s: float
    pitch: float  # MIDI note number
    velocity: float  # 0..1
    syllable: str = ""
    word: str = ""


@dataclass(frozen=True)
class Score:
    """A line of song for a provider that sings itself. Times are seconds from the line's start."""

    notes: tuple[SungNote, ...]
    language: str = "en"


@dataclass(frozen=True)
class Request:
    """What a provider is asked to speak.

    ``text`` is plain words. A word may be followed by its pronunciation, ``every[ˈɛvɹi]``, which a
    provider that does not declare ``takes_pronunciations`` never sees: the core takes it off.
    """

    text: str
    speed: float = 1.0  # 1.0 is the voice's own pace, 0.5 is half as fast
    language: str = "en"  # BCP 47
    timeout_s: float = 30.0  # an online provider gives up after this long
    reference: Reference | None = None  # whose voice, for providers that clone
    cancel: threading.Event | None = field(default=None, compare=False, repr=False)  # set: an online provider gives up


@dataclass(frozen=True)
class Reference:
    """A recording of the voice to speak with. ``audio`` is mono float32.

    ``embeddings`` are what cloning models made of it before (:meth:`Voice.embed`), by the key each gave. A profile
    keeps them, so that a model hears a recording once.
    """

    audio: NDArray[np.float32] = field(repr=False)
    sample_rate: int
    text: str = ""  # what is said in it, when known
    id: str = ""  # hash of its content, part of cache keys
    embeddings: Mapping[str, NDArray[np.float32]] = field(default_factory=dict, repr=False, compare=False)


class Voice(Component):
    """Speaks; may sing. One object is used from several threads when ``workers`` is above 1."""

    #: Languages it speaks, as BCP 47 codes; ``"*"`` stands for any.
    languages: ClassVar[tuple[str, ...]] = ("en",)
    #: Frames a second of what it returns (what it may differ from, when the answer says otherwise).
    sample_rate: ClassVar[int] = 24_000
    #: Whether :meth:`speak` fills in ``Speech.phonemes``.
    gives_durations: ClassVar[bool] = False
    #: Whether :meth:`speak` fills in ``Speech.pitch``.
    gives_pitch: ClassVar[bool] = False
    #: Whether :meth:`sing` works: then the score is handed over and nothing is resynthesised.
    sings: ClassVar[bool] = False
    #: Whether it speaks in the voice of ``Request.reference``.
    clones: ClassVar[bool] = False
    #: Whether it understands ``word[pronunciation]`` in IPA.
    takes_pronunciations: ClassVar[bool] = False
    #: Lowest and highest MIDI note it sings well: the arrangement places melodies inside.
    midi_range: ClassVar[tuple[int, int]] = (55, 69)
    #: Whether it needs the network.
    online: ClassVar[bool] = False
    #: Whether the same request gives the same bytes; others are cached for good once they spoke.
    deterministic: ClassVar[bool] = True
    #: How many requests it takes side by side.
    workers: ClassVar[int] = 1
    #: Whose voice it is, for lists: ``woman, American``.
    character: ClassVar[str] = ""
    #: The terms it comes under: ``Apache-2.0``, or whose terms apply.
    licence: ClassVar[str] = ""
    #: Which voice it is to a listener: ``fallback: same_voice`` stays within equal identities.
    identity: ClassVar[str] = ""

    def available(self) -> str:
        """Empty when it can work on this machine now, else ``what is missing: the command that mends it``."""
        return ""

    def speaks(self, language: str) -> bool:
        """Whether it speaks a language (BCP 47; a region that it does not list is no obstacle)."""
        return bool({"*", language, language.partition("-")[0]} & set(self.languages))

    def fingerprint(self) -> str:
        """What its sound depends on, for cache keys: never a key or a password."""
        return f"{self.name}/{self.version}/{self.params.model_dump_json()}"

    def speak(self, request: Request) -> Speech:
        """Speak the request's text.

        Raises:
            VoiceError: and its kinds, as the module says.
        """
        raise NotImplementedError

    def variants(self) -> tuple[str, ...]:
        """Names of the speakers it can be told to be (by its parameter ``voice``), as far as it knows them."""
        return ()

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        """The phonemes (IPA) of each word of ``text``; empty when it does not know them ahead."""
        return ()

    def embed(self, reference: Reference) -> tuple[str, NDArray[np.float32]]:
        """What it needs to know of a voice, and the key to keep it under. Only called when :attr:`clones`.

        The key names the provider and its model, so that an embedding is never given to another model.

        Raises:
            VoiceError: it cannot work here, or the recording is of no use (too short, silent).
        """
        raise NotImplementedError

    def sing(self, score: Score) -> Speech:
        """Sing a line. Only called when :attr:`sings`."""
        raise NotImplementedError
