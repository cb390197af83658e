"""What hosted voices say beside their audio: ElevenLabs' times; OpenAI's formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from singing.songs import TWINKLE, song
from songwright.interfaces.voice import Request, Speech, Voice, VoiceError, WordSpan
from songwright.plugins import load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import perform
from songwright.singing.caller import Caller
from songwright.singing.fill import complete
from songwright_voices.elevenlabs import ElevenLabs
from songwright_voices.openai import OpenAI
from songwright_voices.word_times import from_tokens
from voices import loopback
from voices.loopback import RATE, Server, serving, tone

TEXT = "Harbour lights, calling home."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for component in (OpenAI, ElevenLabs):
        monkeypatch.delenv(component.key_name, raising=False)
        monkeypatch.delenv(component.address_name, raising=False)
    with serving() as state:
        state.locked = False
        yield state


def voice(component: Any, server: Server, **params: Any) -> Any:
    return component(component.Params(base_url=server.url, **params))


def test_characters_tell_when_words_are_heard(server: Server) -> None:
    speech = voice(ElevenLabs, server, similarity=0.5).speak(Request(TEXT, speed=0.6))
    assert server.requests[0]["path"].endswith("/with-timestamps?output_format=pcm_24000")
    assert server.requests[0]["wish"]["voice_settings"] == {"stability": 0.5, "similarity_boost": 0.5, "speed": 0.7}
    places = [(0, 7), (8, 14), (16, 23), (24, 28)]
    assert [(round(w.start_s * 15), round(w.end_s * 15)) for w in speech.words] == places
    assert speech.phonemes == ()


def test_letters_stand_for_sounds_in_other_languages(server: Server) -> None:
    speech = voice(ElevenLabs, server).speak(Request("¿Qué tal?", language="es-MX"))
    assert [(p.phoneme, p.word) for p in speech.phonemes] == [
        ("q", 0), ("u", 0), ("é", 0), ("t", 1), ("a", 1), ("l", 1),
    ]  # fmt: skip
    assert speech.phonemes[2].start_s == pytest.approx(3 / 15)


@pytest.mark.parametrize(
    ("alignment", "works"),
    [
        (None, True),
        ({"characters": list("Something else."), "character_start_times_seconds": [0.0] * 15}, False),
        ({"characters": "x"}, False),
        ("later", False),
    ],
)
def test_times_may_be_missing_but_not_broken(
    alignment: Any, works: bool, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = json.loads(loopback.timed(TEXT))
    monkeypatch.setattr(loopback, "timed", lambda *_: json.dumps({**usual, "alignment": alignment}).encode())
    if works:
        assert voice(ElevenLabs, server).speak(Request(TEXT)).words == ()
    else:
        with pytest.raises(VoiceError, match="times that cannot be read"):
            voice(ElevenLabs, server).speak(Request(TEXT))


def test_times_that_outlast_the_audio_tell_of_a_cut(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "timed", lambda text, _: _timed_and_cut(text))
    with pytest.raises(VoiceError, match="cut off"):
        voice(ElevenLabs, server).speak(Request(TEXT))


def _timed_and_cut(text: str) -> bytes:
    """Half the audio: more than a fast speaker would need, but less than the times say."""
    return _real_timed(text, 0.5)


_real_timed = loopback.timed


def test_a_hosted_voice_sings_with_its_own_word_times(server: Server, tmp_path: Path) -> None:
    part, arrangement = song(TWINKLE)
    use = VoiceUse(use=("elevenlabs",), params={"base_url": server.url})
    sung = perform(part, arrangement, use, load_plugins(safe=True), 44_100)
    assert sung.metrics.provider == "elevenlabs"
    assert len(tuple(sung.plan.syllables())) == 14
    assert np.abs(sung.audio).max() > 0.01


class Clock(Voice):
    """Tells the times of words, and whose recording is a copy of hibari's, later and slower."""

    name = "clock"

    def speak(self, request: Request) -> Speech:
        raise AssertionError("it has spoken")


