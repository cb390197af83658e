"""From a file to one document: what it extends, what its genre supplies, what the command line says.

Lowest first: the genre's defaults, what the file extends, the file, ``--set`` and ``--seed``. The
genre is asked last, because its defaults depend on the wish that the other layers spell out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from songwright.errors import Place, PluginError, Problem, ProjectError
from songwright.interfaces.genre import Genre, Wish
from songwright.music.pitch import Key
from songwright.music.random import Chance
from songwright.plugins import Plugins, UnknownComponentError
from songwright.presets import preset_path
from songwright.project.absence import without_absent
from songwright.project.advice import did_you_mean, shown
from songwright.project.merge import merge
from songwright.project.origins import Node, Origin, find, plain, put, tree
from songwright.project.problem import at
from songwright.project.reader import read
from songwright.project.setting import Setting
from songwright.project.shorthand import expand
from songwright.project.source import read_source
from songwright.units import parse_quantity, parse_seconds

PRESETS = "presets/"
MOST_PARENTS = 32  # in all: two that extend two others each are four
_SMALLEST = "the smallest project is three lines: `songwright: 1`, `title: …`, `genre: pop`"

Heard = TypeVar("Heard")


@dataclass(frozen=True)
class Layers:
    """One document from all layers, the genre that took part, and what went wrong on the way."""

    document: Node
    genre: type[Genre] | None
    genre_tracks: frozenset[str]
    problems: tuple[Problem, ...]


def stack(path: Path, plugins: Plugins, settings: Sequence[Setting], *, allow_outside: bool) -> Layers:
    """Read the file and what it stands on.

    Raises:
        ProjectError: a file cannot be read at all, or a setting has no place.
        PluginError: the genre failed.
    """
    document = _read_project(path, str(path))
    for setting in settings:
        if setting.is_early:
            document = setting.over(document, path.parent.absolute())
    parents = _Parents(path.parent, allow_outside=allow_outside)
    document = parents.under(document, path, (path.resolve(),))
    genre = _genre(document, plugins, parents.problems)
    supplied: frozenset[str] = frozenset()
    if genre:
        defaults = _defaults(genre, document)
        tracks = defaults.get("tracks")
        supplied = frozenset(tracks.value if tracks and tracks.is_mapping else ())
        document = merge(without_absent(defaults, document), document)
    for setting in settings:
        if not setting.is_early:
            document = setting.over(document, path.parent.absolute())
    return Layers(document, genre, supplied, tuple(parents.problems))


def _read_project(path: Path, file: str, label: str = "", *, named_at: Place | None = None) -> Node:
    document = read(read_source(path, file, at=named_at), file, label)
    if document.value is None:
        raise ProjectError(Problem("the file is empty", hint=_SMALLEST, place=document.origin.place))
    if not document.is_mapping:
        message = f"a project is a mapping of `key: value` lines, not {shown(plain(document))}"
        raise ProjectError(Problem(message, hint=_SMALLEST, place=document.origin.place))
    return expand(document, path.parent.absolute())


class _Parents:
    """What files extend, with the problems on the way."""

    def __init__(self, folder: Path, *, allow_outside: bool) -> None:
        self.folder, self.allow_outside = folder, allow_outside
        self.problems: list[Problem] = []
        self.files = 0

    def under(self, document: Node, path: Path, chain: tuple[Path, ...]) -> Node:
        """The document with all that it extends laid under it, later parents over earlier ones."""
        extends = document.get("extends")
        if extends is None:
            return document
        document = put(document, ("extends",), None)
        base: Node | None = None
        for name in extends.value if extends.is_list else (extends,):
            try:
                parent = self._read(name, path, chain)
            except ProjectError as error:
                self.problems += error.problems
                continue
            base = parent if base is None else merge(base, parent)
        return document if base is None else merge(base, document)

    def _read(self, name: Node, path: Path, chain: tuple[Path, ...]) -> Node:
        place, text = name.origin.place, name.value
        if not isinstance(text, str):
            raise _refused(f"{shown(plain(name))} is not a file", "name a project file, or presets/NAME", place)
        if text.startswith(PRESETS):
            try:
                parent = preset_path(text.removeprefix(PRESETS))
            except LookupError as error:
                raise _refused(str(error), "", place) from None
            label = f"preset: {parent.stem}"
        else:
            parent, label = path.parent / text, ""
            if not self.allow_outside and is_outside(parent, self.folder):
                raise _refused(
                    f"{text!r} lies outside the project's folder", "use --allow-outside if that is meant", place
                )
        document = _read_project(parent, text if label else str(parent), label, named_at=place)
        if parent.resolve() in chain:
            names = " → ".join(file.name for file in (*chain, parent))
            raise _refused(f"a project extends itself: {names}", "take out one `extends`", place)
        self.files += 1
        if self.files > MOST_PARENTS:
            raise _refused(f"the project extends more than {MOST_PARENTS} files", "gather them in one", place)
        return self.under(document, parent, (*chain, parent.resolve()))


def is_outside(path: Path, folder: Path) -> bool:
    """Whether ``path`` leads out of ``folder``, by ``..`` or by a link."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, a null byte
        return True


