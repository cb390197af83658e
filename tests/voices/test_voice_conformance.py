"""Every registered voice keeps the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from songwright.interfaces.voice import Voice
from songwright.plugins import load_plugins
from songwright.testing.voice import VOICE_CHECKS, check_voice_speaks, check_voice_times_are_sound
from songwright_voices.hosted import HostedVoice
from voices.loopback import KEY, serving

VOICES = [entry.component for entry in load_plugins(safe=True).all("voice")]
HOSTED = [voice for voice in VOICES if issubclass(voice, HostedVoice)]


@pytest.mark.parametrize("check", VOICE_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.name)
def test_a_voice_keeps_the_contract(voice: type[Voice], check: Callable[[type[Voice]], None]) -> None:
    check(voice)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving() as server:
        for voice in HOSTED:
            monkeypatch.setenv(voice.key_name, KEY)
            monkeypatch.setenv(voice.address_name, server.url)
        yield server.url


@pytest.mark.parametrize("voice", HOSTED, ids=lambda voice: voice.name)
def test_an_online_voice_keeps_it_with_a_server(voice: Any, address: str) -> None:
    made = voice(voice.Params(base_url=address))
    check_voice_speaks(made)
    check_voice_times_are_sound(made)


def test_a_broken_voice_is_told_what_is_wrong() -> None:
    class Shy(Voice):
        """Says nothing at all."""

        name = "shy"
        gives_durations = True
        languages = ()

        def speak(self, request: Any) -> Any:
            import numpy as np

            from songwright.interfaces.voice import Speech

            return Speech(np.zeros(48_000, np.float32), 24_000)

    def complaints(voice: type[Voice]) -> list[str]:
        found = []
        for check in VOICE_CHECKS:
            try:
                check(voice)
            except AssertionError as error:
                found.append(str(error))
        return found

    said = " ".join(complaints(Shy))
    assert "languages is empty" in said
    assert "audio is silent" in said
    assert "there are no phonemes" in said
    assert "not slower" in said
