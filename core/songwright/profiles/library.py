"""The user's voice profiles: one file each in a folder of user data, and what cloning models made of them.

A file is written beside its place and renamed when whole. Embeddings lie in ``.embeddings``, named by the
profile's content and the model, and go when the profile goes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import platformdirs
from numpy.typing import NDArray

from songwright.errors import OutputError
from songwright.profiles.profile import SUFFIX, Profile, ProfileError, read_profile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
NAME_RULE = "a name begins with a letter or digit and goes on with letters, digits, - and _, 64 at most"
_EMBEDDINGS = ".embeddings"


def library() -> Library:
    """The user's: ``SONGWRIGHT_PROFILES``, or ``profiles`` in the user's data folder."""
    folder = os.environ.get("SONGWRIGHT_PROFILES")
    return Library(Path(folder) if folder else Path(platformdirs.user_data_dir("songwright")) / "profiles")


def is_path(profile: str) -> bool:
    """Whether a project names a file (``voices/anna.profile``) and not a profile of the user's.

    >>> is_path("voices/anna.profile"), is_path("anna.profile"), is_path("anna")
    (True, True, False)
    """
    return "/" in profile or os.sep in profile or profile.endswith(SUFFIX)


def find_profile(profile: str, folder: Path) -> Profile:
    """The profile that a project names, by name or as a file whose path begins at ``folder``.

    Raises:
        ProfileError: there is none.
    """
    return read_profile(folder / profile) if is_path(profile) else library().get(profile)


class Library:
    """Profiles by name, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(path.stem for path in self.folder.glob(f"*{SUFFIX}") if _NAME.fullmatch(path.stem))

    def get(self, name: str) -> Profile:
        """The profile called ``name``.

        Raises:
            ProfileError: there is none, or its file is broken.
        """
        self.require(name)
        return read_profile(self._path(name), name)

    def add(self, profile: Profile, *, overwrite: bool = False) -> Path:
        """Keep a profile.

        Raises:
            ProfileError: its name cannot be used, or is taken.
            OutputError: the folder cannot be written.
        """
        self.check_name(profile.name, overwrite=overwrite)
        replaced = self._id(profile.name)
        self._write(self._path(profile.name), profile.to_bytes())
        if replaced and replaced != profile.id:
            self._forget(replaced)
        return self._path(profile.name)

    def check_name(self, name: str, *, overwrite: bool = False) -> None:
        """Go on when a profile may be called so.

        Raises:
            ProfileError: the name cannot be used, or is taken.
        """
        if not _NAME.fullmatch(name):
            raise ProfileError(f"{name!r} cannot name a profile: {NAME_RULE}")
        taken = {known.lower(): known for known in self.names()}.get(name.lower())
        if taken and (taken != name or not overwrite):
            advice = "take another name, or remove it first" if taken != name else "--overwrite replaces it"
            raise ProfileError(f"there is a voice profile {taken!r} already; {advice}")

    def require(self, name: str) -> None:
        """Go on when there is a profile of that name, whole or broken.

        Raises:
            ProfileError: there is none.
        """
        if not _NAME.fullmatch(name) or not self._path(name).is_file():
            raise ProfileError(f"there is no voice profile {name!r}; {self._others()}")

    def remove(self, name: str) -> None:
        """Delete a profile, its recording, and what models made of it.

        Raises:
            ProfileError: there is none.
            OutputError: it cannot be deleted.
        """
        self.require(name)
        identity = self._id(name)
        try:
            self._path(name).unlink()
        except OSError as error:
            raise OutputError(f"cannot remove {self._path(name)}: {error.strerror or error}") from error
        if identity:
            self._forget(identity)

    def all(self) -> Iterator[Profile | ProfileError]:
        """Every profile by name; of a broken one, the error."""
        for name in self.names():
            try:
                yield self.get(name)
            except ProfileError as error:
                yield error

    def embedding(self, profile: Profile, maker: str) -> tuple[str, NDArray[np.float32]] | None:
        """What ``maker`` (a voice's fingerprint) made of the profile, and the key it gave; None when nothing yet."""
        path = self._embedding_path(profile.id, maker)
        try:
            with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as data:
                return str(data["key"]), np.asarray(data["embedding"], np.float32)
        except OSError:
            return None
        except (ValueError, KeyError, EOFError, BadZipFile):  # broken: made anew
            path.unlink(missing_ok=True)
            return None

    def store_embedding(self, profile: Profile, maker: str, key: str, embedding: NDArray[np.float32]) -> None:
        """Keep what ``maker`` made of the profile. A folder that cannot be written is no error: it only forgets."""
        data = BytesIO()
        np.savez(data, key=np.array(key), embedding=np.asarray(embedding, np.float32))
        with contextlib.suppress(OutputError):
            self._write(self._embedding_path(profile.id, maker), data.getvalue())

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{SUFFIX}"

    def _embedding_path(self, identity: str, maker: str) -> Path:
        model = hashlib.blake2b(maker.encode(), digest_size=12).hexdigest()
        return self.folder / _EMBEDDINGS / f"{identity}-{model}.npz"

    def _id(self, name: str) -> str:
        with contextlib.suppress(ProfileError):
            return read_profile(self._path(name)).id
        return ""

    def _forget(self, identity: str) -> None:
        """Delete the embeddings of a content that no profile holds any more."""
        if any(self._id(name) == identity for name in self.names()):
            return
        for path in (self.folder / _EMBEDDINGS).glob(f"{identity}-*.npz"):
            path.unlink(missing_ok=True)

    def _others(self) -> str:
        names = self.names()
        if not names:
            return "there is none yet: `songwright voices profile add` makes one"
        return f"there are {', '.join(names)}"

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).replace(path)
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def imported(path: Path, name: str = "") -> Profile:
    """A profile from a file that somebody shared, under its own name or another.

    Raises:
        ProfileError: it is no profile.
    """
    profile = read_profile(path)
    return replace(profile, name=name or profile.name)
