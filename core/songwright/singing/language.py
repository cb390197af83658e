"""Which voice speaks which language, told before anything is asked of it."""

from __future__ import annotations

from collections.abc import Mapping

from songwright.interfaces.voice import Voice, VoiceRefusedError


class UnspokenLanguageError(VoiceRefusedError):
    """The voice does not speak the language: the wish is wrong, nothing failed."""

    exit_code = 2


def require_language(voice: Voice, language: str, known: Mapping[str, type[Voice]]) -> None:
    """Go on when ``voice`` speaks ``language``.

    Args:
        voice: who is asked.
        language: BCP 47.
        known: the voices that are installed, to name those that would.

    Raises:
        UnspokenLanguageError: it does not.
    """
    if voice.speaks(language):
        return
    others = [_described(component) for name, component in sorted(known.items()) if _speaks(component, language)]
    advice = f"; these do: {', '.join(others)}; `songwright doctor` says what each needs" if others else ""
    own = "" if "*" in voice.languages else f"; it speaks {', '.join(voice.languages)}"
    raise UnspokenLanguageError(f"does not speak {language!r}{own}{advice}", voice=voice.name)


def _speaks(component: type[Voice], language: str) -> bool:
    return bool({"*", language, language.partition("-")[0]} & set(component.languages))


def _described(component: type[Voice]) -> str:
    """A voice's name, and what it lacks here."""
    try:
        missing = component().available()
    except Exception as error:  # noqa: BLE001 - a provider may raise anything; it is only named here
        missing = f"{type(error).__name__}: {error}"
    return f"{component.name} ({missing.partition(': ')[0]})" if missing else component.name
