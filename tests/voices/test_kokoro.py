"""What Kokoro's voices refuse, known without their model."""

from __future__ import annotations

import pytest

from songwright.interfaces.voice import Request, VoiceRefusedError
from songwright_voices import kokoro


def test_a_word_of_more_sounds_than_there_are_styles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()

    class Session:
        def run(self, _outputs: list[str], feeds: dict[str, object]) -> None:
            asked.append(len(feeds["tokens"][0]))
            raise EOFError

    monkeypatch.setattr(kokoro, "_model", lambda: (Session(), {"a": 1}))
    voice = kokoro.Kokoro()
    with pytest.raises(EOFError):
        voice.speak(Request(f"so[{509 * 'a'}]"))
    assert asked == [511]
    with pytest.raises(VoiceRefusedError, match="a word has 510 letters of sound: it takes 509"):
        voice.speak(Request(f"so[{510 * 'a'}]"))
