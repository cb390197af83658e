"""The options of a render, for the commands that render."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from songwright.cli.option import overrides, project_options
from songwright.project.given import Given

if TYPE_CHECKING:
    from songwright.pipeline import RenderOptions

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("wav", "flac", "mp3", "ogg")


def render_options(command: F) -> F:
    """Add what a render can be asked for; :func:`options_of` takes the values."""
    command = project_options(command)
    for option in reversed(
        (
            click.option("--only", metavar="ID", multiple=True, help="Render only this track or bus. May be repeated."),
            click.option("--from", "start", metavar="POS", help="Start here: bar:beat, a section's id, or seconds."),
            click.option("--to", "end", metavar="POS", help="End here."),
            click.option("--no-stems", is_flag=True, help="Write no stems."),
            click.option("--no-mix", is_flag=True, help="Write no mix."),
            click.option(
                "--format",
                "formats",
                type=click.Choice(FORMATS),
                multiple=True,
                help="The mix's format. May be repeated.",
            ),
            click.option(
                "--sample-rate",
                type=click.IntRange(8000, 192_000),
                metavar="HZ",
                default=44_100,
                show_default=True,
                help="Frames a second.",
            ),
            click.option(
                "--bit-depth",
                type=click.Choice(("16", "24", "32f")),
                default="24",
                show_default=True,
                help="Of WAV and FLAC files.",
            ),
            click.option(
                "--loudness", metavar="LUFS", help="Integrated loudness of the mix, as in --loudness '-16 LUFS'."
            ),
            click.option(
                "--karaoke-video/--no-karaoke-video",
                "karaoke_video",
                default=None,
                help="Make a video of the mix whose words light up as they are sung [as the project says].",
            ),
            click.option(
                "--jobs",
                type=click.IntRange(1),
                metavar="N",
                help="Threads of a song [one a core]. The result is the same for any.",
            ),
            click.option(
                "--no-cache", is_flag=True, help="Render everything anew, and keep nothing for the next render."
            ),
            click.option(
                "--verify", "verified", is_flag=True, help="Render again in another way and compare, to the last bit."
            ),
        )
    ):
        command = option(command)
    return command


#: Options that mean nothing to one song alone, and those that mean nothing without a cluster.
OF_SEVERAL = {"processes": "--processes", "keep_going": "--keep-going/--fail-fast"}
OF_A_CLUSTER = {"shared": "--shared"}


def batch_options(command: F) -> F:
    """Add how several songs are rendered."""
    for option in reversed(
        (
            click.option(
                "--processes",
                type=click.IntRange(1),
                metavar="N",
                help="Songs at once [one a core, as far as memory allows].",
            ),
            click.option(
                "--cluster",
                metavar="ADDRESS",
                help="Render on the workers of this Dask scheduler, like tcp://host:8786.",
            ),
            click.option(
                "--shared",
                is_flag=True,
                help="The cluster's workers see the same disk: nothing is sent, they write the results.",
            ),
            click.option(
                "--keep-going/--fail-fast",
                default=True,
                help="Whether other songs are still begun after one has failed [keep going].",
            ),
        )
    ):
        command = option(command)
    return command


def options_of(choices: dict[str, Any], *, out: Path | None) -> RenderOptions:
    """The values of :func:`render_options` as the pipeline takes them."""
    from songwright.pipeline import RenderOptions

    settings = overrides(choices["settings"], choices["seed"])
    if choices["loudness"] is not None:
        settings = {**settings, "render.mix.loudness": Given(choices["loudness"], "--loudness")}
    if choices["formats"]:
        settings = {**settings, "render.mix.formats": Given(f"[{', '.join(choices['formats'])}]", "--format")}
    return RenderOptions(
        out=out,
        only=choices["only"],
        start=choices["start"],
        end=choices["end"],
        stems=not choices["no_stems"],
        mix=not choices["no_mix"],
        sample_rate=choices["sample_rate"],
        bit_depth=choices["bit_depth"],
        karaoke_video=choices["karaoke_video"],
        jobs=choices["jobs"],
        cache=not choices["no_cache"],
        overrides=settings,
        allow_outside=choices["allow_outside"],
    )
