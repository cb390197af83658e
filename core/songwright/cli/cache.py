"""``songwright cache``: what is kept between runs, and letting go of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal

#: What is kept, and under which name in the cache folder.
KINDS = {"renders": "renders", "speech": "voices", "kernels": "kernels"}


@dataclass(frozen=True)
class Holding:
    """What is kept of one kind."""

    kind: str
    folder: Path
    entries: int
    bytes: int
    limit_bytes: int | None  # None where nothing bounds it

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind,
            "folder": str(self.folder),
            "entries": self.entries,
            "bytes": self.bytes,
            "limit_bytes": self.limit_bytes,
        }


@click.group(short_help="Show what is kept between runs, or clear it.")
def command() -> None:
    """Show what is kept between runs, or clear it.

    Renders are the audio of tracks and buses, so that only what changed is rendered again; speech is what voices
    spoke and sang; kernels are compiled code. All of it is made again when it is missing. It lies in the user's
    cache folder or in the one that SONGWRIGHT_CACHE names; SONGWRIGHT_CACHE_LIMIT (4 GiB) bounds the renders, and 0
    turns them off.
    """


@command.command()
@output_options
@pass_terminal
def info(terminal: Terminal) -> None:
    """Show what is kept: how many entries of each kind, how large, how large they may grow, and where."""
    from songwright.store import cache_root

    found = [_holding(kind) for kind in KINDS]
    if terminal.json:
        total = sum(one.bytes for one in found)
        terminal.document({"folder": str(cache_root()), "bytes": total, "kinds": [one.document() for one in found]})
        return
    rows = [(one.kind, str(one.entries), _size(one.bytes), _size(one.limit_bytes), str(one.folder)) for one in found]
    terminal.result(table(("kind", "entries", "size", "at most", "where"), rows))


@command.command()
@click.argument("kinds", nargs=-1, type=click.Choice([*KINDS, "all"]), metavar="[renders|speech|kernels|all]...")
@output_options
@pass_terminal
def clear(terminal: Terminal, kinds: tuple[str, ...]) -> None:
    """Throw away what is kept, of the kinds named or of all."""
    from songwright.store import user_store

    chosen = list(KINDS) if not kinds or "all" in kinds else list(dict.fromkeys(kinds))
    cleared = [_holding(kind) for kind in chosen]
    for one in cleared:
        if one.kind == "kernels":
            shutil.rmtree(one.folder, ignore_errors=True)
        else:
            user_store(KINDS[one.kind]).clear()
    left = sum(_holding(kind).bytes for kind in chosen)
    if terminal.json:
        freed = {one.kind: {"entries": one.entries, "bytes": one.bytes} for one in cleared}
        terminal.document({"cleared": freed, "left_bytes": left})
        return
    for one in cleared:
        terminal.result(f"{one.kind}: {one.entries} entries, {_size(one.bytes)}")
    if left:
        terminal.warn(f"{_size(left)} could not be removed, or came back while somebody renders")


def _holding(kind: str) -> Holding:
    from songwright.store import cache_root, user_store
    from songwright.warmup import compiled

    if kind == "kernels":
        folder = cache_root() / KINDS[kind]
        return Holding(kind, folder, *compiled(folder), None)
    store = user_store(KINDS[kind])
    entries = store.entries()
    return Holding(kind, store.folder, len(entries), sum(entry.bytes for entry in entries), store.limit_bytes)


def _size(amount: int | None) -> str:
    """Bytes as a person reads them.

    >>> _size(0), _size(1536), _size(4 << 30), _size(None)
    ('0 B', '1.5 KiB', '4.0 GiB', '-')
    """
    if amount is None:
        return "-"
    size, units = float(amount), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024.0 and len(units) > 1:
        size, units = size / 1024.0, units[1:]
    return f"{size:.0f} B" if units[0] == "B" else f"{size:.1f} {units[0]}"
