"""A language that a voice does not speak: said at once, with the voices that would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from singing.songs import TWINKLE, Hummer, song
from songwright.interfaces.voice import Request, Speech, Voice, VoiceError, VoiceRefusedError
from songwright.plugins import load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import perform
from songwright.singing.caller import Caller
from songwright.singing.fill import complete
from songwright.singing.language import require_language
from songwright.singing.speech import speak


class English(Voice):
    """Speaks English."""

    name = "english"

    def speak(self, request: Request) -> Speech:
        raise AssertionError("nobody may ask")


class Swiss(Voice):
    """Speaks two languages, if it were installed."""

    name = "swiss"
    languages = ("de", "fr-CH")

    def available(self) -> str:
        return "no key: set SWISS_KEY"


class Broken(Voice):
    """Speaks everything, but fails when it is asked how it is."""

    name = "broken"
    languages = ("*",)

    def available(self) -> str:
        raise RuntimeError("oops")


KNOWN: dict[str, type[Voice]] = {voice.name: voice for voice in (English, Swiss, Broken)}


def test_regions_are_no_obstacle() -> None:
    for language in ("de", "de-AT", "fr-CH"):
        require_language(Swiss(), language, KNOWN)
    with pytest.raises(VoiceRefusedError):
        require_language(Swiss(), "fr", {})


def test_who_would_is_named_with_what_they_lack() -> None:
    with pytest.raises(VoiceRefusedError) as caught:
        require_language(English(), "de-AT", KNOWN)
    said = str(caught.value)
    assert "'english': does not speak 'de-AT'; it speaks en" in said
    assert "broken (RuntimeError), swiss (no key); `songwright doctor` says" in said


def test_a_text_is_not_spoken_in_the_wrong_language() -> None:
    with pytest.raises(VoiceRefusedError, match="these do: broken"):
        speak("Guten Tag.", [English()], language="de", known=KNOWN)


def test_a_song_is_not_sung_in_the_wrong_language(tmp_path: Path) -> None:
    part, arrangement = song(TWINKLE)
    arrangement.project.language = "de"
    with pytest.raises(VoiceRefusedError, match=r"'hibari': does not speak 'de'.*espeak"):
        perform(part, arrangement, VoiceUse(use=("hibari",)), load_plugins(safe=True), 44_100)


def test_a_line_in_letters_that_the_voice_cannot_read_is_named() -> None:
    class Deaf(Hummer):
        def speak(self, request: Request) -> Speech:
            return replace(super().speak(request), phonemes=())

    request = Request("港口")
    with pytest.raises(VoiceError, match="finds nothing to read in '港口'; write words in its letters"):
        complete(Deaf().speak(request), request, Deaf(), {}, Caller())
