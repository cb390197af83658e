"""Text for speaking: pronunciations taken off, long text cut at the ends of sentences."""

from __future__ import annotations

import itertools
import re

_PRONUNCIATION = re.compile(r"(?<=\S)\[[^\]\s]*\]")
_BARE_PRONUNCIATION = re.compile(r"\[([^\]\s]*)\]")
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "no", "vol", "fig", "capt", "gen"}
)
_END = re.compile(r"[.!?…][\"”’')\]]*\s+|\n\s*\n")
_CLAUSE = re.compile(r"[,;:—–][\"”’')\]]*\s+")


def without_pronunciations(text: str) -> str:
    """The words alone.

    >>> without_pronunciations("Ev'ry[ˈɛvɹi] wave")
    "Ev'ry wave"
    """
    return _BARE_PRONUNCIATION.sub("", _PRONUNCIATION.sub("", text))


def split(text: str, longest: int = 500) -> list[str]:
    """Cut text into pieces of at most ``longest`` characters, at the best places there are.

    Ends of sentences first, then clauses, then words; a single word that is longer is cut hard.
    Whole sentences are gathered while they fit. No word is lost or doubled.

    >>> split("One. Two two. Three.", 9)
    ['One.', 'Two two.', 'Three.']
    """
    if longest < 1:
        raise ValueError(f"{longest} is not a length; pieces hold at least one character")
    pieces: list[str] = []
    for sentence in sentences(text):
        for piece in _fitting(sentence, longest):
            if pieces and len(pieces[-1]) + 1 + len(piece) <= longest:
                pieces[-1] += " " + piece
            else:
                pieces.append(piece)
    return pieces


def sentences(text: str) -> list[str]:
    """The sentences of a text; titles and initials ("Dr. Who", "J. S. Bach") end none."""
    found, start = [], 0
    for match in _END.finditer(text):
        if _is_end(text, match):
            found.append(text[start : match.end()])
            start = match.end()
    found.append(text[start:])
    return [" ".join(sentence.split()) for sentence in found if sentence.strip()]


def _is_end(text: str, match: re.Match[str]) -> bool:
    if "\n" in match[0]:
        return True
    if match.end() < len(text) and text[match.end()].islower():
        return False
    if not match[0].startswith("."):
        return True
    word = re.split(r"[\s(“\"']", text[: match.start()])[-1]
    return word.lower() not in _TITLES and not (len(word) == 1 and word.isupper())


def _fitting(sentence: str, longest: int) -> list[str]:
    if len(sentence) <= longest:
        return [sentence]
    clauses = _cut_after(sentence, _CLAUSE)
    parts = clauses if len(clauses) > 1 else sentence.split(" ")
    if len(parts) == 1:
        return [sentence[i : i + longest] for i in range(0, len(sentence), longest)]
    pieces: list[str] = []
    for part in parts:
        for piece in _fitting(part, longest):
            if pieces and len(pieces[-1]) + 1 + len(piece) <= longest:
                pieces[-1] += " " + piece
            else:
                pieces.append(piece)
    return pieces


def _cut_after(text: str, pattern: re.Pattern[str]) -> list[str]:
    cuts = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return [piece for a, b in itertools.pairwise(cuts) if (piece := text[a:b].strip())]
