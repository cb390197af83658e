"""What a provider does not give, the core supplies: here the times of the phonemes.

The text is spoken a second time by a voice that knows its own times (the embedded one), and that
recording is laid over the provider's by dynamic time warping of their mel cepstra (Sakoe & Chiba 1978):
where a sound lies in the one, it lies in the other. Where the provider tells when its words are heard, the
warped times are led to them. In a language that no such voice speaks, the sounds are shared out over the words.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import PhonemeSpan, Request, Speech, Voice, VoiceError, WordSpan
from songwright.singing.align import warp_times
from songwright.singing.caller import Caller
from songwright.singing.phoneme import is_vowel
from songwright.singing.text import without_pronunciations

VOWEL_SHARE = 2.0  # a vowel's length against a consonant's, where only the word's times are known


def complete(
    speech: Speech, request: Request, voice: Voice, known: Mapping[str, type[Voice]], caller: Caller
) -> Speech:
    """The speech with phonemes. Its pitch, when missing, is tracked by the analysis.

    Raises:
        VoiceError: nothing in the text can be read, or nothing tells the times of this language's sounds.
    """
    if speech.phonemes:
        return speech
    if voice.gives_durations:
        raise VoiceError(f"it finds nothing to read in {request.text!r}; write words in its letters", voice=voice.name)
    guide_voice = _guide(request.language, known, besides=voice.name)
    if guide_voice is not None:
        return replace(speech, phonemes=_warped(speech, request, guide_voice, caller))
    if speech.words:
        text = without_pronunciations(request.text)
        said = voice.pronounce(text, request.language)
        sounds = said if len(said) == len(text.split()) else letters(text)
        return replace(speech, phonemes=spread(speech.words, sounds))
    raise VoiceError(
        f"it does not tell when its sounds are heard, and no installed voice can stand in for {request.language!r}; "
        "piper with a model of that language, edge and elevenlabs tell theirs",
        voice=voice.name,
    )


def letters(text: str) -> tuple[tuple[str, ...], ...]:
    """The letters of each word, as a stand-in for its sounds.

    >>> letters("Así, no")
    (('a', 's', 'í'), ('n', 'o'))
    """
    return tuple(tuple(letter for letter in word.lower() if letter.isalpha()) for word in text.split())


def spread(words: Sequence[WordSpan], sounds: Sequence[Sequence[str]]) -> tuple[PhonemeSpan, ...]:
    """The sounds of each word, shared out over its time."""
    spans: list[PhonemeSpan] = []
    for word in words:
        mine = sounds[word.word] if word.word < len(sounds) else ()
        if not mine:
            continue
        shares = np.array([VOWEL_SHARE if is_vowel(sound) else 1.0 for sound in mine])
        edges = word.start_s + (word.end_s - word.start_s) * np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
        spans += [
            PhonemeSpan(sound, float(start_s), float(end_s), word.word)
            for sound, (start_s, end_s) in zip(mine, itertools.pairwise(edges), strict=True)
        ]
    return tuple(spans)


def _warped(speech: Speech, request: Request, guide_voice: Voice, caller: Caller) -> tuple[PhonemeSpan, ...]:
    guide = caller.speak(guide_voice, replace(request, reference=None))
    times = np.array([[p.start_s for p in guide.phonemes], [p.end_s for p in guide.phonemes]], np.float64)
    start_s, end_s = (
        warp_times(guide.audio, guide.sample_rate, speech.audio, speech.sample_rate, row) for row in times
    )
    start_s, end_s = _led(np.array([p.word for p in guide.phonemes]), start_s, np.maximum(start_s, end_s), speech.words)
    return tuple(
        replace(phoneme, start_s=float(a), end_s=float(b))
        for phoneme, a, b in zip(guide.phonemes, start_s, end_s, strict=True)
    )


def _led(
    word: NDArray[np.int64], start_s: NDArray[np.float64], end_s: NDArray[np.float64], words: Sequence[WordSpan]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times of sounds, stretched and moved so that each word begins and ends where the provider says."""
    start_s, end_s = start_s.copy(), end_s.copy()
    for span in words:
        mine = np.flatnonzero(word == span.word)
        if not len(mine):
            continue
        first_s, last_s = start_s[mine[0]], end_s[mine[-1]]
        scale = (span.end_s - span.start_s) / (last_s - first_s) if last_s > first_s else 0.0
        for times_s in (start_s, end_s):
            times_s[mine] = span.start_s + scale * (times_s[mine] - first_s)
    order = np.maximum.accumulate(np.column_stack([start_s, end_s]).ravel())
    return order[0::2], order[1::2]


def _guide(language: str, known: Mapping[str, type[Voice]], besides: str) -> Voice | None:
    """An installed voice that knows the times of its sounds, if one speaks the language."""
    base = language.partition("-")[0]
    for name, component in sorted(known.items()):
        speaks = base in component.languages or "*" in component.languages
        if name != besides and component.gives_durations and not component.online and speaks:
            guide = component()
            if not guide.available():
                return guide
    return None
