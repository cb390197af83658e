"""``songwright voices``: who can speak and sing, and profiles of people's voices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.profile import profile
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal

if TYPE_CHECKING:
    from songwright.plugins import Entry


@click.group(short_help="List voices; make and keep voice profiles.")
def command() -> None:
    """List who can speak and sing, or make and keep profiles of people's voices."""


command.add_command(profile, "profile")


@command.command("list")
@output_options
@plugin_options
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the voices: whose they are, languages, range, terms, and whether they are ready.

    A voice profile makes any of them sound like somebody else: see `songwright voices profile`.
    """
    rows = [_row(entry) for entry in terminal.plugins().all("voice")]
    if terminal.json:
        terminal.document(rows)
        return
    heads = ("name", "voice", "languages", "range", "rate", "licence", "ready")
    lines = [
        (
            row["name"],
            row["character"],
            _languages(row["languages"]),
            "{low} to {high}".format(**row["range"]),
            f"{row['sample_rate'] / 1000:g} kHz",
            row["licence"],
            "yes" if row["ready"] else "no",
        )
        for row in rows
    ]
    terminal.result(table(heads, lines))
    for row in rows:
        if not row["ready"]:
            terminal.say(f"{row['name']} needs: {row['missing']}")


@command.command()
@click.argument("name")
@output_options
@plugin_options
@pass_terminal
def info(terminal: Terminal, name: str) -> None:
    """Tell all about one voice: what it can do, what it takes, which speakers it knows."""
    from songwright.description import describe, describe_text
    from songwright.plugins import UnknownComponentError

    plugins = terminal.plugins()
    try:
        entry = plugins.entry("voice", name)
    except UnknownComponentError as error:
        advice = f"did you mean {', '.join(error.close)}?" if error.close else "songwright voices list shows them"
        raise click.UsageError(f"{error}; {advice}") from error
    row = _row(entry) | {"variants": list(entry.component().variants())}
    if terminal.json:
        terminal.document(describe(entry) | row)
        return
    can = [what for what, able in row["can"].items() if able]
    facts = (
        ("voice", row["character"] or "not told"),
        ("languages", _languages(row["languages"])),
        ("range", "{low} to {high}".format(**row["range"])),
        ("sample rate", f"{row['sample_rate']} Hz"),
        ("licence", row["licence"] or "not told"),
        ("can", ", ".join(["speak", *can])),
        ("ready", "yes" if row["ready"] else f"no: {row['missing']}"),
        ("speakers", ", ".join(row["variants"])),
    )
    told = "\n".join(f"  {fact:<12} {value}" for fact, value in facts if value)
    terminal.result(f"{describe_text(entry)}\n\nAs a singer:\n{told}")


def _row(entry: Entry) -> dict[str, Any]:
    from songwright.music.pitch import note_name

    voice = entry.component
    low, high = voice.midi_range
    try:
        missing = voice().available()
    except Exception as error:  # noqa: BLE001 - a provider may raise anything; it is shown
        missing = f"{type(error).__name__}: {error}"
    return {
        "name": entry.name,
        "provider": entry.plugin,
        "distribution": entry.distribution,
        "character": voice.character,
        "languages": list(voice.languages),
        "range": {"low": note_name(low), "high": note_name(high)},
        "sample_rate": voice.sample_rate,
        "licence": voice.licence,
        "online": voice.online,
        "can": {
            "tell when sounds are heard": voice.gives_durations,
            "tell its pitch": voice.gives_pitch,
            "sing itself": voice.sings,
            "clone": voice.clones,
        },
        "ready": not missing,
        "missing": missing,
    }


def _languages(codes: list[str]) -> str:
    return "many" if "*" in codes else ", ".join(codes)
