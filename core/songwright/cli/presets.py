"""``songwright presets``: the songs that ship."""

from __future__ import annotations

import click

from songwright.cli.destination import destination
from songwright.cli.option import output_options
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal


@click.group(short_help="List the songs that ship, or copy one.")
def command() -> None:
    """List the songs that ship, or copy one to start from."""


@command.command("list")
@output_options
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the presets: name, title, genre, length, one line."""
    from songwright.presets import presets

    found = presets()
    if terminal.json:
        terminal.document([preset.document() for preset in found])
        return
    rows = [(preset.name, preset.title, preset.genre, preset.length, preset.summary) for preset in found]
    terminal.result(table(("name", "title", "genre", "length", "what it shows"), rows))


@command.command()
@click.argument("name")
@click.argument("dest", required=False, type=click.Path())
@click.option("--force", is_flag=True, help="Overwrite DEST when it exists.")
@output_options
@pass_terminal
def copy(terminal: Terminal, name: str, dest: str | None, force: bool) -> None:
    """Copy the preset NAME to DEST: a file or a folder (default: NAME.yaml here)."""
    from songwright.presets import preset_path

    try:
        source = preset_path(name)
    except LookupError as error:
        raise click.UsageError(str(error)) from error
    target = destination(dest, f"{name}.yaml")
    if not target.parent.is_dir():
        raise click.UsageError(f"there is no folder {str(target.parent)!r}: make it first")
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(source.read_text(encoding="utf-8"))
    except FileExistsError:
        raise click.UsageError(f"{target} exists: name another file, or overwrite it with --force") from None
    if terminal.json:
        terminal.document({"preset": name, "file": str(target)})
    else:
        terminal.result(str(target))
        terminal.say(f"now: songwright render {target}")
