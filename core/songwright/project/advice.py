"""Words that problems share: a value as a message shows it, and advice for a word that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

_LONGEST = 60
_LONGEST_SENTENCE = 400
_MOST_NAMES = 16


def shown(value: Any) -> str:
    r"""A value, short and on one line.

    >>> shown("a"), shown(None), shown([1, 2]), shown({"use": "x"})
    ("'a'", 'nothing', 'a list of 2', "a mapping with 'use'")
    """
    if isinstance(value, dict):
        keys = [repr(key) for key in value]
        return f"a mapping with {', '.join(keys[:3]) or 'no keys'}{', …' if len(keys) > 3 else ''}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    text = "nothing" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def in_short(sentence: str) -> str:
    """A sentence on one line; of a very long one the beginning and the end, where the rule stands."""
    line = " ".join(sentence.split()) if "\n" in sentence else sentence
    return line if len(line) <= _LONGEST_SENTENCE else f"{line[: _LONGEST_SENTENCE - 120]} … {line[-110:]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice for a word that is not among ``known``: the closest of them, or all.

    >>> did_you_mean("gian", ["gain", "pan"]), did_you_mean("x", ["gain", "pan"])
    ("did you mean 'gain'?", 'known: gain, pan')
    """
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    if close:
        return f"did you mean {by_lower[close[0]]!r}?"
    names = list(by_lower.values())
    return f"known: {', '.join(names[:_MOST_NAMES])}{', …' if len(names) > _MOST_NAMES else ''}" if names else ""
