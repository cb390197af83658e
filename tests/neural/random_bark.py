"""A Bark with random weights, of a few thousand or of the real number, saved to a folder as the real ones are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Vocabulary:
    """How many tokens of each kind there are, and where special ones stand."""

    semantic: int  # also the token that ends
    codebook: int
    text: int  # where the ids of the text's words begin in the semantic model's vocabulary
    words: int  # of the text, the special ones left out
    coarse_pad: int

    @property
    def text_pad(self) -> int:
        """The id of no word."""
        return self.text + self.words

    @property
    def text_end(self) -> int:
        """The id after which speech begins."""
        return self.text + self.words + 4


TINY = Vocabulary(64, 16, 200, 390, 64 + 2 * 16)
REAL = Vocabulary(10_000, 1024, 10_048, 119_547, 12_048)  # Suno's
_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def save_bark(
    folder: Path, *, hidden: int = 32, layers: int = 2, heads: int = 2, seconds: float = 2.0, of: Vocabulary = TINY
) -> Path:
    """Write config, weights, tokenizer and two presets.

    Args:
        folder: made if it is not there.
        hidden: width of the transformers.
        layers: of each of the three.
        heads: of each layer.
        seconds: how long it speaks at least.
        of: its tokens.
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
    coarse, fine = of.coarse_pad + 48, of.codebook + 32
    small = {"codebook_dim": 16, "hidden_size": 16, "num_filters": 2, "num_lstm_layers": 1, "target_bandwidths": [24.0]}
    model = BarkModel(
        BarkConfig(
            semantic_config=BarkSemanticConfig(
                input_vocab_size=of.text_end + 1, output_vocab_size=of.semantic + 48, **shape
            ),
            coarse_acoustics_config=BarkCoarseConfig(input_vocab_size=coarse, output_vocab_size=coarse, **shape),
            fine_acoustics_config=BarkFineConfig(
                input_vocab_size=fine, output_vocab_size=fine, n_codes_total=8, n_codes_given=1, **shape
            ),
            codec_config=EncodecConfig(codebook_size=of.codebook, **(small if of is TINY else {})).to_dict(),
            initializer_range=0.2 if of is TINY else 0.02,
        )
    )
    with torch.no_grad():  # random convolutions are all but silent: as loud as a voice
        for layer in model.codec_model.quantizer.layers:
            layer.codebook.embed.normal_(0.0, 12.0 if of is TINY else 1.0)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps(_generation(of, seconds)))
    letters = [*_WORDS, *"abcdefghijklmnopqrstuvwxyz.,!?'", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    BertTokenizer(vocab={word: i for i, word in enumerate(letters)}).save_pretrained(folder)
    _save_presets(folder, of)
    return folder


def _generation(of: Vocabulary, seconds: float) -> dict[str, object]:
    """How it is to be sampled, in the layout of Suno's ``generation_config.json``."""
    return {
        "model_type": "bark",
        "sample_rate": 24_000,
        "codebook_size": of.codebook,
        "semantic_config": {
            "do_sample": True,
            "eos_token_id": of.semantic,
            "text_encoding_offset": of.text,
            "text_pad_token": of.text_pad,
            "semantic_infer_token": of.text_end,
            "semantic_vocab_size": of.semantic,
            "min_new_tokens": round(49.9 * seconds),
            "max_new_tokens": round(49.9 * seconds) + 40,
        },
        "coarse_acoustics_config": {
            "do_sample": True,
            "coarse_semantic_pad_token": of.coarse_pad,
            "coarse_infer_token": of.coarse_pad + 2,
        },
        "fine_acoustics_config": {"temperature": 0.5},
    }


def _save_presets(folder: Path, of: Vocabulary) -> None:
    """Two speakers, laid out as in Suno's folders."""
    table: dict[str, object] = {"repo_or_path": "somewhere/else"}
    for number, name in enumerate(("v2/en_speaker_6", "v2/de_speaker_1")):
        rng = np.random.default_rng(number)
        parts = {
            "semantic_prompt": rng.integers(0, of.semantic, 80),
            "coarse_prompt": rng.integers(0, of.codebook, (2, 120)),
            "fine_prompt": rng.integers(0, of.codebook, (8, 120)),
        }
        table[name] = {part: f"speaker_embeddings/{name}_{part}.npy" for part in parts}
        for part, tokens in parts.items():
            path = folder / "speaker_embeddings" / f"{name}_{part}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, tokens)
    (folder / "speaker_embeddings_path.json").write_text(json.dumps(table))
