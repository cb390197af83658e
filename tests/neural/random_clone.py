"""Cloning models with random weights, of a few thousand or of the real number, saved as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

MELS, DIMENSIONS = 20, 32


def save_speecht5(folder: Path, *, real: bool = False, encoder: str = "speechbrain") -> Path:
    """SpeechT5 with its vocoder and a speaker encoder of either kind (``speechbrain`` or ``wavlm``).

    Args:
        folder: made if it is not there.
        real: the sizes of the published model.
        encoder: its kind.
    """
    import torch
    from transformers import SpeechT5Config, SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5HifiGanConfig

    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    words = _letters(folder)
    config = SpeechT5Config(vocab_size=words, max_text_positions=600) if real else _tiny_speecht5(words)
    model = SpeechT5ForTextToSpeech(config)
    with torch.no_grad():  # so that it ends as soon as it may
        model.speech_decoder_postnet.prob_out.weight.zero_()
        model.speech_decoder_postnet.prob_out.bias.fill_(9.0)
    model.save_pretrained(folder)
    SpeechT5HifiGan(SpeechT5HifiGanConfig() if real else _tiny_vocoder()).save_pretrained(folder / "vocoder")
    config_path = folder / "vocoder" / "config.json"
    published = json.loads(config_path.read_text()) | {"model_type": "hifigan"}  # as the published one says
    config_path.write_text(json.dumps(published))
    (folder / "encoder").mkdir()
    if encoder == "speechbrain":
        weights = speechbrain_weights(512, 512) if real else speechbrain_weights()
        torch.save(weights, folder / "encoder" / "embedding_model.ckpt")
    else:
        _save_wavlm(folder / "encoder")
    return folder


def _tiny_speecht5(words: int) -> Any:
    from transformers import SpeechT5Config

    return SpeechT5Config(
        vocab_size=words,
        hidden_size=32,
        encoder_layers=2,
        encoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_layers=2,
        decoder_attention_heads=2,
        decoder_ffn_dim=64,
        speech_decoder_prenet_units=32,
        speech_decoder_postnet_units=32,
        num_mel_bins=MELS,
        speaker_embedding_dim=DIMENSIONS,
        max_text_positions=250,
        initializer_range=0.2,
    )


def _tiny_vocoder() -> Any:
    from transformers import SpeechT5HifiGanConfig

    return SpeechT5HifiGanConfig(
        model_in_dim=MELS,
        upsample_initial_channel=32,
        upsample_rates=[4, 4, 4, 4],
        upsample_kernel_sizes=[8, 8, 8, 8],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        initializer_range=0.15,
    )


def _letters(folder: Path) -> int:
    """A tokenizer of letters; returns how many it has."""
    import sentencepiece

    text = "the quick brown fox jumps over the lazy dog, harbour lights. every wave! is a story? it's home"
    letters = sorted(set(text) - {" "})
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text] * 4),
        model_prefix=str(folder / "spm_char"),
        model_type="char",
        vocab_size=len(letters) + 5,
        pad_id=1,
        bos_id=0,
        eos_id=2,
        unk_id=3,
        minloglevel=2,
    )
    from transformers import SpeechT5Tokenizer

    tokenizer = SpeechT5Tokenizer(str(folder / "spm_char.model"))
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


def speechbrain_weights(channels: int = 16, dimensions: int = DIMENSIONS) -> dict[str, Any]:
    """Random weights under the names of SpeechBrain's ``Xvector``, drawn by numpy: the same with any torch."""
    import torch

    rng = np.random.default_rng(7)
    widths = (24, channels, channels, channels, channels, 2 * channels)

    def normal(*shape: int) -> Any:
        return torch.from_numpy(rng.normal(0.0, 0.3, shape).astype(np.float32))

    found: dict[str, Any] = {}
    for number, kernel in enumerate((5, 3, 3, 1, 1)):
        out = widths[number + 1]
        found[f"blocks.{3 * number}.conv.weight"] = normal(out, widths[number], kernel)
        found[f"blocks.{3 * number}.conv.bias"] = normal(out)
        for name in ("weight", "bias", "running_mean"):
            found[f"blocks.{3 * number + 2}.norm.{name}"] = normal(out)
        found[f"blocks.{3 * number + 2}.norm.running_var"] = 1.0 + normal(out).abs()
    found["blocks.16.w.weight"], found["blocks.16.w.bias"] = normal(dimensions, 4 * channels), normal(dimensions)
    return found


