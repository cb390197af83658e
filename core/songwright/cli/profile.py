"""``songwright voices profile``: people's voices, recorded with their consent, kept under a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from songwright.cli.destination import destination
from songwright.cli.option import output_options
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from songwright.profiles.profile import Profile
    from songwright.singing.suitability import Finding

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(short_help="Make, list and remove voice profiles.")
def profile() -> None:
    """Make, list and remove profiles of people's voices.

    A profile is made from a recording, once, with the consent of the person whose voice it is.
    `voice: {use: hibari, profile: NAME}` in a project, or `songwright speak --profile NAME`, uses it.
    """


@profile.command()
@click.argument("name")
@click.argument("recording", type=_FILE)
@click.option("--consent", required=True, help="Who allowed it, when, for what: the person's own words are best.")
@click.option("--text", default="", help="What is said in the recording; some voices that clone use it.")
@click.option("--force", is_flag=True, help="Take a recording that is poor all the same.")
@click.option("--overwrite", is_flag=True, help="Replace the profile when there is one of that name.")
@output_options
@pass_terminal
def add(terminal: Terminal, name: str, recording: Path, consent: str, text: str, force: bool, overwrite: bool) -> None:
    """Make the profile NAME from RECORDING (wav, flac, ogg, mp3): one voice, ten seconds or more.

    The recording is trimmed and examined; a poor one is refused with what to do. The profile holds what was
    measured, up to half a minute of the recording, and the consent. It never leaves this machine by itself.
    """
    from songwright.profiles.library import library
    from songwright.singing.sitting import sit

    kept = library()
    kept.check_name(name, overwrite=overwrite)
    made, findings = sit(recording, name, consent, text=text, force=force)
    path = kept.add(made, overwrite=overwrite)
    if terminal.json:
        terminal.document(_document(made) | {"file": str(path), "examined": _examined(findings)})
        return
    for finding in findings:
        if finding.verdict != "good":
            terminal.warn(str(finding))
    terminal.result(f"{name}: {made.seconds:.1f} s kept, {_range(made)}, in {path}")
    terminal.say(f"now: songwright speak 'This is my voice.' --profile {name}")


@profile.command("list")
@output_options
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the profiles: range, length, day, consent."""
    from songwright.profiles.library import library
    from songwright.profiles.profile import ProfileError

    kept = library()
    profiles: list[Profile] = []
    for found in kept.all():
        if isinstance(found, ProfileError):
            terminal.warn(str(found))
        else:
            profiles.append(found)
    if terminal.json:
        terminal.document([_document(one) for one in profiles])
    elif profiles:
        rows = [(one.name, _range(one), f"{one.seconds:.1f} s", one.made, one.consent) for one in profiles]
        terminal.result(table(("name", "range", "recording", "made", "consent"), rows))
    else:
        terminal.say(f"there is no profile in {kept.folder}: `songwright voices profile add` makes one")


@profile.command()
@click.argument("name")
@output_options
@pass_terminal
def info(terminal: Terminal, name: str) -> None:
    """Tell all about the profile NAME (or a file NAME.profile): consent, recording, what was measured."""
    from songwright.profiles.library import find_profile

    found = find_profile(name, Path())
    if terminal.json:
        terminal.document(_document(found))
        return
    character = found.character
    facts = (
        ("consent", found.consent),
        ("made", found.made),
        ("recording", f"{found.source}, {found.seconds:.1f} s kept, sha256 {found.sha256}"),
        ("sings", _range(found)),
        ("pitch", f"{character.median_hz:.0f} Hz, from {character.low_hz:.0f} to {character.high_hz:.0f}"),
        ("breath", ", ".join(f"{db:.0f} dB" for db in character.aperiodicity_db) + " at 3, 6, 9 kHz (0 is all breath)"),
        ("content", found.id),
    )
    terminal.result("\n".join([found.name, *(f"  {fact:<10} {value}" for fact, value in facts)]))


@profile.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@output_options
@pass_terminal
def remove(terminal: Terminal, name: str, yes: bool) -> None:
    """Delete the profile NAME: the recording, what was measured, what models made of it.

    What was sung with it stays in your songs; `songwright cache clear` forgets it in the cache.
    """
    from songwright.profiles.library import library

    kept = library()
    kept.require(name)
    if not yes:
        click.confirm(f"Delete the voice profile {name} with its recording?", abort=True, err=True)
    kept.remove(name)
    if terminal.json:
        terminal.document({"removed": name})
    else:
        terminal.result(f"{name} is removed")


@profile.command()
@click.argument("name")
@click.argument("dest", type=click.Path(), required=False)
@click.option("--force", is_flag=True, help="Overwrite DEST when it exists.")
@output_options
@pass_terminal
def export(terminal: Terminal, name: str, dest: str | None, force: bool) -> None:
    """Copy the profile NAME to DEST (default: NAME.profile here), to lie beside a project or go to another machine.

    A project names such a file by its path: `profile: voices/anna.profile`. Share it only as the consent allows.
    """
    from songwright.errors import OutputError
    from songwright.profiles.library import library
    from songwright.profiles.profile import SUFFIX

    data = library().get(name).to_bytes()
    target = destination(dest, f"{name}{SUFFIX}")
    if target.suffix != SUFFIX:
        raise click.UsageError(f"{str(target)!r} must end with {SUFFIX}: projects tell profiles by it")
    try:
        with target.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError:
        raise click.UsageError(f"{target} exists: name another file, or overwrite it with --force") from None
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error
    if terminal.json:
        terminal.document({"profile": name, "file": str(target)})
    else:
        terminal.result(str(target))


@profile.command("import")
@click.argument("file", type=_FILE)
@click.option("--name", default="", help="Another name for it here.")
@click.option("--overwrite", is_flag=True, help="Replace the profile when there is one of that name.")
@output_options
@pass_terminal
def import_(terminal: Terminal, file: Path, name: str, overwrite: bool) -> None:
    """Keep a profile that somebody exported; its consent comes with it."""
    from songwright.profiles.library import imported, library

    found = imported(file, name)
    path = library().add(found, overwrite=overwrite)
    if terminal.json:
        terminal.document(_document(found) | {"file": str(path)})
    else:
        terminal.result(f"{found.name}: {_range(found)}, by consent: {found.consent}")


def _range(profile: Profile) -> str:
    from songwright.music.pitch import note_name

    low, high = profile.midi_range
    return f"{note_name(low)} to {note_name(high)}"


def _examined(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"property": one.rule.name, "value": round(one.value, 3), "unit": one.rule.unit.strip(), "verdict": one.verdict}
        for one in findings
    ]


def _document(profile: Profile) -> dict[str, Any]:
    character = profile.character
    return {
        "name": profile.name,
        "id": profile.id,
        "consent": profile.consent,
        "made": profile.made,
        "recording": {"file": profile.source, "sha256": profile.sha256, "seconds": profile.seconds},
        "range": dict(zip(("low", "high"), _range(profile).split(" to "), strict=True)),
        "pitch_hz": {
            "low": round(character.low_hz, 1),
            "median": round(character.median_hz, 1),
            "high": round(character.high_hz, 1),
        },
        "embedding": list(profile.embedding),
    }
