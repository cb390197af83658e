"""Files that appear together or not at all.

Everything is written into a staging folder beside the destination. When all is whole, it is put in place:

- A destination that is new, or holds nothing but an earlier result of ours, is exchanged with the
  staging folder in one step of the file system: there is no moment with half a result.
- A destination where somebody keeps other files is left standing, and its files are replaced one by one;
  if that fails half way, those replaced are put back.

Whatever happens before (an error, Ctrl-C, a full disk, a killed process), the earlier result stays as it was.
A staging folder that a killed process left behind is cleared away by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from songwright.errors import OutputError
from songwright.files.exchange import ASIDE, exchange

_LOCK = ".lock"
_BACKUP = ".replaced"


@contextmanager
def staged(destination: Path, ours: Collection[str], keep: bool = False) -> Iterator[Path]:
    """A folder to write into; its files take their places in ``destination`` when the block ends well.

    Args:
        destination: the folder of the result; made when missing.
        ours: paths (relative, with ``/``) of an earlier result of ours. Those that are not written anew are
            removed; no other file of the destination is touched.
        keep: leave those of ``ours`` in place that are not written anew.

    Raises:
        OutputError: the machine could not take the files. The destination is as it was.
    """
    destination = destination.resolve()
    try:
        folder, lock = _open_staging(destination)
    except OSError as error:
        raise _explained(error, destination) from error
    try:
        with _explaining(destination):
            yield folder
            kept = {path for path in ours if keep and not (folder / path).exists()}
            _put_in_place(folder, destination, set(ours), kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _open_staging(destination: Path) -> tuple[Path, int]:
    """A staging folder on the destination's file system, with a lock that says that we live."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    if destination.exists() and not destination.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is a file where the folder should be", str(destination))
    if destination.exists() and not os.access(destination, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(destination))
    prefix = f".{destination.name}.songwright-"
    inside = destination.is_mount() or not os.access(destination.parent, os.W_OK | os.X_OK)
    parent = destination if inside and destination.exists() else destination.parent
    _clear_stale(parent, prefix, destination)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    folder.chmod(0o777 & ~_umask())
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def _clear_stale(parent: Path, prefix: str, destination: Path) -> None:
    """Remove what killed processes left: staging folders whose lock nobody holds, after undoing their replacing."""
    for folder in parent.glob(f"{glob.escape(prefix)}*"):
        if folder.name.endswith(ASIDE) and not destination.exists():
            folder.rename(destination)  # killed between two renames: this is the earlier result
            continue
        with contextlib.suppress(OSError):
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _put_back(folder / _BACKUP, destination)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _put_in_place(folder: Path, destination: Path, ours: set[str], kept: set[str]) -> None:
    written, there = _files(folder), _files(destination)
    ours, kept = ours & there, kept & there  # a list of files may name what is none
    if not destination.exists():
        (folder / _LOCK).unlink()
        folder.rename(destination)
    elif there <= ours and folder.parent == destination.parent and not _is_inside(destination):
        for path in kept:
            if (destination / path).exists():  # else it is a link to nothing
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                os.link(destination / path, folder / path)
        (folder / _LOCK).unlink()
        exchange(folder, destination)
    else:
        _replace_one_by_one(folder, destination, written, ours - written - kept)


def _replace_one_by_one(folder: Path, destination: Path, written: set[str], outdated: set[str]) -> None:
    """Move files into a folder that is not ours alone. What they replace waits in a backup until all is done."""
    backup = folder / _BACKUP
    placed: list[Path] = []
    try:
        for path in sorted(outdated | written):
            if (destination / path).is_symlink() or (destination / path).exists():
                (backup / path).parent.mkdir(parents=True, exist_ok=True)
                (destination / path).rename(backup / path)
            if path in written:
                (destination / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).rename(destination / path)
                placed.append(destination / path)
    except BaseException:
        for file in placed:
            file.unlink(missing_ok=True)
        _put_back(backup, destination)
        raise
    for directory in sorted({(destination / path).parent for path in outdated} - {destination}, reverse=True):
        with contextlib.suppress(OSError):
            directory.rmdir()


def _put_back(backup: Path, destination: Path) -> None:
    for path in _files(backup):
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        (backup / path).replace(destination / path)


def _files(folder: Path) -> set[str]:
    """Everything in a folder that is not a folder, relative, with ``/``; our own lock and backup left out."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    relative = {path.relative_to(folder) for path in found}
    return {path.as_posix() for path in relative if path.parts[0] not in (_LOCK, _BACKUP)}


def _is_inside(folder: Path) -> bool:
    """Whether this process works inside a folder, so that exchanging it would pull the ground away."""
    return Path.cwd().is_relative_to(folder)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextmanager
def _explaining(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _explained(error, destination) from error


def _explained(error: OSError, destination: Path) -> OutputError:
    advice = {
        errno.ENOSPC: "free some space, or write elsewhere with --out",
        errno.EFBIG: "the system limits the size of files here; write elsewhere with --out",
        errno.EIO: "see whether the disk is full or failing",
        errno.EDQUOT: "your quota is used up; free some space, or write elsewhere with --out",
    }.get(error.errno or 0, "choose a folder that you may write to, with --out")
    reason = error.strerror or str(error)
    return OutputError(f"cannot write to {destination}: {reason} ({advice}); an earlier result is as it was")
