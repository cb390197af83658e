"""A voice under a profile: one that clones is given the recording, any other is led towards the profile by its sound.

To know what a voice sounds like of itself, it speaks a few sentences once; its character is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, Request, Speech, Voice, VoiceError
from songwright.profiles.character import Character
from songwright.profiles.library import library
from songwright.profiles.profile import RATE, Profile
from songwright.singing import likeness, portrait, world
from songwright.singing.caller import Caller, speech_key
from songwright.singing.join import active_level
from songwright.singing.store import key

#: What a voice speaks to be known: all vowels and most consonants of the language.
SENTENCES = {
    "en": "The boy drew a blue moon above the old house, while his father read aloud from a book of songs. "
    "We heard the wind go by in the early morning, and she gave us bread, cheese, a cup of hot tea and five pears.",
    "de": "Der Junge malte einen blauen Mond über das alte Haus, während seine Mutter leise ein schönes Lied sang. "
    "Früh am Morgen hörten wir den Wind, und sie gab uns Brot, Käse, heißen Tee und fünf reife Pflaumen.",
    "fr": "Le garçon dessine une lune bleue sur la vieille maison, pendant que son père lit un beau livre de chansons. "
    "Tôt le matin nous entendons le vent, et elle nous donne du pain, du thé chaud et cinq bonnes poires.",
    "es": "El niño dibuja una luna azul sobre la casa vieja, mientras su padre lee un libro de canciones. "
    "Por la mañana temprano oímos el viento, y ella nos da pan, queso, una taza de té y cinco peras buenas.",
    "it": "Il ragazzo disegna una luna blu sopra la vecchia casa, mentre suo padre legge un libro di canzoni. "
    "La mattina presto sentiamo il vento, e lei ci dà pane, formaggio, una tazza di tè e cinque pere buone.",
    "pt": "O menino desenha uma lua azul sobre a casa velha, enquanto o pai lê um livro de canções. "
    "De manhã cedo ouvimos o vento, e ela nos dá pão, queijo, uma xícara de chá e cinco peras boas.",
}
_OWN_WORDS = 300  # characters of the song that stand in where there are no sentences of its language


@dataclass(frozen=True)
class Guise:
    """What a voice puts on to sound like a profile; without any, it stays itself."""

    key: str = ""  # part of the keys of what is sung
    reference: Reference | None = None  # for voices that clone
    likeness: likeness.Likeness | None = None  # for all others

    def dress(self, analysis: world.Analysis) -> world.Analysis:
        """A recording of the voice as the profile's voice would have said it."""
        return likeness.apply(self.likeness, analysis) if self.likeness else analysis

    def recolour(self, speech: Speech) -> Speech:
        """Speech taken apart, dressed and put together again, as loud as it was."""
        if self.likeness is None or not speech.audio.any():
            return speech
        analysis = self.dress(world.analyse(speech))
        frames, transform = np.arange(len(analysis.f0_hz), dtype=np.float64), analysis.transform()
        audio = world.synthesise(
            analysis.f0_hz.astype(np.float64),
            world.envelope_at(analysis, frames, transform) + 1e-16,
            world.aperiodicity_at(analysis, frames, transform),
            analysis.sample_rate,
        )[: len(speech.audio)].astype(np.float32)
        level = active_level(audio, speech.sample_rate)
        gain = active_level(speech.audio, speech.sample_rate) / level if level else 1.0
        peak = float(np.abs(audio).max()) * gain
        return Speech(audio * np.float32(gain / max(peak, 1.0)), speech.sample_rate, speech.phonemes)


def put_on(profile: Profile | None, voice: Voice, caller: Caller, language: str, words: Sequence[str] = ()) -> Guise:
    """How a voice takes on a profile.

    Args:
        profile: whose voice it should be; None leaves the voice itself.
        voice: who sings.
        caller: asks the voice for its sentences.
        language: BCP 47 code of the lyrics.
        words: lines of the song, for languages without sentences here.

    Raises:
        VoiceError: the voice cannot be asked, or cannot take on a profile.
    """
    if profile is None:
        return Guise()
    if voice.clones:
        return Guise(key("guise", "clone", profile.id), _reference(profile, voice))
    request = Request(sentences(language, words), language=language)
    alike = likeness.likeness(_character(voice, caller, request), profile.character)
    versions = (portrait.VERSION, likeness.VERSION, world.VERSION)
    return Guise(key("guise", *versions, profile.id, speech_key(voice, request)), likeness=alike)


def speak_as(guise: Guise, voice: Voice, request: Request, caller: Caller) -> Speech:
    """What a voice makes of a request in its guise: from the store, or spoken and dressed."""
    if guise.likeness is None:
        return caller.speak(voice, request)
    name = key("guised", guise.key, speech_key(voice, request))
    if caller.store and (arrays := caller.store.get(name)) is not None:
        return Speech(np.asarray(arrays["audio"], np.float32), int(arrays["sample_rate"]))
    speech = guise.recolour(caller.speak(voice, request))
    if caller.store:
        caller.store.put(name, {"audio": speech.audio, "sample_rate": np.array(speech.sample_rate)})
    return speech


def sentences(language: str, words: Sequence[str]) -> str:
    """What a voice speaks to be known: sentences of its language, or the beginning of the song's own words."""
    known = SENTENCES.get(language.partition("-")[0].lower())
    return known or " ".join(words)[:_OWN_WORDS].rsplit(" ", 1)[0] or SENTENCES["en"]


def _reference(profile: Profile, voice: Voice) -> Reference:
    """The recording for a voice that clones, with what its model made of it: once, then kept."""
    reference = Reference(profile.audio(), RATE, profile.text, profile.id)
    kept = library()
    made = kept.embedding(profile, voice.fingerprint())
    if made is None:
        try:
            made = voice.embed(reference)
        except NotImplementedError:  # it clones from the recording each time
            return reference
        kept.store_embedding(profile, voice.fingerprint(), *made)
    return replace(reference, embeddings=dict([made]))


def _character(voice: Voice, caller: Caller, request: Request) -> Character:
    """What the voice sounds like of itself."""
    name = key("character", portrait.VERSION, world.VERSION, speech_key(voice, request))
    if caller.store and (arrays := caller.store.get(name)) is not None:
        return Character.read(json.loads(arrays["character"].tobytes()))
    speech = caller.speak(voice, request)
    try:
        character = portrait.portray(world.analyse(at_rate(speech)))
    except portrait.FaintVoiceError as error:
        raise VoiceError(f"it cannot take on a profile: of its own speech, {error}", voice=voice.name) from error
    document: NDArray[np.uint8] = np.frombuffer(json.dumps(character.document()).encode(), np.uint8)
    if caller.store:
        caller.store.put(name, {"character": document})
    return character


def at_rate(speech: Speech) -> Speech:
    """Speech at the rate that profiles are kept at, so that characters compare."""
    if speech.sample_rate == RATE:
        return speech
    import soxr

    audio = np.asarray(soxr.resample(speech.audio, speech.sample_rate, RATE, quality="HQ"), np.float32)
    return Speech(audio, RATE, speech.phonemes, speech.pitch)
