"""Commands that plugins add, through the hook ``songwright_cli(group)``.

Only third-party distributions are asked: the built-in plugins add none, so that ``--help`` need not
import them. A plugin that fails here costs its own commands and a warning, nothing more.
"""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint, entry_points

import click

from songwright.cli.terminal import Terminal

GROUP = BUILT_IN = "songwright"


def extend(group: click.Group, terminal: Terminal) -> None:
    """Let every third-party plugin add its commands to ``group``, once a process."""
    if terminal.extended:
        return
    terminal.extended = True
    for point in _third_party(safe=terminal.safe):
        before = dict(group.commands)
        try:
            _ask(point, group)
        except Exception as error:  # noqa: BLE001 - a broken plugin may raise anything; it is reported, not hidden
            group.commands = before
            origin = point.dist.name if point.dist else "unknown"
            terminal.warn(
                f"plugin {point.name!r} (from {origin}) adds no commands: {type(error).__name__}: {error}", error
            )


def _third_party(*, safe: bool) -> list[EntryPoint]:
    wanted = os.environ.get("SONGWRIGHT_PLUGINS")
    names = {name.strip() for name in wanted.split(",")} if wanted else None
    return [
        point
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
        if not safe and (point.dist is None or point.dist.name != BUILT_IN) and (names is None or point.name in names)
    ]


def _ask(point: EntryPoint, group: click.Group) -> None:
    import pluggy

    from songwright import hookspecs

    manager = pluggy.PluginManager("songwright")
    manager.add_hookspecs(hookspecs)
    manager.register(point.load(), name=point.name)
    manager.hook.songwright_cli(group=group)
