"""Cloning models of a few thousand random weights, saved to folders as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

MELS, DIMENSIONS = 20, 32


def save_tiny_speecht5(folder: Path, *, hidden: int = 32, layers: int = 2, encoder: str = "speechbrain") -> Path:
    """SpeechT5 with its vocoder and a speaker encoder of either kind (``speechbrain`` or ``transformers``)."""
    import torch
    from transformers import SpeechT5Config, SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5HifiGanConfig

    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    words = _letters(folder)
    config = SpeechT5Config(
        vocab_size=words,
        hidden_size=hidden,
        encoder_layers=layers,
        encoder_attention_heads=2,
        encoder_ffn_dim=2 * hidden,
        decoder_layers=layers,
        decoder_attention_heads=2,
        decoder_ffn_dim=2 * hidden,
        speech_decoder_prenet_units=hidden,
        speech_decoder_postnet_units=hidden,
        num_mel_bins=MELS,
        speaker_embedding_dim=DIMENSIONS,
        max_text_positions=250,
        initializer_range=0.2,
    )
    model = SpeechT5ForTextToSpeech(config)
    with torch.no_grad():  # so that it ends as soon as it may
        model.speech_decoder_postnet.prob_out.weight.zero_()
        model.speech_decoder_postnet.prob_out.bias.fill_(9.0)
    model.save_pretrained(folder)
    vocoder = SpeechT5HifiGanConfig(
        model_in_dim=MELS,
        upsample_initial_channel=32,
        upsample_rates=[4, 4, 4, 4],
        upsample_kernel_sizes=[8, 8, 8, 8],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        initializer_range=0.15,
    )
    SpeechT5HifiGan(vocoder).save_pretrained(folder / "vocoder")
    config_path = folder / "vocoder" / "config.json"
    published = json.loads(config_path.read_text()) | {"model_type": "hifigan"}  # as the published one says
    config_path.write_text(json.dumps(published))
    _save_speechbrain(folder / "encoder") if encoder == "speechbrain" else _save_wavlm(folder / "encoder")
    return folder


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


def _save_speechbrain(folder: Path) -> None:
    import torch

    folder.mkdir()
    torch.save(speechbrain_weights(), folder / "embedding_model.ckpt")


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


def save_tiny_pocket_tts(folder: Path, *, hidden: int = 32, layers: int = 2) -> Path:
    """Pocket TTS with its audio tokenizer."""
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
    config = PocketTTSConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        latent_dim=8,
        initializer_range=0.2,
        flow_head_config={"hidden_size": hidden, "num_hidden_layers": 2, "latent_dim": 8, "condition_dim": hidden},
        **ids,
    )
    model = PocketTTSForConditionalGeneration(config)
    with torch.no_grad():  # so that it ends as soon as it may
        model.eos_head.weight.zero_()
        model.eos_head.bias.fill_(20.0)
    model.save_pretrained(folder)
    (folder / "generation_config.json").write_text(json.dumps({"min_frames_before_eos": 30}))
    codec = PocketTTSAudioTokenizerModel(
        PocketTTSAudioTokenizerConfig(
            hidden_size=16,
            num_filters=4,
            upsample_groups=16,
            intermediate_size=32,
            num_attention_heads=2,
            num_key_value_heads=2,
            latent_dim=8,
            initializer_range=0.12,
        )
    )
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
