"""Who is speaking, as a vector: x-vectors, by a model of transformers or by SpeechBrain's.

SpeechT5 was trained with SpeechBrain's x-vectors (Snyder et al. 2018): a time-delay network over 24 mel bands, means
and deviations over time, one linear layer. That network is small enough to be written here; transformers' speaker
verification models (WavLM, UniSpeech-SAT and others with an x-vector head) serve models that were trained with them.
Embeddings are made on the CPU in full precision, so that they are the same wherever the voice itself runs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from songwright.interfaces.voice import Reference, VoiceUnavailableError
from songwright_voices.accelerator import Place, explained, quiet, running
from songwright_voices.recording import at_rate, checked

SAMPLE_RATE = 16_000
_SPEECHBRAIN = "embedding_model.ckpt"
_BANDS, _FFT, _HOP = 24, 400, 160
_CPU = Place("cpu", "float32")


def check(folder: Path, voice: str) -> None:
    """Raise VoiceUnavailableError unless the folder holds a speaker encoder of either kind."""
    wish = (
        f"put SpeechBrain's x-vector model ({_SPEECHBRAIN}) there, or a model with an x-vector head that the voice was "
        "trained with"
    )
    if not folder.is_dir():
        raise VoiceUnavailableError(f"its speaker encoder {folder} does not exist: {wish}", voice=voice)
    if not (folder / _SPEECHBRAIN).is_file() and not _has_head(folder):
        raise VoiceUnavailableError(f"{folder} holds no speaker encoder: {wish}", voice=voice)


def _has_head(folder: Path) -> bool:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return any(str(name).endswith("ForXVector") for name in config["architectures"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def encode(folder: Path, reference: Reference, voice: str) -> NDArray[np.float32]:
    """The embedding of a recording, of length 1, shape ``(dimensions,)``.

    Raises:
        VoiceUnavailableError: the encoder cannot be loaded or run.
        VoiceRefusedError: the recording is too short or silent.
    """
    audio = at_rate(checked(reference, voice), SAMPLE_RATE)
    with explained(voice, f"listening with the speaker encoder {folder}", _CPU), running(_CPU, 1, 0), quiet():
        brain = folder / _SPEECHBRAIN
        vector = _by_speechbrain(brain, audio) if brain.is_file() else _by_transformers(folder, audio)
        found = np.asarray(vector.numpy(), np.float32).reshape(-1)
    if not np.isfinite(found).all() or not found.any():
        raise VoiceUnavailableError(f"the speaker encoder {folder} heard nothing that is a number", voice=voice)
    return found / np.float32(np.linalg.norm(found))


def _by_transformers(folder: Path, audio: NDArray[np.float32]) -> Any:
    import transformers

    extractor = transformers.AutoFeatureExtractor.from_pretrained(str(folder), local_files_only=True)
    model = transformers.AutoModelForAudioXVector.from_pretrained(str(folder), local_files_only=True).eval()
    heard = extractor(audio, sampling_rate=SAMPLE_RATE, return_tensors="pt")
    return model(**heard).embeddings


def _by_speechbrain(path: Path, audio: NDArray[np.float32]) -> Any:
    """SpeechBrain's ``Xvector`` over its ``Fbank``, from its own checkpoint (read without pickle)."""
    import torch

    weights = torch.load(path, map_location="cpu", weights_only=True)
    mel = mel_bands(torch.from_numpy(audio))
    hidden = (mel - mel.mean(dim=0)).T[None]  # (1, bands, frames): the sentence's mean taken off
    block = 0
    for block, dilation in zip(range(0, 15, 3), (1, 2, 3, 1, 1), strict=True):
        kernel = weights[f"blocks.{block}.conv.weight"]
        reach = dilation * (kernel.shape[-1] - 1) // 2
        hidden = torch.nn.functional.pad(hidden, (reach, reach), mode="reflect")
        hidden = torch.nn.functional.conv1d(hidden, kernel, weights[f"blocks.{block}.conv.bias"], dilation=dilation)
        hidden = torch.nn.functional.leaky_relu(hidden)
        norm = {name: weights[f"blocks.{block + 2}.norm.{name}"] for name in ("running_mean", "running_var")}
        scale, shift = weights[f"blocks.{block + 2}.norm.weight"], weights[f"blocks.{block + 2}.norm.bias"]
        hidden = torch.nn.functional.batch_norm(hidden, *norm.values(), scale, shift)
    pooled = torch.cat([hidden.mean(dim=2), hidden.std(dim=2) + 1e-5], dim=1)
    return torch.nn.functional.linear(pooled, weights["blocks.16.w.weight"], weights["blocks.16.w.bias"])


def mel_bands(audio: Any) -> Any:
    """SpeechBrain's ``Fbank``: log powers of 24 triangular mel bands, shape ``(frames, 24)``, at most 80 dB deep."""
    import torch

    window = torch.hamming_window(_FFT)
    spectrum = torch.stft(audio, _FFT, _HOP, window=window, center=True, pad_mode="constant", return_complex=True)
    power = spectrum.abs().square().T
    edges_hz = 700.0 * (10.0 ** (torch.linspace(0.0, _mel(SAMPLE_RATE / 2), _BANDS + 2) / 2595.0) - 1.0)
    width_hz, centre_hz = (edges_hz[1:] - edges_hz[:-1])[:-1, None], edges_hz[1:-1, None]
    slope = (torch.linspace(0.0, SAMPLE_RATE / 2, _FFT // 2 + 1)[None, :] - centre_hz) / width_hz
    bands = torch.clamp(torch.minimum(slope + 1.0, 1.0 - slope), min=0.0)
    decibels = 10.0 * torch.log10(torch.clamp(power @ bands.T, min=1e-10))
    return torch.maximum(decibels, decibels.max() - 80.0)


def _mel(hz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hz / 700.0))
