"""Keys: from the environment only, to trusted addresses only, and into nothing that is written or said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from songwright.cli.run import run
from songwright.interfaces.voice import Request, VoiceError, VoiceRefusedError
from songwright.plugins import load_plugins
from songwright.singing.caller import Caller, Policy
from songwright.singing.store import Store
from songwright_voices.elevenlabs import ElevenLabs
from songwright_voices.openai import OpenAI
from voices.loopback import KEY, Server, serving, tone

TEXT = "Harbour lights are calling home."
both = pytest.mark.parametrize("component", [OpenAI, ElevenLabs])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for component in (OpenAI, ElevenLabs):
        monkeypatch.setenv(component.key_name, KEY)
        monkeypatch.delenv(component.address_name, raising=False)
    with serving() as state:
        yield state


def voice(component: Any, server: Server, **params: Any) -> Any:
    return component(component.Params(base_url=server.url, **params))


def sent_key(server: Server) -> bool:
    return any(KEY in json.dumps(request) for request in server.requests)


@both
def test_an_address_that_only_the_project_names_gets_no_key(component: Any, server: Server) -> None:
    with pytest.raises(VoiceRefusedError, match=f"{component.address_name}={server.url}") as caught:
        voice(component, server).speak(Request(TEXT))
    assert len(server.requests) == 1
    assert not sent_key(server)
    assert KEY not in str(caught.value)


@both
def test_a_server_of_ones_own_needs_no_key(component: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(component.key_name)
    server.locked = False
    assert voice(component, server).available() == ""
    np.testing.assert_allclose(voice(component, server).speak(Request(TEXT)).audio, tone(TEXT), atol=2e-4)
    headers = {name.lower() for name in server.requests[0]["headers"]}
    assert not headers & {"authorization", "xi-api-key"}


@both
def test_the_environment_may_name_the_address(component: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(component.address_name, f"{server.url}/")
    assert component().speak(Request(TEXT)).seconds > 1.0
    assert sent_key(server)


@both
def test_a_redirection_does_not_take_the_key_along(
    component: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(component.address_name, server.url)
    with serving() as other:
        server.always, server.elsewhere = "away", other.url.replace("127.0.0.1", "localhost")
        with pytest.raises(VoiceRefusedError, match=r"sends us to localhost.*base_url"):
            Caller(policy=Policy(pause_s=0.01)).speak(voice(component, server), Request(TEXT))
    assert len(server.requests) == 1
    assert not other.requests


@both
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://me:secret@localhost/", "password"),
        ("ftp://localhost", "not an address"),
        ("localhost:8000", "not an address"),
        ("http://", "not an address"),
        ("http://localhost:port", "not an address"),
    ],
)
def test_addresses_that_are_none(component: Any, address: str, said: str) -> None:
    assert said in component(component.Params(base_url=address)).available()
    with pytest.raises(VoiceError, match=said):
        component(component.Params(base_url=address)).speak(Request(TEXT))


@both
@pytest.mark.parametrize("fault", ["", "key", "busy", "refused", "away"])
def test_the_key_is_in_no_message_log_name_or_file(
    component: Any,
    fault: str,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(component.address_name, server.url)
    monkeypatch.setenv("SONGWRIGHT_CACHE", str(tmp_path / "cache"))
    server.always = fault
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "out.wav"
    params = ["--param", f"base_url={server.url}"]
    code = run(["speak", TEXT, "--voice", component.name, "-o", str(out), "--json", "--debug", *params])
    assert sent_key(server), "else the test proves nothing"
    assert (code == 0) == (not fault)
    said = capsys.readouterr()
    assert KEY not in said.out + said.err + caplog.text
    assert component.name in said.out + said.err
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert bool(made) == (not fault)
    assert all(KEY.encode() not in path.read_bytes() and KEY not in str(path) for path in made)


@both
def test_the_key_is_in_no_fingerprint_and_no_cache_entry(component: Any, server: Server, tmp_path: Path) -> None:
    server.locked = False
    Caller(Store(tmp_path)).speak(voice(component, server), Request(TEXT))
    assert KEY not in voice(component, server).fingerprint() + repr(voice(component, server).params)
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.rglob("*.npz"))


@both
def test_other_addresses_have_other_names(component: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = component().fingerprint()
    monkeypatch.setenv(component.address_name, server.url)
    assert component().fingerprint() != usual


def test_every_hosted_voice_is_tested_here() -> None:
    keyed = [e.component for e in load_plugins(safe=True).all("voice") if hasattr(e.component, "key_name")]
    assert set(keyed) == {OpenAI, ElevenLabs}
