"""Hosted voices against a server that fails in every way: the chain goes on, or says clearly why not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from songwright.interfaces.voice import (
    Request,
    Speech,
    Voice,
    VoiceBusyError,
    VoiceError,
    VoiceRefusedError,
    VoiceUnavailableError,
)
from songwright.singing.caller import Caller, CancelledError, Policy
from songwright.singing.speech import speak
from songwright.singing.store import Store
from songwright_voices.elevenlabs import ElevenLabs
from songwright_voices.openai import OpenAI
from voices.loopback import KEY, Server, serving, tone

TEXT = "Harbour lights are calling home."
PATIENT = Policy(attempts=3, pause_s=0.01, timeout_s=0.3)
ONCE = Policy(attempts=1, timeout_s=0.3)


class Spare(Voice):
    """A voice that always works, for the end of a chain."""

    name = "spare"

    def speak(self, request: Request) -> Speech:
        return Speech(tone(request.text), 24_000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    with serving() as state:
        monkeypatch.setenv("OPENAI_BASE_URL", state.url)
        monkeypatch.setenv("ELEVENLABS_BASE_URL", state.url)
        yield state


def voice(component: Any, server: Server, **params: Any) -> Any:
    return component(component.Params(base_url=server.url, **params))


both = pytest.mark.parametrize("component", [OpenAI, ElevenLabs])


@both
def test_it_speaks(component: Any, server: Server) -> None:
    speech = voice(component, server).speak(Request(TEXT))
    np.testing.assert_allclose(speech.audio, tone(TEXT), atol=2e-4)
    assert server.requests[0]["path"].startswith(("/audio/speech", "/v1/text-to-speech/"))


@both
@pytest.mark.parametrize(
    "fault",
    ["busy", "broken", "page", "noise", "cut", "chunked", "hangup", "garble", "short", "empty", "nothing", "slow"],
)
def test_one_fault_is_forgotten(component: Any, fault: str, server: Server) -> None:
    server.faults = [fault]
    speech = Caller(policy=PATIENT).speak(voice(component, server), Request(TEXT))
    assert len(speech.audio) == len(tone(TEXT))
    assert len(server.requests) == 2


@both
@pytest.mark.parametrize(
    ("fault", "kind", "asked"),
    [
        ("busy", VoiceBusyError, 3),
        ("broken", VoiceBusyError, 3),
        ("slow", VoiceBusyError, 3),
        ("drip", VoiceBusyError, 3),
        ("page", VoiceError, 3),
        ("cut", VoiceError, 3),
        ("hangup", VoiceError, 3),
        ("chunked", VoiceError, 3),
        ("garble", VoiceError, 3),
        ("noise", VoiceError, 3),
        ("short", VoiceError, 3),
        ("empty", VoiceError, 3),
        ("nothing", VoiceError, 3),
        ("away", VoiceRefusedError, 1),
        ("refused", VoiceRefusedError, 1),
        ("key", VoiceRefusedError, 1),
    ],
)
def test_a_lasting_fault_is_explained_in_time_and_leaves_no_trace(
    component: Any, fault: str, kind: type[Exception], asked: int, server: Server, tmp_path: Path
) -> None:
    server.always = fault
    caller = Caller(Store(tmp_path), PATIENT)
    begun_s = time.monotonic()
    with pytest.raises(kind) as caught:
        caller.speak(voice(component, server), Request(TEXT))
    assert time.monotonic() - begun_s < 3 * PATIENT.timeout_s + 1.0
    assert len(server.requests) == asked
    assert component.name in str(caught.value)
    assert KEY not in str(caught.value)
    assert not list(tmp_path.rglob("*.npz")), "a failed answer must not be cached"
    server.always = ""
    assert len(Caller(Store(tmp_path)).speak(voice(component, server), Request(TEXT)).audio) == len(tone(TEXT))


@both
@pytest.mark.parametrize("fault", ["busy", "broken", "slow", "page", "cut", "short", "empty", "key", "away", "refused"])
def test_the_chain_goes_on(component: Any, fault: str, server: Server) -> None:
    server.always = fault
    said = speak(TEXT, [voice(component, server), Spare()], caller=Caller(policy=ONCE))
    assert said.voice == "spare"
    assert component.name in said.passed_over[0]


def test_a_chain_may_be_told_to_stay(server: Server) -> None:
    server.always = "broken"
    with pytest.raises(VoiceBusyError):
        speak(TEXT, [voice(OpenAI, server), Spare()], fallback="never", caller=Caller(policy=ONCE))
    with pytest.raises(VoiceBusyError):
        speak(TEXT, [voice(OpenAI, server), Spare()], fallback="same_voice", caller=Caller(policy=ONCE))


def test_nobody_left_names_everybody(server: Server) -> None:
    server.always = "broken"
    with pytest.raises(VoiceError, match=r"openai[\s\S]*elevenlabs"):
        speak(TEXT, [voice(OpenAI, server), voice(ElevenLabs, server)], caller=Caller(policy=ONCE))


def test_a_voice_that_keeps_failing_is_left_alone(server: Server) -> None:
    server.always = "broken"
    caller = Caller(policy=Policy(attempts=1, breaks_after=3, timeout_s=0.5))
    for _ in range(6):
        with pytest.raises(VoiceBusyError):
            caller.speak(voice(OpenAI, server), Request(TEXT))
    assert len(server.requests) == 3


@both
def test_without_a_key_it_is_unavailable(component: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(component.key_name, raising=False)
    monkeypatch.delenv(component.address_name, raising=False)
    assert component.key_name in component().available()
    with pytest.raises(VoiceUnavailableError, match=component.key_name):
        component().speak(Request(TEXT))


@both
def test_the_key_is_part_of_no_cache_and_no_name(component: Any, server: Server, tmp_path: Path) -> None:
    Caller(Store(tmp_path)).speak(voice(component, server), Request(TEXT))
    assert KEY not in voice(component, server).fingerprint()
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.rglob("*.npz"))


@both
def test_a_password_in_the_address_is_refused(component: Any) -> None:
    assert "password" in component(component.Params(base_url="http://me:secret@localhost/")).available()


def test_what_was_spoken_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    first = Caller(Store(tmp_path)).speak(voice(OpenAI, server), Request(TEXT))
    second = Caller(Store(tmp_path)).speak(voice(OpenAI, server), Request(TEXT))
    np.testing.assert_array_equal(first.audio, second.audio)
    assert len(server.requests) == 1


def test_a_wish_for_a_pause_is_heeded(server: Server) -> None:
    server.faults = ["busy"]
    policy = Policy(attempts=2, pause_s=0.0, timeout_s=2.0)
    server.retry_after = "0.3"
    begun_s = time.monotonic()
    Caller(policy=policy).speak(voice(OpenAI, server), Request(TEXT))
    assert 0.3 <= time.monotonic() - begun_s < 1.5


@pytest.mark.parametrize("wish", ["3600", "soon", "-5", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wish_for_too_long_a_pause_is_not(wish: str, server: Server) -> None:
    server.faults = ["busy"]
    server.retry_after = wish
    policy = Policy(attempts=2, pause_s=0.0, longest_pause_s=0.1, timeout_s=2.0)
    begun_s = time.monotonic()
    Caller(policy=policy).speak(voice(OpenAI, server), Request(TEXT))
    assert time.monotonic() - begun_s < 1.5


def test_a_voice_that_was_left_alone_is_asked_again_after_its_rest(server: Server) -> None:
    server.always = "broken"
    caller = Caller(policy=Policy(attempts=1, breaks_after=2, rests_s=0.2, timeout_s=0.5))
    for _ in range(3):
        with pytest.raises(VoiceBusyError):
            caller.speak(voice(OpenAI, server), Request(TEXT))
    assert len(server.requests) == 2
    server.always = ""
    time.sleep(0.25)
    assert len(caller.speak(voice(OpenAI, server), Request(TEXT)).audio) == len(tone(TEXT))


@both
@pytest.mark.parametrize("fault", ["drip", "slow"])
def test_stopping_cuts_a_request_short(component: Any, fault: str, server: Server) -> None:
    server.always = fault
    caller = Caller(policy=Policy(attempts=3, timeout_s=20.0))
    threading.Timer(0.15, caller.cancel.set).start()
    begun_s = time.monotonic()
    with pytest.raises(CancelledError):
        caller.speak(voice(component, server), Request(TEXT))
    assert time.monotonic() - begun_s < 0.7


def test_stopping_a_long_text_ends_all_its_pieces(server: Server) -> None:
    server.always = "drip"
    caller = Caller(policy=Policy(attempts=3, timeout_s=20.0))
    threading.Timer(0.15, caller.cancel.set).start()
    begun_s = time.monotonic()
    with pytest.raises(CancelledError):
        speak(
            " ".join(f"Sentence {k}." for k in range(40)), [voice(OpenAI, server), Spare()], caller=caller, longest=30
        )
    assert time.monotonic() - begun_s < 1.5


def test_stopping_is_heard_between_attempts(server: Server) -> None:
    server.always = "broken"
    caller = Caller(policy=Policy(attempts=5, pause_s=10.0, timeout_s=0.5))
    caller.cancel.set()
    with pytest.raises(CancelledError):
        caller.speak(voice(OpenAI, server), Request(TEXT))


def test_pieces_are_spoken_side_by_side_and_joined_in_order(server: Server) -> None:
    text = " ".join(f"Sentence number {k} is here." for k in range(30))
    server.faults = ["busy", "hangup", "short"]
    said = speak(text, [voice(OpenAI, server)], caller=Caller(policy=PATIENT), workers=4, longest=60)
    assert said.pieces == 15
    assert len(server.requests) == 18
    alone = speak(text, [voice(OpenAI, server)], workers=1, longest=60)
    np.testing.assert_array_equal(said.audio, alone.audio)
