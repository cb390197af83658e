"""What voices from local models have in common: a folder, a device, pieces, pace; the model is loaded once.

A subclass says which models it takes and how one is loaded; the model speaks one piece at a time. Torch and
transformers are imported when it first speaks.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from songwright.interfaces.voice import Request, Speech, Voice, VoiceRefusedError, VoiceUnavailableError
from songwright.knobs import Params, knob
from songwright.singing.join import join
from songwright.singing.text import split, without_pronunciations
from songwright_voices.accelerator import Device, Place, Precision
from songwright_voices.model_folder import config_of, digest, missing_packages
from songwright_voices.pace import at_pace

_DENSE = ("zh", "ja", "ko")


class NeuralParams(Params):
    """Which model, and where it runs."""

    model: Path | None = knob(None, help="folder of the model; nothing is ever downloaded")
    device: Device = knob("auto", help="where it runs; auto: on a GPU when torch sees one")
    precision: Precision = knob("auto", help="of its numbers; auto: half on a GPU, full on a CPU")
    threads: int = knob(4, 1, 64, "", "of the CPU; another number may change the last bits")
    seed: int = knob(0, 0, 1_000_000, "", "another number, another reading")


class NeuralVoice(Voice):
    """A voice from a model in a local folder."""

    languages: ClassVar[tuple[str, ...]] = ("*",)
    workers: ClassVar[int] = 1  # one run of a model keeps all the machine busy
    #: ``model_type`` of the models it takes, as their config.json says it.
    kinds: ClassVar[tuple[str, ...]]
    #: Packages that run it.
    packages: ClassVar[tuple[str, ...]] = ("torch", "transformers")
    #: The environment variable that names the folder when the project does not.
    folder_name: ClassVar[str]
    #: Characters that the model speaks well at once.
    longest: ClassVar[int] = 200
    #: The same in Chinese, Japanese and Korean, where a sign is a syllable.
    longest_dense: ClassVar[int] = 60

    def available(self) -> str:
        """What is missing, if anything; nothing is imported for it."""
        missing = [missing_packages(*self.packages)] if missing_packages(*self.packages) else []
        try:
            self.check()
        except VoiceUnavailableError as error:
            missing.append(str(error).removeprefix(f"voice {self.name!r}: "))
        return "; ".join(missing)

    def check(self) -> dict[str, Any]:
        """The model's configuration, once all that can be told from files is in order.

        Raises:
            VoiceUnavailableError: no folder was given, or it holds no such model.
        """
        return config_of(self.folder(), self.name, self.kinds)

    def folder(self) -> Path:
        """Where the model lies."""
        given = self.params.model or os.environ.get(self.folder_name, "").strip()
        if not given:
            kinds = " or ".join(self.kinds)
            raise VoiceUnavailableError(
                f"no model was given: write model: FOLDER beside use: {self.name} (speak takes --param model=FOLDER), "
                f"the folder of a {kinds} model, or set {self.folder_name}=FOLDER in the environment",
                voice=self.name,
            )
        return Path(given).expanduser().absolute()

    def fingerprint(self) -> str:
        """The content of the model instead of its place, and the parameters that are no places."""
        paths = {name for name in type(self.params).model_fields if isinstance(getattr(self.params, name), Path)}
        contents = "/".join(digest(path) for path in self._places())
        return f"{self.name}/{self.version}/{self.params.model_dump_json(exclude={'model', *paths})}/{contents}"

    def _places(self) -> Sequence[Path]:
        """The files and folders that its sound depends on."""
        try:
            return [self.folder()]
        except VoiceUnavailableError:
            return []

    def place(self) -> Place:
        """Where it runs on this machine. Imports torch."""
        from songwright_voices.accelerator import place

        return place(self.params.device, self.params.precision, self.name)

    def require(self) -> None:
        """Raise when it cannot work."""
        if missing := self.available():
            raise VoiceUnavailableError(missing, voice=self.name)

    def speak(self, request: Request) -> Speech:
        """Speak, piece by piece; the model's own pace is stretched to the one that is wished for."""
        self.require()
        longest = self.longest_dense if request.language.partition("-")[0] in _DENSE else self.longest
        pieces = split(without_pronunciations(request.text), longest)
        if not any(character.isalnum() for piece in pieces for character in piece):
            raise VoiceRefusedError(f"there is nothing to say in {request.text!r}", voice=self.name)
        audio, rate = self.say(pieces, request)
        whole = join(audio, pieces, rate)
        return Speech(at_pace(whole, rate, request.speed), rate)

    def say(self, pieces: Sequence[str], request: Request) -> tuple[list[Any], int]:
        """The audio of each piece, mono float32, and the sample rate."""
        raise NotImplementedError
