"""eSpeak NG, called as a program when it is installed: every language, plainly."""

from __future__ import annotations

import re
import subprocess

from songwright.interfaces.voice import Request, Speech, Voice, VoiceError, VoiceUnavailableError
from songwright.knobs import Params, knob
from songwright_voices.decode import container
from songwright_voices.espeak_words import MISSING, program

_WORDS_A_MINUTE = 160


class EspeakParams(Params):
    """Which of eSpeak's voices."""

    voice: str = knob("", help="a voice or variant such as en-us+f3; empty: the language's own")
    pitch: int = knob(50, 0, 99, "", "height of the speaking voice")


class Espeak(Voice):
    """eSpeak NG, if the program is installed: over a hundred languages, a robot's voice."""

    name = "espeak"
    character = "man, synthetic"
    licence = "GPL-3.0 program, not part of this"
    Params = EspeakParams
    languages = ("*",)
    sample_rate = 22_050
    midi_range = (43, 67)
    workers = 4
    identity = "espeak"

    def available(self) -> str:
        """What is missing, if anything."""
        return "" if program() else MISSING

    def variants(self) -> tuple[str, ...]:
        """The program's voices, one a language."""
        found = program()
        if found is None:
            return ()
        try:
            listed = subprocess.run([found, "--voices"], capture_output=True, text=True, timeout=10.0, check=True)
        except (OSError, subprocess.SubprocessError):
            return ()
        columns = (line.split() for line in listed.stdout.splitlines()[1:])
        return tuple(sorted({one[1] for one in columns if len(one) > 3}))

    def speak(self, request: Request) -> Speech:
        """Speak through the program; words go in by its standard input."""
        found = program()
        if found is None:
            raise VoiceUnavailableError(self.available(), voice=self.name)
        voice = self.params.voice or request.language.lower()
        if not re.fullmatch(r"[A-Za-z0-9_+\-]+", voice):
            raise VoiceError(f"{voice!r} is not the name of a voice", voice=self.name)
        pace = str(min(max(round(_WORDS_A_MINUTE * request.speed), 80), 450))
        command = [found, "-v", voice, "-s", pace, "-p", str(self.params.pitch), "-b", "1", "--stdin", "--stdout"]
        try:
            done = subprocess.run(command, input=request.text.encode(), capture_output=True, timeout=request.timeout_s)
        except subprocess.TimeoutExpired as error:
            raise VoiceError(f"took longer than {request.timeout_s:g} s", voice=self.name) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[:200]
            raise VoiceError(f"the program failed: {said or done.returncode}", voice=self.name)
        return container(done.stdout, "audio/wav", request, self.name)
