"""The neural voices on a GPU: ``make test-gpu``, or with the source roots on the path ``python3 -m neural.gpu``.

Makes models with random weights, tiny ones and some of the published sizes, and lets them speak. Checks that what the
GPU says in full precision is what the CPU says, that a second run gives the same bytes, that half precision speaks;
measures the time and the memory. Needs torch for CUDA, transformers and sentencepiece; of Songwright's own
dependencies only numpy, pydantic, platformdirs, packaging and PyYAML. Ends with exit code 1 when a check failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from neural.random_bark import REAL, save_bark
from neural.random_clone import save_pocket_tts, save_speecht5
from songwright.interfaces.voice import Reference, Request
from songwright_voices import bark_model, clone_family, pocket_tts, speecht5
from songwright_voices.bark import Bark, BarkParams
from songwright_voices.clone import Clone, CloneParams
from songwright_voices.neural import NeuralVoice

LINE = "Harbour lights are calling home, and every wave is a story told by those who came before us."
POCKET = hasattr(transformers, "PocketTTSForConditionalGeneration")  # not in older versions
_failures: list[str] = []


def check(holds: bool, what: str) -> None:
    """Note a check and print it."""
    print(f"{'ok    ' if holds else 'FAILED'} {what}", flush=True)
    if not holds:
        _failures.append(what)


def reference(rate: int) -> Reference:
    """Something like a voice, at the encoder's own rate: nothing is resampled."""
    time_s = np.arange(6 * rate) / rate
    buzz = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 20))
    audio = (0.1 * buzz * (0.6 + 0.4 * np.sin(8 * np.pi * time_s))).astype(np.float32)
    return Reference(audio, rate, id=f"buzz at {rate}")


def forget() -> None:
    """Drop all models."""
    for cached in (bark_model.loaded, speecht5._loaded, pocket_tts._loaded):
        cached.cache_clear()
    clone_family._EMBEDDINGS.clear()
    torch.cuda.empty_cache()


def say(voice: NeuralVoice, request: Request) -> np.ndarray:
    """What it says."""
    return voice.speak(request).audio


def check_tiny(name: str, make: Callable[..., NeuralVoice], request: Request, alike: dict[str, Any]) -> None:
    """A tiny model on both devices. ``alike`` are knobs under which chance plays no part."""
    on_cpu = say(make(device="cpu", **alike), request)
    on_gpu = say(make(device="cuda", precision="float32", **alike), request)
    check(len(on_cpu) == len(on_gpu), f"{name}: as long on the GPU as on the CPU ({len(on_cpu)}, {len(on_gpu)} frames)")
    if len(on_cpu) == len(on_gpu) and alike:
        error = float(np.abs(on_cpu - on_gpu).max() / np.abs(on_cpu).max())
        check(error < 1e-2, f"{name}: the same sound without chance, to {error:.1e} of full scale")
    check_repeats(name, make, request)


def check_repeats(name: str, make: Callable[..., NeuralVoice], request: Request) -> None:
    """Each precision speaks, and says the same again, with the model loaded anew."""
    for precision in ("float16", "bfloat16", "float32"):
        forget()
        first = say(make(device="cuda", precision=precision), request)
        torch.manual_seed(99)
        again = say(make(device="cuda", precision=precision), request)
        forget()
        anew = say(make(device="cuda", precision=precision), request)
        same = np.array_equal(first, again) and np.array_equal(first, anew)
        loud = float(np.sqrt(np.mean(first**2)))
        check(same, f"{name} in {precision}: the same bytes again, and with the model loaded anew")
        check(
            bool(np.isfinite(first).all()) and loud > 1e-4, f"{name} in {precision}: finite and heard (rms {loud:.2g})"
        )