def test_sounds_are_led_to_the_words_that_the_provider_tells() -> None:
    """The embedded voice's own recording, laid over itself: then words that lie elsewhere pull their sounds along."""
    known = {name: load_plugins(safe=True).get("voice", name) for name in ("hibari",)}
    request = Request("Harbour lights are calling.")
    spoken = known["hibari"]().speak(request)
    bare = Speech(spoken.audio, spoken.sample_rate)
    plain = complete(bare, request, Clock(), known, Caller()).phonemes
    assert max(abs(a.start_s - b.start_s) for a, b in zip(plain, spoken.phonemes, strict=True)) < 0.02
    edges = {
        k: (min(p.start_s for p in plain if p.word == k), max(p.end_s for p in plain if p.word == k)) for k in range(4)
    }
    late = tuple(WordSpan(k, a + 0.05, b + 0.05) for k, (a, b) in edges.items())
    led = complete(Speech(spoken.audio, spoken.sample_rate, words=late), request, Clock(), known, Caller()).phonemes
    for a, b in zip(plain, led, strict=True):
        assert b.start_s - a.start_s == pytest.approx(0.05, abs=0.002)
    half = tuple(WordSpan(k, a, a + (b - a) / 2) for k, (a, b) in edges.items())
    shrunk = complete(Speech(spoken.audio, spoken.sample_rate, words=half), request, Clock(), known, Caller()).phonemes
    for a, b in zip(plain, shrunk, strict=True):
        first = edges[a.word][0]
        assert b.start_s - first == pytest.approx((a.start_s - first) / 2, abs=0.002)


def test_a_language_that_nobody_can_time_says_who_could() -> None:
    known = {name: load_plugins(safe=True).get("voice", name) for name in ("hibari",)}
    with pytest.raises(VoiceError, match="'de'; piper with a model of that language, edge and elevenlabs"):
        complete(Speech(tone("x"), RATE), Request("Tag", language="de"), Clock(), known, Caller())


@pytest.mark.parametrize("kind", ["wav", "pcm", "mp3", "flac"])
def test_formats(kind: str, server: Server) -> None:
    speech = voice(OpenAI, server, format=kind, instructions="softly").speak(Request(TEXT))
    wish = server.requests[0]["wish"]
    assert (wish["response_format"], wish["instructions"], wish["model"], wish["voice"]) == (
        kind, "softly", "gpt-4o-mini-tts", "alloy",
    )  # fmt: skip
    assert speech.sample_rate == RATE
    true = tone(TEXT)
    assert abs(len(speech.audio) - len(true)) < 0.12 * RATE, "MP3 adds a little"
    likeness = np.correlate(speech.audio, true, "full").max() / np.linalg.norm(true) / np.linalg.norm(speech.audio)
    assert likeness > (0.99 if kind == "mp3" else 0.99999)


def test_raw_samples_say_their_rate(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "RATE", 16_000)
    speech = voice(OpenAI, server, format="pcm").speak(Request(TEXT))
    assert speech.sample_rate == 16_000


def test_speed_stays_within_what_the_server_takes(server: Server) -> None:
    voice(OpenAI, server).speak(Request(TEXT, speed=0.1))
    assert server.requests[0]["wish"]["speed"] == 0.25


def test_tokens_find_their_words() -> None:
    tokens = [
        ("It", 0.0, 0.1),
        ("'s", 0.1, 0.2),
        ("half", 0.3, 0.5),
        ("past", 0.5, 0.7),
        ("nowhere", 0.7, 0.8),
        ("ten", 0.9, 1.2),
    ]
    assert from_tokens("It's half-past, ten!", tokens) == (
        WordSpan(0, 0.0, 0.2), WordSpan(1, 0.3, 0.7), WordSpan(2, 0.9, 1.2),
    )  # fmt: skip
    assert from_tokens("", tokens) == ()
