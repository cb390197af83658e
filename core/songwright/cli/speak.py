"""``songwright speak``: text to a sound file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.progress import watch
from songwright.cli.terminal import Terminal, pass_terminal
from songwright.errors import OutputError

if TYPE_CHECKING:
    from songwright.singing.speech import Spoken


@click.command(name="speak", short_help="Speak a text into a sound file.")
@click.argument("text")
@click.option("--voice", "voices", default="hibari", show_default=True, help="Who speaks; several: a,b,c in turn.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("speech.wav"))
@click.option("--speed", type=click.FloatRange(0.25, 4.0), default=1.0, show_default=True, help="Pace of speech.")
@click.option("--language", default="en", show_default=True, help="Language of the text, such as en or de.")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Pieces spoken side by side.")
@click.option("--piece", type=click.IntRange(20, 10_000), default=500, show_default=True, help="Characters a piece.")
@click.option(
    "--fallback",
    type=click.Choice(["never", "same_voice", "any"]),
    default="any",
    show_default=True,
    help="Which voices may stand in when one cannot.",
)
@click.option("--profile", default=None, help="Whose voice to sound like: a voice profile, or its file.")
@click.option("--param", "params", metavar="KEY=VALUE", multiple=True, help="A parameter of the voice.")
@click.option("--no-cache", is_flag=True, help="Speak anew, keep nothing.")
@output_options
@plugin_options
@pass_terminal
def command(
    terminal: Terminal,
    text: str,
    voices: str,
    out: Path,
    speed: float,
    language: str,
    workers: int | None,
    piece: int,
    fallback: str,
    profile: str | None,
    params: tuple[str, ...],
    no_cache: bool,
) -> None:
    """Speak TEXT (words, a text file, or - for standard input) into a sound file."""
    from songwright.profiles.library import find_profile
    from songwright.singing.caller import Caller
    from songwright.singing.chain import chain
    from songwright.singing.speech import speak
    from songwright.singing.store import voice_store

    kind, words = _kind(out), _words(text)
    own = dict(_pair(param) for param in params)
    names = [name.strip() for name in voices.split(",") if name.strip()]
    store = None if no_cache else voice_store()
    plugins = terminal.plugins()
    speakers = chain(plugins, names, own)
    with watch(terminal) as progress:
        said = speak(
            words,
            speakers,
            fallback=fallback,  # type: ignore[arg-type]  # click has checked the choice
            caller=Caller(store),
            speed=speed,
            language=language,
            workers=workers,
            longest=piece,
            progress=progress,
            known={name: plugins.get("voice", name) for name in plugins.names("voice")},
            profile=find_profile(profile, Path()) if profile else None,
        )
    for reason in said.passed_over:
        terminal.warn(reason)
    _write(said, out, kind)
    if terminal.json:
        terminal.document(
            {
                "file": str(out),
                "voice": said.voice,
                **({"profile": profile} if profile else {}),
                "seconds": round(said.seconds, 3),
                "pieces": said.pieces,
                "wall_s": round(said.wall_s, 3),
                "real_time_factor": round(said.real_time_factor, 4),
                "cache": {"hits": store.hits, "misses": store.misses} if store else None,
            }
        )
    else:
        factor = f"{said.real_time_factor:.3f} of real time"
        terminal.result(f"{out}: {said.seconds:.1f} s by {said.voice} in {said.wall_s:.2f} s ({factor})")


def _words(text: str) -> str:
    path = Path(text)
    try:
        is_file = len(text) < 1024 and path.is_file()
    except (OSError, ValueError):  # too long or odd for a file name: words
        is_file = False
    if path.suffix == ".txt" and not is_file and len(text.split()) == 1:
        raise click.UsageError(f"there is no such file: {text!r}")
    try:
        words = sys.stdin.read() if text == "-" else path.read_text(encoding="utf-8") if is_file else text
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{text!r} is not a text: {error}") from error
    if not words.strip():
        raise click.UsageError("there is nothing to say: the text is empty")
    return words


def _pair(param: str) -> tuple[str, str]:
    name, equals, value = param.partition("=")
    if not (name and equals):
        raise click.BadParameter(f"{param!r} is not of the form KEY=VALUE", param_hint="--param")
    return name, value


def _kind(out: Path) -> str:
    """The kind of sound file that a name asks for."""
    import soundfile

    kind = out.suffix.lstrip(".").upper()
    if kind not in soundfile.available_formats():
        raise click.BadParameter(f"{out.suffix!r} is no kind of sound file; write .wav, .flac or .ogg", param_hint="-o")
    return kind


def _write(said: Spoken, out: Path, kind: str) -> None:
    """Write beside the place and rename when whole."""
    import soundfile

    folder = out.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".speak-") as beside:
            part = Path(beside) / f"part{out.suffix}"
            soundfile.write(part, said.audio, said.sample_rate, format=kind)
            part.replace(out)
    except (OSError, soundfile.LibsndfileError) as error:
        raise OutputError(f"cannot write {out}: {error}") from error
