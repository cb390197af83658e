"""Torch, as the neural voices use it: where a model runs, in which numbers, with which chance, and what may fail.

Torch is imported here, on first use, and nowhere at import. One lock holds all of it: torch's random state and its
number of threads belong to the whole process.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import VoiceError, VoiceRefusedError, VoiceUnavailableError

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "float16", "bfloat16"]

_ROOM = 1.3  # memory that a model takes, as a multiple of its weights
_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
_LOCK = threading.RLock()


@dataclass(frozen=True)
class Place:
    """Where a model runs and in which numbers."""

    device: str  # "cpu" or "cuda"
    precision: str  # "float32", "float16" or "bfloat16"

    @property
    def dtype(self) -> Any:
        """Torch's name of the precision."""
        import torch

        return getattr(torch, self.precision)


def place(device: Device, precision: Precision, voice: str) -> Place:
    """Where a wish leads on this machine: half precision on a GPU, full on a CPU, unless it says otherwise.

    Raises:
        VoiceUnavailableError: a GPU was asked for and there is none.
    """
    import torch

    has_gpu = torch.cuda.is_available()
    if device == "cuda" and not has_gpu:
        raise VoiceUnavailableError(
            f"device: cuda was asked for, but torch {torch.__version__} sees no CUDA device: write device: cpu, "
            "or install a driver and a build of torch for CUDA",
            voice=voice,
        )
    chosen = "cuda" if device == "cuda" or (device == "auto" and has_gpu) else "cpu"
    usual = "float16" if chosen == "cuda" else "float32"
    return Place(chosen, usual if precision == "auto" else precision)


def check_memory(parameters: int, where: Place, voice: str) -> None:
    """Refuse a model that does not fit, before the system kills somebody for it.

    Args:
        parameters: how many numbers it has.
        where: where it is to run.
        voice: whose model it is.

    Raises:
        VoiceUnavailableError: the memory that is free is less than the model takes.
    """
    needed = _ROOM * parameters * _BYTES[where.precision]
    free = free_bytes(where.device)
    if needed > free:
        raise VoiceUnavailableError(
            f"not enough memory: the model takes about {needed / 1e9:.1f} GB on {where.device} in {where.precision}, "
            f"{free / 1e9:.1f} GB are free: {_advice(where)}",
            voice=voice,
        )


def free_bytes(device: str) -> float:
    """Memory that is free: the GPU's, or the system's (infinity where it does not tell)."""
    if device == "cuda":
        import torch

        return float(torch.cuda.mem_get_info()[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - no file of ours
            fields = dict(line.split(":", 1) for line in lines)
        return 1024.0 * float(fields["MemAvailable"].split()[0])
    except (OSError, KeyError, ValueError):
        return float("inf")


def _advice(where: Place) -> str:
    smaller = "take a smaller model"
    if where.device == "cuda":
        return f"{smaller}, or write device: cpu" if where.precision != "float32" else "write precision: float16"
    return f"{smaller}, or write precision: bfloat16" if where.precision == "float32" else smaller


def seed_of(*parts: object) -> int:
    """A seed for torch that ``parts`` determine, 0 to 2**63 - 1."""
    data = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, person=b"songwright").digest(), "little") >> 1


@contextlib.contextmanager
def alone(where: Place) -> Iterator[None]:
    """Hold torch alone; its random state is as before afterwards. Models are loaded and run inside."""
    import torch

    devices = [torch.cuda.current_device()] if where.device == "cuda" else []
    with _LOCK, torch.random.fork_rng(devices=devices):
        yield


@contextlib.contextmanager
def running(where: Place, threads: int, seed: int) -> Iterator[None]:
    """Hold torch alone, with its chance started from ``seed``; all of its state is as before afterwards.

    On a CPU the bytes depend on the seed, the number of threads and the kind of processor; on a GPU on the kind of
    GPU. cuDNN is kept from choosing its kernels by their speed.
    """
    import torch

    with alone(where), contextlib.ExitStack() as stack:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        stack.callback(torch.set_num_threads, before)
        stack.enter_context(
            torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
        )
        stack.enter_context(torch.inference_mode())
        torch.manual_seed(seed)
        yield


@contextlib.contextmanager
def explained(voice: str, doing: str, where: Place | None = None) -> Iterator[None]:
    """Turn what torch, transformers and a strange model may raise into a voice's errors.

    Raises:
        VoiceUnavailableError: out of memory, or the model cannot be loaded or run.
    """
    import torch

    try:
        yield
    except VoiceError:
        raise
    except (torch.OutOfMemoryError, MemoryError) as error:
        _forget(where)
        advice = f": {_advice(where)}" if where else ""
        raise VoiceUnavailableError(f"ran out of memory while {doing}{advice}", voice=voice) from error
    except Exception as error:  # a model is data from anywhere: what it makes of torch cannot be foreseen
        if "can't allocate memory" in str(error):
            advice = f": {_advice(where)}" if where else ""
            raise VoiceUnavailableError(f"ran out of memory while {doing}{advice}", voice=voice) from error
        first = (str(error).strip().splitlines() or [""])[0][:300]
        raise VoiceUnavailableError(f"failed while {doing}: {type(error).__name__}: {first}", voice=voice) from error


def _forget(where: Place | None) -> None:
    """Give back what a failed run held."""
    gc.collect()
    if where is not None and where.device == "cuda":
        import torch

        torch.cuda.empty_cache()


def to_audio(tensor: Any, where: Place, voice: str) -> NDArray[np.float32]:
    """A tensor of one recording as mono float32 in [-1, 1].

    Raises:
        VoiceRefusedError: it is empty, or holds what is no number (half precision may overflow).
    """
    audio = np.asarray(tensor.detach().float().cpu().numpy(), np.float32).reshape(-1)
    if not audio.size:
        raise VoiceRefusedError("the model said nothing at all to this text: write it otherwise", voice=voice)
    if not np.isfinite(audio).all():
        other = "bfloat16 or float32" if where.precision == "float16" else "float32"
        raise VoiceRefusedError(
            f"the model's numbers overflowed in {where.precision}: write precision: {other}", voice=voice
        )
    return np.clip(audio, -1.0, 1.0)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from drawing bars and printing notices."""
    import warnings

    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