def measure(name: str, make: Callable[..., NeuralVoice], request: Request) -> dict[str, Any]:
    """Time and memory of a model in half precision."""
    forget()
    torch.cuda.reset_peak_memory_stats()
    voice = make(device="cuda")
    begun_s = time.perf_counter()
    speech = voice.speak(request)
    loading_s = time.perf_counter() - begun_s
    begun_s = time.perf_counter()
    again = say(voice, request)
    torch.cuda.synchronize()
    wall_s = time.perf_counter() - begun_s
    check(np.array_equal(speech.audio, again), f"{name} in half precision: the same bytes again")
    seconds = speech.seconds
    row = {
        "model": name,
        "speech_s": round(seconds, 2),
        "first_s": round(loading_s, 2),
        "again_s": round(wall_s, 2),
        "real_time_factor": round(wall_s / seconds, 3),
        "peak_gpu_gb": round(torch.cuda.max_memory_allocated() / 1e9, 2),
    }
    print("      " + json.dumps(row), flush=True)
    return row


def main() -> int:
    """Run everything; 1 when a check failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    parser.add_argument("--tiny", action="store_true", help="leave out the models of real size")
    wish = parser.parse_args()
    if not torch.cuda.is_available():
        print(f"torch {torch.__version__} sees no CUDA device: run this where there is one", file=sys.stderr)
        return 2
    machine = {
        "gpu": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "python": sys.version.split()[0],
    }
    print(json.dumps(machine), flush=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        tiny_ones(root)
        if not wish.tiny:
            rows = real_ones(root)
    if wish.out:
        wish.out.write_text(json.dumps({**machine, "models": rows, "failures": _failures}, indent=2))
    print(f"{len(_failures)} checks failed" if _failures else "all checks hold")
    return 1 if _failures else 0


def tiny_ones(root: Path) -> None:
    """Each family, tiny: the same on both devices, the same again."""
    tiny = save_bark(root / "bark")
    greedy = {"temperature": 0.0, "wave_temperature": 0.0, "fine_temperature": 1.0}
    check_tiny("tiny bark", lambda **knobs: Bark(BarkParams(model=tiny, **knobs)), Request(LINE), greedy)
    for encoder in ("speechbrain", "wavlm"):
        folder = save_speecht5(root / f"speecht5-{encoder}", encoder=encoder)
        request = Request(LINE, reference=reference(16_000))
        check_tiny(f"tiny speecht5, {encoder}", cloning(folder), request, {})
    if POCKET:
        folder = save_pocket_tts(root / "pocket")
        request = Request(LINE, reference=reference(24_000))
        check_tiny("tiny pocket tts", cloning(folder), request, {"temperature": 0.0})


def real_ones(root: Path) -> list[dict[str, Any]]:
    """The published sizes: time and memory, the same again."""
    rows = []
    sizes = {"small": {"hidden": 768, "layers": 12, "heads": 12}, "full": {"hidden": 1024, "layers": 24, "heads": 16}}
    for size, shape in sizes.items():
        folder = save_bark(root / f"bark-{size}", seconds=6.0, of=REAL, **shape)
        make = barking(folder, size)
        rows.append(measure(f"bark {size}", make, Request(LINE)))
    folder = save_speecht5(root / "speecht5", real=True)
    rows.append(measure("speecht5", cloning(folder), Request(LINE, reference=reference(16_000))))
    if POCKET:
        folder = save_pocket_tts(root / "pocket-real", real=True, seconds=6.0)
        rows.append(measure("pocket tts", cloning(folder), Request(LINE, reference=reference(24_000))))
    return rows


def barking(folder: Path, size: str) -> Callable[..., NeuralVoice]:
    """Makes Barks of a folder."""
    return lambda **knobs: Bark(BarkParams(model=folder, size=size, **knobs))


def cloning(folder: Path) -> Callable[..., NeuralVoice]:
    """Makes clones of a folder."""
    return lambda **knobs: Clone(CloneParams(model=folder, **knobs))


if __name__ == "__main__":
    sys.exit(main())
