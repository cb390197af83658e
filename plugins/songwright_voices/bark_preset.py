"""A Bark speaker: tokens of somebody speaking, as files in the model's folder.

Models come with ``speaker_embeddings_path.json``, which names three arrays a speaker; without it they are looked for
where Bark's own folders keep them. One ``.npz`` file with all three will do too. Arrays are read without pickle.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import VoiceUnavailableError

#: Each part with the number of its axes: codebooks come first where there are two.
PARTS: Mapping[str, int] = {"semantic_prompt": 1, "coarse_prompt": 2, "fine_prompt": 2}
_TABLE = "speaker_embeddings_path.json"
_SHELF = "speaker_embeddings"

Speaker = Mapping[str, NDArray[np.int64]]


def files(folder: Path, name: str, voice: str) -> tuple[Path, ...]:
    """The files of a speaker: one ``.npz``, or one array a part.

    Raises:
        VoiceUnavailableError: there is no such speaker in the folder; names some that are.
    """
    if name.endswith(".npz"):
        found: tuple[Path, ...] = (folder / name,)
    else:
        shelf = _shelf(folder, voice)
        full = next((known for known in (name, f"v2/{name}") if known in shelf), None)
        found = shelf[full] if full else ()
        if not found:
            some = sorted(shelf)
            there = f"there are {', '.join(some[:8])}{'…' if len(some) > 8 else ''}" if some else "it holds none"
            advice = "" if some else f": fetch the model's folder {_SHELF} too, or give an .npz file"
            raise VoiceUnavailableError(f"no preset {name!r} in {folder}; {there}{advice}", voice=voice)
    for path in found:
        if not os.path.abspath(path).startswith(f"{os.path.abspath(folder)}{os.sep}"):  # noqa: PTH100 - links stay
            raise VoiceUnavailableError(f"the preset {name!r} lies outside the model's folder {folder}", voice=voice)
        if not path.is_file():
            raise VoiceUnavailableError(f"the preset {name!r} needs {path}, which is not there", voice=voice)
    return found


def read(folder: Path, name: str, voice: str) -> Speaker:
    """A speaker's tokens: ``semantic_prompt`` (n,), ``coarse_prompt`` (2, n), ``fine_prompt`` (8, n).

    Raises:
        VoiceUnavailableError: a file is missing, or is no array of tokens.
    """
    found = files(folder, name, voice)
    try:
        if found[0].suffix == ".npz":
            with np.load(found[0], allow_pickle=False) as data:
                arrays = {part: data[part] for part in PARTS}
        else:
            arrays = {part: np.load(path, allow_pickle=False) for part, path in zip(PARTS, found, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise VoiceUnavailableError(f"the preset {name!r} cannot be read: {error}", voice=voice) from error
    for part, axes in PARTS.items():
        array = arrays[part]
        if array.ndim != axes or not array.size or not np.issubdtype(array.dtype, np.integer) or array.min() < 0:
            raise VoiceUnavailableError(
                f"the preset {name!r}: its {part} of shape {array.shape} and type {array.dtype} must hold tokens, "
                f"whole numbers of 0 and above with {axes} axes",
                voice=voice,
            )
    return {part: np.asarray(array, np.int64) for part, array in arrays.items()}


def _shelf(folder: Path, voice: str) -> dict[str, tuple[Path, ...]]:
    """All speakers of a folder."""
    table = folder / _TABLE
    if table.is_file():
        try:
            listed = json.loads(table.read_text(encoding="utf-8"))
            return {
                name: tuple(folder / parts[part] for part in PARTS)
                for name, parts in listed.items()
                if isinstance(parts, dict)
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise VoiceUnavailableError(f"{table} is no list of presets: fetch it anew", voice=voice) from error
    first, *_ = PARTS
    names = [
        path.relative_to(folder / _SHELF).as_posix().removesuffix(f"_{first}.npy")
        for path in sorted((folder / _SHELF).glob(f"**/*_{first}.npy"))
    ]
    return {name: tuple(folder / _SHELF / f"{name}_{part}.npy" for part in PARTS) for name in names}