def _save_wavlm(folder: Path) -> None:
    from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMForXVector

    config = WavLMConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(16, 16),
        conv_kernel=(10, 3),
        conv_stride=(20, 16),
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        tdnn_dim=(16, 16, 16),
        tdnn_kernel=(5, 3, 1),
        tdnn_dilation=(1, 2, 1),
        xvector_output_dim=DIMENSIONS,
    )
    WavLMForXVector(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(sampling_rate=16_000, do_normalize=True).save_pretrained(folder)


def save_pocket_tts(folder: Path, *, real: bool = False, seconds: float = 2.5) -> Path:
    """Pocket TTS with its audio tokenizer.

    Args:
        folder: made if it is not there.
        real: the sizes of the published model.
        seconds: how long it speaks at least.
    """
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        PocketTTSAudioTokenizerConfig,
        PocketTTSAudioTokenizerModel,
        PocketTTSConfig,
        PocketTTSFeatureExtractor,
        PocketTTSForConditionalGeneration,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(1)
    letters = ["<unk>", "<s>", "</s>", "<pad>", *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,!?'"]
    marks = {
        "audio_prompt_token": "<voice>",
        "audio_latent_token": "<latent>",
        "audio_prompt_bos_token": "<voice_bos>",
        "audio_bos_token": "<audio_bos>",
    }
    inner = Tokenizer(models.WordLevel({letter: i for i, letter in enumerate(letters)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        unk_token="<unk>",
        pad_token="<pad>",
        padding_side="left",
        extra_special_tokens=marks,
    )
    tokenizer.save_pretrained(folder)
    ids = {f"{name}_id": tokenizer.convert_tokens_to_ids(mark) for name, mark in marks.items()}
    tiny: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "latent_dim": 8,
        "initializer_range": 0.2,
        "flow_head_config": {"hidden_size": 32, "num_hidden_layers": 2, "latent_dim": 8, "condition_dim": 32},
    }
    tiny_codec: dict[str, Any] = {
        "hidden_size": 16,
        "num_filters": 4,
        "upsample_groups": 16,
        "intermediate_size": 32,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "latent_dim": 8,
        "initializer_range": 0.12,
    }
    model = PocketTTSForConditionalGeneration(
        PocketTTSConfig(vocab_size=len(tokenizer), **({} if real else tiny), **ids)
    )
    with torch.no_grad():  # so that it ends as soon as it may
        model.eos_head.weight.zero_()
        model.eos_head.bias.fill_(20.0)
    model.save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps({"min_frames_before_eos": round(12.5 * seconds)}))
    codec = PocketTTSAudioTokenizerModel(PocketTTSAudioTokenizerConfig(**({} if real else tiny_codec)))
    with torch.no_grad():  # random convolutions are far too loud for a voice
        codec.decoder.decoder_seanet.layers[-1].conv.weight.mul_(0.1)
        codec.decoder.decoder_seanet.layers[-1].conv.bias.zero_()
    codec.save_pretrained(folder / "codec")
    PocketTTSFeatureExtractor().save_pretrained(folder)
    template = "{% for m in messages %}{% for c in m.content %}{% if c.type == 'text' %}{{ c.text }}{% endif %}"
    (folder / "chat_template.jinja").write_text(template + "{% endfor %}{% endfor %}<audio_bos>")
    return folder


def save_recording(path: Path, *, seconds: float = 4.0, hz: float = 140.0, rate: int = 22_050) -> Path:
    """Something like a voice: a buzz with moving formants."""
    import soundfile

    t = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 20))
    soundfile.write(path, (0.1 * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))).astype(np.float32), rate)
    return path
