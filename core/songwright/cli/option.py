"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource

from songwright.cli.terminal import Terminal
from songwright.project.given import Given

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    """Add ``--json``, ``--quiet`` and ``--debug``."""
    command = _flag("--debug", "debug", "Show a traceback when something fails.")(command)
    command = _flag("--quiet", "quiet", "No progress and no remarks; errors are still shown.")(command)
    return _flag("--json", "json", "Print one JSON document instead of text.")(command)


def plugin_options(command: F) -> F:
    """Add ``--safe`` and ``--prefer``."""
    command = click.option(
        "--prefer",
        metavar="NAME=DISTRIBUTION",
        multiple=True,
        expose_value=False,
        callback=_prefer,
        help="Where to take a component from when several plugins have one of its name.",
    )(command)
    return _flag("--safe", "safe", "Load built-in plugins only.")(command)


def project_options(command: F) -> F:
    """Add ``--set``, ``--reroll``, ``--seed`` and ``--allow-outside``.

    The command gets ``settings`` (which hold what ``--reroll`` says, too), ``seed`` and ``allow_outside``.
    """
    command = _with_rerolled(command)
    for option in (
        click.option("--allow-outside", is_flag=True, help="Let the project name files outside its folder."),
        click.option(
            "--seed", type=click.IntRange(0), metavar="N", help="Another seed: another song of the same wish."
        ),
        click.option(
            "--reroll",
            metavar="SECTION[=N]",
            multiple=True,
            callback=_rerolled,
            help="Take N [1] of one section; the notes of all others stay as they are. May be repeated.",
        ),
        click.option(
            "--set",
            "settings",
            metavar="PATH=VALUE",
            multiple=True,
            callback=_settings,
            help="Change a value for this run, as in --set tracks.bass.gain=-3dB. May be repeated.",
        ),
    ):
        command = option(command)
    return command


def overrides(settings: dict[str, Any], seed: int | None) -> dict[str, Any]:
    """``--set``, ``--reroll`` and ``--seed`` as the loader takes them: dotted path → value."""
    return settings if seed is None else {**settings, "seed": Given(seed, "--seed")}


def refuse_idle(options: Mapping[str, str], company: str) -> None:
    """Refuse those of ``options`` (parameter → as it is written) that were given: they mean nothing here.

    Args:
        options: what needs company.
        company: with what they go, as in ``several songs``.

    Raises:
        click.UsageError: one was given.
    """
    source = click.get_current_context().get_parameter_source
    given = [written for name, written in options.items() if source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise click.UsageError(f"{', '.join(given)} mean{'s' * (len(given) == 1)} nothing here: only with {company}")


def _with_rerolled(command: F) -> F:
    @functools.wraps(command)
    def merged(*args: Any, settings: dict[str, str], reroll: dict[str, Given], **choices: Any) -> Any:
        return command(*args, settings={**settings, **reroll}, **choices)

    return cast("F", merged)


def _flag(name: str, attribute: str, text: str) -> Callable[[F], F]:
    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            setattr(ctx.ensure_object(Terminal), attribute, True)

    return click.option(name, is_flag=True, expose_value=False, is_eager=True, callback=remember, help=text)


def _prefer(ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
    ctx.ensure_object(Terminal).prefer.update(_pairs(values, "NAME=DISTRIBUTION"))


def _settings(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    return _pairs(values, "PATH=VALUE")


def _rerolled(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, Given]:
    pairs = _pairs(tuple(value if "=" in value else f"{value}=1" for value in values), "SECTION=N")
    return {f"reroll.{section}": Given(number, f"--reroll {section}") for section, number in pairs.items()}


def _pairs(values: tuple[str, ...], form: str) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not (name.strip() and equals and rest.strip()):
            raise click.BadParameter(f"{value!r} is not of the form {form}")
        pairs[name.strip()] = rest.strip()
    return pairs
