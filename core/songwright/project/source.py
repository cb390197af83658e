"""A file to text: what may be wrong with it before it is YAML."""

from __future__ import annotations

import codecs
import difflib
import re
from pathlib import Path

from yaml.reader import Reader

from songwright.errors import Place, Problem, ProjectError

MAX_BYTES = 1 << 20

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML 1.1 parsers count as the end of a line
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", codecs.BOM_UTF32_BE: "UTF-32"}


def read_source(path: Path, file: str, *, at: Place | None = None) -> str:
    """The text of a project file.

    Args:
        path: the file.
        file: its name in problems.
        at: where another file names this one, if one does.

    Raises:
        ProjectError: it is missing, is no regular file, is too large, or is not UTF-8 text.
    """
    try:
        if not path.exists():
            raise _unusable(file, "there is no such file", at, _similar(path))
        if path.is_dir():
            raise _unusable(file, "this is a folder, not a project file", at, "name the .yaml file in it")
        if not path.is_file():
            raise _unusable(file, "this is not a regular file", at)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise _unusable(file, f"the file cannot be read: {reason}", at) from None
    if len(content) > MAX_BYTES:
        raise _unusable(
            file, f"the file is larger than {MAX_BYTES >> 20} MiB", at, "a project file is text of a few pages"
        )
    return decode(content, file)


def decode(content: bytes, file: str) -> str:
    """UTF-8 bytes, with or without a byte-order mark, to text."""
    for mark, encoding in _WIDE_MARKS.items():
        if content.startswith(mark):
            raise ProjectError(
                Problem(f"the file is written in {encoding}", hint="save it as UTF-8", place=Place(file, 1, 1))
            )
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        before, wrong = error.object[: error.start].decode(), error.object[error.start]
        raise ProjectError(
            Problem(
                f"the byte 0x{wrong:02X} is not UTF-8 text", hint="save it as UTF-8", place=_place(before, "", file)
            )
        ) from None
    return text


def refuse_unprintable(text: str, file: str) -> None:
    """Raise a ProjectError when ``text`` holds what YAML does not count as text."""
    if match := Reader.NON_PRINTABLE.search(text) or re.search("\ufeff", text):
        place = _place(text[: match.start()], "", file)
        message = f"the control character U+{ord(match[0]):04X} is not text"
        raise ProjectError(Problem(message, hint="is this a binary file? a project is YAML text", place=place))


def lines_of(text: str) -> list[str]:
    """The lines of a document, counted as YAML parsers count them."""
    return _BREAK.split(text)


def _place(before: str, line: str, file: str) -> Place:
    lines = lines_of(before)
    return Place(file, len(lines), len(lines[-1]) + 1, line)


def _unusable(file: str, message: str, at: Place | None, hint: str = "") -> ProjectError:
    if at is None:
        return ProjectError(Problem(message, hint=hint, place=Place(file, 1, 1)))
    return ProjectError(Problem(f"{file!r} cannot be read: {message}", hint=hint, place=at))


def _similar(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {str(path.parent)!r} either"
    names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix in {".yaml", ".yml"})
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.75)
    return f"did you mean {str(path.with_name(close[0]))!r}?" if close else ""
