"""``songwright render``: the main job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from songwright.cli.option import output_options, overrides, plugin_options, project_options
from songwright.cli.progress import watch
from songwright.cli.terminal import Terminal, pass_terminal

FORMATS = ("wav", "flac", "mp3", "ogg")


@click.command()
@click.argument("song", metavar="SONG.yaml", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the result [out/TITLE].")
@click.option("--only", metavar="ID", multiple=True, help="Render only this track or bus. May be repeated.")
@click.option("--from", "start", metavar="POS", help="Start here: bar:beat, a section's id, or seconds.")
@click.option("--to", "end", metavar="POS", help="End here.")
@click.option("--no-stems", is_flag=True, help="Write no stems.")
@click.option("--no-mix", is_flag=True, help="Write no mix.")
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True, help="The mix's format. May be repeated."
)
@click.option(
    "--sample-rate",
    type=click.IntRange(8000, 192_000),
    metavar="HZ",
    default=44_100,
    show_default=True,
    help="Frames a second.",
)
@click.option(
    "--bit-depth",
    type=click.Choice(("16", "24", "32f")),
    default="24",
    show_default=True,
    help="Of WAV and FLAC files.",
)
@click.option("--loudness", metavar="LUFS", help="Integrated loudness of the mix, as in --loudness '-16 LUFS'.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Threads [one a core]. The result is the same for any."
)
@click.option("--verify", "verified", is_flag=True, help="Render again in another way and compare, to the last bit.")
@project_options
@output_options
@plugin_options
@pass_terminal
def command(terminal: Terminal, /, song: Path, settings: dict[str, str], seed: int | None, **choices: Any) -> None:
    """Render a song: stems, mix, MIDI, report.

    Files are written beside their place and renamed when whole, so that a render that fails or is
    interrupted leaves the earlier result as it was.
    """
    from songwright.pipeline import RenderOptions, render
    from songwright.verify import verify

    if choices["loudness"] is not None:
        settings = {**settings, "render.mix.loudness": choices["loudness"]}
    if choices["formats"]:
        settings = {**settings, "render.mix.formats": f"[{', '.join(choices['formats'])}]"}
    options = RenderOptions(
        out=choices["out"],
        only=choices["only"],
        start=choices["start"],
        end=choices["end"],
        stems=not choices["no_stems"],
        mix=not choices["no_mix"],
        sample_rate=choices["sample_rate"],
        bit_depth=choices["bit_depth"],
        jobs=choices["jobs"],
        overrides=overrides(settings, seed),
        allow_outside=choices["allow_outside"],
    )
    plugins = terminal.plugins()
    with watch(terminal) as progress:
        result = render(song, options, plugins=plugins, progress=progress)
    for warning in result.report["warnings"]:
        _warn(terminal, warning)
    if choices["verified"]:
        with watch(terminal) as progress:
            agreeing = verify(song, options, result.report, plugins=plugins, progress=progress)
        terminal.say(f"verified: a second render gave the same audio in all {agreeing} files")
    if terminal.json:
        terminal.document(dict(result.report))
        return
    for file in result.files:
        terminal.result(str(file))
    terminal.say(summary(result.report))
    if result.report["since_last"]:
        terminal.say(change(result.report["since_last"]))


def _warn(terminal: Terminal, warning: str) -> None:
    """Warnings with a place in the project say so themselves."""
    if "warning: " in warning.partition("\n")[0]:
        terminal.say(warning)
    else:
        terminal.warn(warning)


def change(since_last: Mapping[str, list[str]]) -> str:
    """Which stems are not what lay in the folder before.

    >>> change({"changed": ["bass", "keys"], "same": ["drums"], "new": []})
    'since the last render here: bass, keys changed; drums as before'
    """
    told = [("changed", since_last["changed"]), ("new", since_last["new"]), ("as before", since_last["same"])]
    return "since the last render here: " + "; ".join(f"{', '.join(ids)} {word}" for word, ids in told if ids)


def summary(report: Mapping[str, Any]) -> str:
    """A render in one line: how long, how fast, how loud."""
    seconds, timing, mix = report["audio"]["seconds"], report["timing"], report["mix"]
    words = [
        f"{report['title']}: {int(seconds // 60)}:{seconds % 60:04.1f}",
        f"in {timing['wall_s']:.1f} s ({seconds / max(timing['wall_s'], 1e-9):.0f} times real time)",
    ]
    if mix:
        peak = mix["true_peak_dbtp"]
        words.append(f"{mix['lufs_integrated']:.1f} LUFS" + (f", {peak:.1f} dBTP" if peak is not None else ""))
    return ", ".join(words)
