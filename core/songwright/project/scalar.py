"""What an unquoted word of YAML means: the core schema of YAML 1.2, and nothing more.

So ``off``, ``no`` and ``2:30`` are text, ``0o17`` is fifteen and ``017`` seventeen. (YAML 1.1, which PyYAML's
own loaders follow, reads false, false, 150, text and fifteen.) See https://yaml.org/spec/1.2.2/#103-core-schema.
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}
#: Longer whole numbers are read as floats: no value of a song is near them, and their exact reading is slow.
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)


def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    >>> [resolve(word) for word in ("12", "0o17", "1e3", "2:30", "off", "true", "~")]
    [12, 15, 1000.0, '2:30', 'off', True, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
