"""Which songs: files, folders and globs to song files, and song files to folders of results."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from songwright.batch.job import Job
from songwright.errors import Problem, ProjectError
from songwright.pipeline import RenderOptions

_ENDINGS = (".yaml", ".yml")
_IS_A_SONG = re.compile(rb"^songwright[ \t]*:", re.MULTILINE)
#: Where a batch goes unless it is told.
OUT = Path("out")


@dataclass(frozen=True)
class Found:
    """A song file and its name in the batch: its path without ending, from the folder that was searched."""

    path: Path
    name: str


def find(sources: Iterable[str]) -> list[Found]:
    """The songs that files, folders and globs stand for, each once, in the order of the sources.

    - A file is a song, named after itself.
    - A folder stands for all song files in it and below: ``.yaml`` and ``.yml`` that have the key
      ``songwright``. Names that begin with ``.`` or ``_`` are left out: ``_base.yaml`` is a part of
      songs (``extends``), not a song.
    - A glob (``*``, ``?``, ``[…]``, ``**``) stands for the files that match, and the songs in folders that match.

    Raises:
        ProjectError: a source stands for no song.
    """
    found: dict[Path, Found] = {}
    problems = []
    for source in sources:
        songs = _of(source)
        if not songs:
            problems.append(_nothing(source))
        for song in songs:
            found.setdefault(_identity(song.path), song)
    if problems:
        raise ProjectError(problems)
    return list(found.values())


def jobs(found: Sequence[Found], options: RenderOptions, *, verify: bool = False) -> list[Job]:
    """One job a song: its result goes to a folder of its own, under ``options.out`` or ``out``, by its name.

    Raises:
        ProjectError: two songs would be written to one folder, or one inside the other's.
    """
    root = options.out or OUT
    folders = {song.path: root / song.name for song in found}
    _refuse_clashes(folders)
    return [Job(one.name, one.path, replace(options, out=folders[one.path]), verify) for one in found]


def _identity(path: Path) -> Path:
    """What two spellings of one file (``a.yaml``, ``../here/a.yaml``) have in common; a link is a song of its own."""
    return path.parent.resolve() / path.name


def _of(source: str) -> list[Found]:
    path = Path(source)
    if path.is_dir():
        return _in_folder(path, path)
    if path.exists() or not glob.has_magic(source):
        return [Found(path, path.stem)] if path.exists() else []
    root = _fixed_part(path)
    songs = []
    for match in sorted(glob.glob(source, recursive=True)):  # noqa: PTH207 - Path.glob takes no absolute patterns
        if Path(match).is_dir():
            songs += _in_folder(Path(match), root)
        elif match.endswith(_ENDINGS):
            songs.append(Found(Path(match), _name(Path(match), root)))
    return songs


def _in_folder(folder: Path, root: Path) -> list[Found]:
    songs = sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS and path.is_file())
    return [
        Found(path, _name(path, root))
        for path in songs
        if not any(part[0] in "._" for part in path.relative_to(folder).parts) and _IS_A_SONG.search(path.read_bytes())
    ]


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part with a wildcard: names are kept from there on."""
    fixed = Path()
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed /= part
    return fixed


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


def _nothing(source: str) -> Problem:
    if glob.has_magic(source):
        return Problem(f"no song matches {source!r}", hint="quote a pattern, so that ** is not the shell's")
    if Path(source).is_dir():
        return Problem(f"there is no song in the folder {source!r}", hint="a song is a .yaml file with `songwright: 1`")
    return Problem(f"there is no such file: {source!r}")


def _refuse_clashes(folders: dict[Path, Path]) -> None:
    """One folder, one song; and none inside another, because a folder of a result is replaced as a whole."""
    taken: dict[PurePath, Path] = {}
    problems = []
    for song, folder in folders.items():
        place = PurePath(str(folder.absolute()).casefold())  # some file systems do not tell case apart
        if place in taken:
            problems.append(
                Problem(
                    f"{str(taken[place])!r} and {str(song)!r} would both be written to {folder}",
                    hint="rename one of them, or name the folder above them: its tree is kept",
                )
            )
        taken.setdefault(place, song)
    problems += [
        Problem(
            f"{str(song)!r} would be written inside the result of {str(taken[above])!r}",
            hint=f"rename {taken[above].name}, or the folder beside it",
        )
        for place, song in taken.items()
        for above in place.parents
        if above in taken
    ]
    if problems:
        raise ProjectError(problems)
