"""``songwright doctor``: what works on this machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from songwright.cli.option import output_options, plugin_options
from songwright.cli.table import table
from songwright.cli.terminal import Terminal, pass_terminal

MACHINE_FAILED = 4


@click.command(short_help="Try what a render needs on this machine.")
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal) -> int:
    """Try what a render needs: libraries, plugins, encoders, kernels cache, voices.

    Prints what works, and for what does not the command that mends it. Exit code 4 when something
    needed is missing.
    """
    from songwright import __version__
    from songwright.doctor import examine
    from songwright.plugins import load_plugins

    findings = list(examine(load_plugins(safe=terminal.safe, prefer=terminal.prefer)))
    if terminal.json:
        terminal.document({"songwright": __version__, "findings": [asdict(finding) for finding in findings]})
    else:
        rows = [(_mark(finding.ok, finding.needed), finding.area, finding.name, finding.detail) for finding in findings]
        terminal.result(f"songwright {__version__}\n" + table(("", "area", "what", "found"), rows))
        for finding in findings:
            if finding.mend and (not finding.ok or finding.area == "kernels"):
                terminal.result(f"{finding.name}: {finding.mend}")
    return MACHINE_FAILED if any(finding.needed and not finding.ok for finding in findings) else 0


def _mark(ok: bool, needed: bool) -> str:
    return "ok" if ok else "FAILED" if needed else "missing"
