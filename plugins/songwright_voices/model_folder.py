"""A model in a folder of one's own, looked at without loading it: is it there, what is it, is it still the same."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from songwright.interfaces.voice import VoiceUnavailableError

#: What the neural voices are run by; the extra that brings it.
EXTRA = "pip install 'songwright[neural]'"
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
_WHOLE_BYTES = 1 << 20  # files up to this size are hashed whole
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16  # of larger ones, this much, evenly spread


def missing_packages(*names: str) -> str:
    """Those of the packages that are not installed and the command that installs them; empty when all are."""
    absent = [name for name in names if find_spec(name) is None]
    return f"{' and '.join(absent)} not installed: {EXTRA}" if absent else ""


def config_of(folder: Path, voice: str, kinds: Collection[str]) -> dict[str, Any]:
    """What the model's ``config.json`` says.

    Args:
        folder: the model's.
        voice: whose model it is, for messages.
        kinds: ``model_type`` that it may be.

    Raises:
        VoiceUnavailableError: no such folder, no config, no weights, or another kind of model.
    """
    wish = f"give the folder of a {' or '.join(kinds)} model, with config.json and its weights"
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise VoiceUnavailableError(f"its model folder {folder} {what}: {wish}", voice=voice)
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VoiceUnavailableError(f"cannot read {path} ({error.strerror}): {wish}", voice=voice) from error
    except ValueError as error:
        raise VoiceUnavailableError(f"{path} is not JSON: fetch the model anew", voice=voice) from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in kinds:
        raise VoiceUnavailableError(f"the model in {folder} is of type {kind!r}: {wish}", voice=voice)
    if not any((folder / name).is_file() for name in _WEIGHTS):
        raise VoiceUnavailableError(
            f"{folder} holds no weights ({' or '.join(_WEIGHTS[::2])}): fetch the model's large files too", voice=voice
        )
    found: dict[str, Any] = config
    return found


def parameters(folder: Path) -> int:
    """How many numbers a model has, from the size of its weights: of one set, when they lie there twice."""
    sizes = [[path.stat().st_size for path in folder.glob(f"*model*{suffix}")] for suffix in (".safetensors", ".bin")]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    stored = str(config.get("dtype") or config.get("torch_dtype") or "float32")
    return sum(sizes[0] or sizes[1]) // (2 if stored in ("float16", "bfloat16") else 4)


def digest(path: Path) -> str:
    """A name for the content of a file or a folder: for cache keys, not against forgers. Empty when it is not there.

    Large files are known by their size and 64 samples of 64 KiB, so that gigabytes of weights cost milliseconds.
    """
    files = sorted(_files(path))
    return _digest(path, tuple((file, file.stat().st_size, file.stat().st_mtime_ns) for file in files))


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file() and not _is_hidden(file.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@functools.lru_cache(maxsize=64)
def _digest(path: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    if not files:
        return ""
    total = hashlib.blake2b(digest_size=16)
    for file, size, _ in files:
        name = file.name if file == path else file.relative_to(path).as_posix()
        total.update(f"{name}\0{size}\0".encode())
        with file.open("rb") as data:
            if size <= _WHOLE_BYTES:
                total.update(data.read())
                continue
            for sample in range(_SAMPLES):
                data.seek(sample * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
                total.update(data.read(_SAMPLE_BYTES))
    return total.hexdigest()
