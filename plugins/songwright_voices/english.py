"""English words to misaki's letters, by hibari's own dictionary: no eSpeak, no GPL."""

from __future__ import annotations

import functools
import re
import threading
from importlib import import_module
from typing import Any

from songwright_voices import misaki

LONGEST = 400  # phoneme letters that the models of Kokoro's family take at once
_PRONOUNCED = re.compile(r"(\S*?)\[([^\]\s]+)\](\S*)")
_LOAD = threading.Lock()


def phonemise(text: str) -> list[str]:
    """Each whitespace-separated word of the text as misaki's letters, its punctuation kept."""
    words = text.split()
    links = [_PRONOUNCED.fullmatch(word) for word in words]
    marked = [
        f"[{link[1] or 'x'}](/{misaki.letters(link[2])}/){link[3]}" if link else word
        for word, link in zip(words, links, strict=True)
    ]
    g2p = _g2p()
    spoken = g2p(" ".join(marked)).split(" ") if words else []
    if len(spoken) != len(words):  # numbers and signs become several words: word by word keeps the count
        spoken = [g2p(word).replace(" ", "") for word in marked]
    return [str(word) for word in spoken]


def pieces(words: list[str]) -> list[tuple[int, list[str]]]:
    """Words in runs that the model takes at once: sentences, cut between words where they are too long.

    Each with the number of its first word. Runs without a sound (a lone dash) are left out.
    """
    found: list[tuple[int, list[str]]] = []
    for number, word in enumerate(words):
        last = found[-1][1] if found else []
        size = sum(len(other) + 1 for other in last) + len(word)
        if not last or size > LONGEST or _ends_sentence(last[-1]):
            found.append((number, [word]))
        else:
            last.append(word)
    return [(first, run) for first, run in found if any(misaki.sounds(word) for word in run)]


def _ends_sentence(word: str) -> bool:
    return word.rstrip('"”)').endswith((".", "!", "?", "…"))


def _g2p() -> Any:
    with _LOAD:
        return _loaded_g2p()


@functools.cache
def _loaded_g2p() -> Any:
    return import_module("hibari.g2p").G2P()
