"""``songwright plugins``: what is installed, where it came from, what each takes, and whether it keeps its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal
from songwright.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable

    from songwright.plugins import Entry, Plugins


@click.group(short_help="List what is installed, explain or test one.")
def command() -> None:
    """List the installed plugins' components, tell all about one, or try whether it keeps its contract."""


@command.command("list")
@click.argument("kind", required=False)
@output_options
@plugin_options
@pass_terminal
def list_(terminal: Terminal, kind: str | None) -> None:
    """List components: kind, name, version, distribution, one line.

    KIND is one of genres, progressions, patterns, instruments, effects, voices, exporters; or moods,
    for the moods that each genre knows.
    """
    plugins = terminal.plugins()
    if kind in ("mood", "moods"):
        _print_moods(terminal, plugins)
        return
    entries = plugins.all(_kind(kind))
    if terminal.json:
        terminal.document([_row(entry) for entry in entries])
        return
    rows = [(entry.kind, entry.name, entry.version, entry.distribution, entry.component.summary()) for entry in entries]
    terminal.result(table(("kind", "name", "version", "from", "what it is"), rows))
    for conflict in plugins.conflicts():
        both = " and ".join(f"{entry.plugin} (from {entry.distribution})" for entry in conflict)
        terminal.warn(f"two {conflict[0].kind}s are named {conflict[0].name!r}: {both}")


@command.command()
@click.argument("name")
@output_options
@plugin_options
@pass_terminal
def info(terminal: Terminal, name: str) -> None:
    """Tell all about one component: parameters with unit, range and default, and an example.

    NAME is a component's name, or KIND/NAME where two kinds share one.
    """
    from songwright.description import describe, describe_text

    entries = _named(terminal.plugins(), name)
    if terminal.json:
        terminal.document([describe(entry) for entry in entries])
        return
    terminal.result("\n\n".join(describe_text(entry) for entry in entries))


@command.command()
@click.argument("name")
@output_options
@plugin_options
@pass_terminal
def test(terminal: Terminal, name: str) -> int:
    """Try whether a component keeps its contract: the conformance suite of `songwright.testing`.

    NAME is a component's name, or KIND/NAME where two kinds share one. Exit code 3 when a check fails.
    """
    from songwright.testing import CHECKS, COMPONENT_CHECKS

    rows = []
    for entry in _named(terminal.plugins(), name):
        for check in CHECKS.get(entry.kind, COMPONENT_CHECKS):
            words = check.__name__.removeprefix("check_").replace("_", " ")
            fault = _fault(terminal, check, entry)
            rows.append({"kind": entry.kind, "name": entry.name, "check": words, "ok": not fault, "fault": fault})
            if not terminal.json:
                terminal.result(f"failed  {words}: {fault}" if fault else f"ok      {words}")
    failed = sum(not row["ok"] for row in rows)
    if terminal.json:
        terminal.document(rows)
    terminal.say(f"{name}: {failed} of {len(rows)} checks failed" if failed else f"{name}: keeps its contract")
    return PluginError.exit_code if failed else 0


def _fault(terminal: Terminal, check: Callable[[Any], None], entry: Entry) -> str:
    """What a check finds; empty when the component passes."""
    try:
        check(entry.component)
    except AssertionError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a component on trial may raise anything
        terminal.trace(error)
        return f"{entry.name} raises {type(error).__name__}: {error}"
    return ""


def _named(plugins: Plugins, name: str) -> list[Entry]:
    import difflib

    kind, slash, bare = name.rpartition("/")
    entries = [entry for entry in plugins.all(_kind(kind) if slash else None) if entry.name == bare]
    if entries:
        return entries
    close = difflib.get_close_matches(bare, sorted({entry.name for entry in plugins.all()}), n=3)
    advice = f"did you mean {', '.join(close)}?" if close else "songwright plugins list shows what there is"
    raise click.UsageError(f"no component is named {bare!r}; {advice}")


def _kind(text: str | None) -> str | None:
    """A kind from its singular or plural."""
    from songwright.plugins import KINDS

    if text is None or text in KINDS:
        return text
    if text.removesuffix("s") in KINDS:
        return text.removesuffix("s")
    raise click.UsageError(f"there is no kind {text!r}; kinds are {', '.join(f'{kind}s' for kind in KINDS)}, moods")


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "version": entry.version,
        "plugin": entry.plugin,
        "distribution": entry.distribution,
        "distribution_version": entry.distribution_version,
        "summary": entry.component.summary(),
    }


def _print_moods(terminal: Terminal, plugins: Plugins) -> None:
    moods = {entry.name: tuple(entry.component.moods) for entry in plugins.all("genre")}
    if terminal.json:
        terminal.document(moods)
    else:
        terminal.result(table(("genre", "moods, the usual one first"), [(g, ", ".join(m)) for g, m in moods.items()]))
