"""Edge's voices against a WebSocket server that speaks its protocol: times of words, faults, time-outs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import edge_tts.communicate
import numpy as np
import pytest

from songwright.interfaces.voice import (
    Request,
    VoiceBusyError,
    VoiceError,
    VoiceRefusedError,
    VoiceUnavailableError,
)
from songwright.plugins import load_plugins
from songwright.singing.caller import Caller, CancelledError, Policy
from songwright.singing.fill import complete
from songwright.singing.speech import speak
from songwright.singing.store import Store
from songwright.testing.voice import check_voice_obeys_speed, check_voice_speaks
from songwright_voices import edge
from songwright_voices.edge import Edge
from voices.loopback_edge import GAP_S, LEAD_S, WORD_S, EdgeServer, serving_edge

TEXT = "Harbour lights are <calling> home & it's late."
PATIENT = Policy(attempts=3, pause_s=0.01, timeout_s=0.4)
ONCE = Policy(attempts=1, timeout_s=0.4)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving_edge() as state:
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", state.url)
        yield state


def test_it_speaks_and_tells_when_each_word_is_heard(server: EdgeServer) -> None:
    speech = Edge(Edge.Params(voice="de-DE-KatjaNeural", pitch_hz=-5.0)).speak(Request(TEXT))
    assert [word.word for word in speech.words] == [0, 1, 2, 3, 4, 6, 7], "the sign & is no word of its own"
    starts = LEAD_S + np.arange(7) * (WORD_S + GAP_S)
    np.testing.assert_allclose([word.start_s for word in speech.words], starts, atol=1e-3)
    np.testing.assert_allclose([word.end_s for word in speech.words], starts + WORD_S, atol=1e-3)
    wish = server.requests[0]
    assert '"wordBoundaryEnabled":"true"' in wish["config"]
    assert "(de-DE, KatjaNeural)" in wish["ssml"]
    assert "pitch='-5Hz'" in wish["ssml"]
    assert "&lt;calling&gt; home &amp; it" in wish["ssml"]


def test_it_keeps_the_contract(server: EdgeServer) -> None:
    check_voice_speaks(Edge())
    check_voice_obeys_speed(Edge())


def test_words_survive_the_cache_and_time_the_sounds(server: EdgeServer, tmp_path: Path) -> None:
    request = Request("la lo mi", language="eo")
    caller = Caller(Store(tmp_path))
    first = caller.speak(Edge(), request)
    again = caller.speak(Edge(), request)
    assert len(server.requests) == 1
    assert again.words == first.words
    known = {name: load_plugins(safe=True).get("voice", name) for name in ("hibari", "edge")}
    whole = complete(again, request, Mute(), known, caller)
    assert [span.phoneme for span in whole.phonemes] == ["l", "a", "l", "o", "m", "i"]
    for k, word in enumerate(first.words):
        consonant, vowel = whole.phonemes[2 * k : 2 * k + 2]
        assert consonant.start_s == pytest.approx(word.start_s)
        assert vowel.start_s == pytest.approx(word.start_s + WORD_S / 3, abs=1e-6)
        assert vowel.end_s == pytest.approx(word.end_s)


class Mute(Edge):
    """Knows no sounds, as on a machine without espeak-ng."""

    def pronounce(self, text: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
        return ()


@pytest.mark.parametrize(
    "fault",
    ["busy", "broken", "hangup", "nonsense", "page", "scrap", "other", "noise", "cut", "half", "short", "empty"],
)
def test_one_fault_is_forgotten(fault: str, server: EdgeServer) -> None:
    server.faults = [fault]
    speech = Caller(policy=PATIENT).speak(Edge(), Request(TEXT))
    assert len(speech.words) == 7
    assert len(server.requests) == 2


def test_one_clock_askew_is_set_right(server: EdgeServer) -> None:
    """A 403 with the server's date: edge-tts tries once more with that clock."""
    server.faults = ["forbidden"]
    assert Edge().speak(Request(TEXT, timeout_s=2.0)).words
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "kind", "asked"),
    [
        ("forbidden", VoiceRefusedError, 2),
        ("busy", VoiceBusyError, 3),
        ("broken", VoiceBusyError, 3),
        ("slow", VoiceBusyError, 3),
        ("drip", VoiceBusyError, 3),
        ("hangup", VoiceError, 3),
        ("page", VoiceError, 3),
        ("scrap", VoiceError, 3),
        ("other", VoiceError, 3),
        ("noise", VoiceError, 3),
        ("cut", VoiceError, 3),
        ("half", VoiceError, 3),
        ("short", VoiceError, 3),
        ("empty", VoiceError, 3),
    ],
)
def test_a_lasting_fault_is_explained_in_time_and_leaves_no_trace(
    fault: str, kind: type[Exception], asked: int, server: EdgeServer, tmp_path: Path
) -> None:
    server.always = fault
    begun_s = time.monotonic()
    with pytest.raises(kind, match="voice 'edge'"):
        Caller(Store(tmp_path), PATIENT).speak(Edge(), Request(TEXT))
    assert time.monotonic() - begun_s < 3 * PATIENT.timeout_s + 1.5
    assert len(server.requests) == asked
    assert not list(tmp_path.rglob("*.npz")), "a failed answer must not be cached"


def test_a_server_that_is_not_there_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(edge_tts.communicate, "WSS_URL", "ws://127.0.0.1:9/edge/v1?x=1")
    with pytest.raises(VoiceBusyError, match="cannot be reached"):
        Edge().speak(Request(TEXT, timeout_s=2.0))


def test_a_voice_that_does_not_exist_is_refused_before_asking(server: EdgeServer) -> None:
    with pytest.raises(VoiceRefusedError, match="'emma' is not the name of a voice"):
        Edge(Edge.Params(voice="emma")).speak(Request(TEXT))
    assert not server.requests


def test_the_chain_goes_on(server: EdgeServer, tmp_path: Path) -> None:
    server.always = "forbidden"
    hibari = load_plugins(safe=True).get("voice", "hibari")()
    said = speak("Hello.", [Edge(), hibari], caller=Caller(policy=ONCE))
    assert said.voice == "hibari"
    assert "access token" in said.passed_over[0]


def test_it_stops_when_it_is_told(server: EdgeServer) -> None:
    server.always = "drip"
    caller = Caller(policy=Policy(attempts=3, timeout_s=20.0))
    threading.Timer(0.2, caller.cancel.set).start()
    begun_s = time.monotonic()
    with pytest.raises(CancelledError):
        caller.speak(Edge(), Request(TEXT))
    assert time.monotonic() - begun_s < 2.0


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "find_spec", lambda _: None)
    assert Edge().available().endswith("pip install 'songwright[edge]'")
    with pytest.raises(VoiceUnavailableError):
        Edge().speak(Request(TEXT))