def _refused(message: str, hint: str, place: Place) -> ProjectError:
    return ProjectError(Problem(message, "extends", hint, place))


def _genre(document: Node, plugins: Plugins, problems: list[Problem]) -> type[Genre] | None:
    """The genre that the document names, or None with a problem (that it names none is for the model to say)."""
    name = document.get("genre")
    if name is None or not isinstance(name.value, str):
        return None
    try:
        genre: type[Genre] = plugins.get("genre", name.value)
    except UnknownComponentError as error:
        problems.append(at(document, ("genre",), str(error), did_you_mean(name.value, plugins.names("genre"))))
    except PluginError as error:
        problems.append(at(document, ("genre",), str(error)))
    else:
        return genre
    return None


def _defaults(genre: type[Genre], document: Node) -> Node:
    """What the genre supplies for this wish. Its place is the line that names the genre."""
    wish = _wish(document)
    try:
        values = dict(genre().defaults(wish, Chance(wish.seed).rng("genre", genre.name, "defaults")))
    except Exception as error:
        raise PluginError(f"its defaults failed: {type(error).__name__}: {error}", plugin=genre.name) from error
    values.setdefault("mood", genre.moods[0])
    name = document.get("genre") or document
    origin = Origin(f"genre: {genre.name}", name.origin.place, supplier=f"genre {genre.name!r}")
    return expand(tree(values, origin), None)


def _wish(document: Node) -> Wish:
    """What the writer says before the genre speaks; what is not valid is reported later and not heard here."""
    return Wish(
        seed=_heard(document, ("seed",), lambda value: int(parse_quantity(value, "", low=0))) or 0,
        mood=_heard(document, ("mood",), _text),
        energy=_heard(document, ("energy",), lambda value: float(parse_quantity(value, "", low=0.0, high=1.0))),
        key=_heard(document, ("key", 0, "key"), lambda value: str(Key.parse(value) and value)),
        tempo_bpm=_heard(
            document, ("tempo", 0, "bpm"), lambda value: float(parse_quantity(value, "BPM", low=20.0, high=400.0))
        ),
        duration_s=_heard(document, ("duration",), parse_seconds),
        sung=_is_sung(document),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _is_sung(document: Node) -> bool:
    """Whether a voice of the project sings the melody itself (a backing voice in harmony does not count)."""
    tracks = document.get("tracks")
    songs = [track.get("sings") for _, track in tracks.children()] if tracks else []
    return any(sings is not None and sings.value is not None and sings.get("harmony") is None for sings in songs)


def _heard(document: Node, path: tuple[str | int, ...], reading: Callable[[Any], Heard]) -> Heard | None:
    node = find(document, path)
    if node is None or node.value is None:
        return None
    try:
        return reading(node.value)
    except (ValueError, TypeError, AttributeError):
        return None
