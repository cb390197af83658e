"""A Bark of a few thousand random weights, saved to a folder as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

SEMANTIC, CODEBOOK = 64, 16
_TEXT = 200  # where the ids of the text's words begin in the semantic model's vocabulary
_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def save_tiny_bark(folder: Path, *, hidden: int = 32, layers: int = 2, heads: int = 2, seconds: float = 2.0) -> Path:
    """Write config, weights, tokenizer and two presets.

    Args:
        folder: made if it is not there.
        hidden: width of the transformers.
        layers: of each of the three.
        heads: of each layer.
        seconds: how long it speaks at least.
    """
    import torch
    from transformers import (
        BarkCoarseConfig,
        BarkConfig,
        BarkFineConfig,
        BarkModel,
        BarkSemanticConfig,
        BertTokenizer,
        EncodecConfig,
    )

    torch.manual_seed(1)
    shape = {"num_layers": layers, "num_heads": heads, "hidden_size": hidden, "block_size": 1024, "dropout": 0.0}
    coarse_words = SEMANTIC + 2 * CODEBOOK + 16
    config = BarkConfig(
        semantic_config=BarkSemanticConfig(input_vocab_size=_TEXT + 400, output_vocab_size=SEMANTIC + 8, **shape),
        coarse_acoustics_config=BarkCoarseConfig(
            input_vocab_size=coarse_words, output_vocab_size=coarse_words, **shape
        ),
        fine_acoustics_config=BarkFineConfig(
            input_vocab_size=CODEBOOK + 1, output_vocab_size=CODEBOOK + 1, n_codes_total=8, n_codes_given=1, **shape
        ),
        codec_config=EncodecConfig(
            codebook_size=CODEBOOK,
            codebook_dim=16,
            hidden_size=16,
            num_filters=2,
            num_lstm_layers=1,
            target_bandwidths=[24.0],
            normalize=False,
            sampling_rate=24_000,
            upsampling_ratios=[8, 5, 4, 2],
        ).to_dict(),
        initializer_range=0.2,
    )
    model = BarkModel(config)
    with torch.no_grad():  # random convolutions are all but silent: as loud as a voice
        for layer in model.codec_model.quantizer.layers:
            layer.codebook.embed.normal_(0.0, 12.0)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps(_generation(seconds)))
    letters = [*_WORDS, *"abcdefghijklmnopqrstuvwxyz.,!?'", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    BertTokenizer(vocab={word: i for i, word in enumerate(letters)}).save_pretrained(folder)
    _save_presets(folder)
    return folder


def _generation(seconds: float) -> dict[str, object]:
    """How it is to be sampled, in the layout of Suno's ``generation_config.json``."""
    return {
        "model_type": "bark",
        "sample_rate": 24_000,
        "codebook_size": CODEBOOK,
        "semantic_config": {
            "do_sample": True,
            "eos_token_id": SEMANTIC,
            "text_encoding_offset": _TEXT,
            "text_pad_token": _TEXT + 390,
            "semantic_infer_token": _TEXT + 391,
            "semantic_vocab_size": SEMANTIC,
            "min_new_tokens": round(49.9 * seconds),
            "max_new_tokens": round(49.9 * seconds) + 40,
        },
        "coarse_acoustics_config": {
            "do_sample": True,
            "coarse_semantic_pad_token": SEMANTIC + 2 * CODEBOOK,
            "coarse_infer_token": SEMANTIC + 2 * CODEBOOK + 2,
        },
        "fine_acoustics_config": {"temperature": 0.5},
    }


def _save_presets(folder: Path) -> None:
    """Two speakers, laid out as in Suno's folders."""
    table: dict[str, object] = {"repo_or_path": "somewhere/else"}
    for number, name in enumerate(("v2/en_speaker_6", "v2/de_speaker_1")):
        rng = np.random.default_rng(number)
        parts = {
            "semantic_prompt": rng.integers(0, SEMANTIC, 80),
            "coarse_prompt": rng.integers(0, CODEBOOK, (2, 120)),
            "fine_prompt": rng.integers(0, CODEBOOK, (8, 120)),
        }
        table[name] = {part: f"speaker_embeddings/{name}_{part}.npy" for part in parts}
        for part, tokens in parts.items():
            path = folder / "speaker_embeddings" / f"{name}_{part}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, tokens)
    (folder / "speaker_embeddings_path.json").write_text(json.dumps(table))
