"""Names and keys of a project to the voices of a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from songwright.errors import Problem, ProjectError
from songwright.interfaces.style import Style
from songwright.interfaces.voice import Voice
from songwright.plugins import UnknownComponentError

if TYPE_CHECKING:
    from songwright.plugins import Plugins


def chain(
    plugins: Plugins, names: Sequence[str], params: Mapping[str, Any], folder: Path | None = None
) -> tuple[Voice, ...]:
    """The voices called ``names``. Each takes those of ``params`` that it knows.

    Args:
        plugins: where the voices are found.
        names: best first.
        params: by their keys in YAML.
        folder: where relative paths among them start, the project's folder; default: the current one.

    Raises:
        ProjectError: a voice is unknown, or a key belongs to none of them or has a wrong value.
    """
    problems: list[Problem] = []
    components: list[type[Voice]] = []
    for name in names:
        try:
            components.append(plugins.get("voice", name))
        except UnknownComponentError as error:
            near = (
                f"did you mean {error.close[0]}?" if error.close else f"there are {', '.join(plugins.names('voice'))}"
            )
            problems.append(Problem(str(error), "voice", near))
    if not names:
        problems.append(Problem("no voice is named", "voice", "write one such as hibari"))
    known = set().union(*(_keys(component) for component in components))
    if components and (strange := sorted(set(params) - known)):
        hint = f"these voices take {', '.join(sorted(known))}" if known else "these voices take no parameters"
        problems += [Problem(f"no voice of the chain has a parameter {key!r}", f"voice.{key}", hint) for key in strange]
    if problems:
        raise ProjectError(problems)
    try:
        return tuple(_made(component, params, folder or Path()) for component in components)
    except ValidationError as error:
        wrong = [Problem(one["msg"], "voice." + ".".join(map(str, one["loc"]))) for one in error.errors()]
        raise ProjectError(wrong) from error


def split_params(params: Mapping[str, Any]) -> tuple[Style, dict[str, Any]]:
    """A voice track's keys: the singer's manner, and what is the providers' own.

    Raises:
        ProjectError: a value is wrong.
    """
    keys = _keys(Style)
    try:
        style = Style.model_validate({name: value for name, value in params.items() if name in keys})
    except ValidationError as error:
        wrong = [Problem(one["msg"], "voice." + ".".join(map(str, one["loc"]))) for one in error.errors()]
        raise ProjectError(wrong) from error
    return style, {name: value for name, value in params.items() if name not in keys}


def _keys(component: Any) -> set[str]:
    model = getattr(component, "Params", component)
    return {knob.key for knob in model.knobs()} | set(model.model_fields)


def _made(component: type[Voice], params: Mapping[str, Any], folder: Path) -> Voice:
    keys = _keys(component)
    own = component.Params.model_validate({key: value for key, value in params.items() if key in keys})
    paths = {name: value for name in type(own).model_fields if isinstance(value := getattr(own, name), Path)}
    return component(own.model_copy(update={name: folder / path.expanduser() for name, path in paths.items()}))
