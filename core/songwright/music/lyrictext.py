r"""Lyrics as they are written: lines of words, and who sings them.

::

    lyrics  = { line }                      one a phrase; empty lines are for the eye
    line    = [ singers ":" ] { word | hold | sign }
    singers = name { "," name } | "all" | "both"
    word    = text [ "[" IPA "]" ] [ signs ] { "_" }
    text    = "light" | "Har-bour" (two syllables; "Har_-bour" holds the first) | "fire-" (one)
            | "mother--in--law" (real hyphens) | "Listen\:" (a word, no singer)
    hold    = "_"                           the syllable before goes on, one more note
    sign    = "–" | "…" | "(" …             belongs to the word beside it and takes no note

Singers hold until others are named, alone on a line or before words; at the start all sing.
What cannot be sung as it stands is a :class:`Flaw`; the rest of the lyrics is read all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from songwright.music.spelling import syllabify

ALL, BOTH = "all", "both"
HOLD = "_"

_NAME = r"[A-Za-z][A-Za-z0-9_-]*"
_SINGERS = re.compile(rf"\s*({_NAME}(?:\s*[,&+]\s*{_NAME})*)\s*:(?=\s|$)")
_PRONUNCIATION = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]([^\[\]]*)")
_TOKEN = re.compile(r"(?:\[[^\[\]]*\]|\S)+")
_SYMBOLS = ("So", "Sm", "Sc", "Cn", "Co")  # of Unicode's categories
_AND = {"&": "and", "+": "plus", "%": "per-cent", "@": "at", "=": "equals"}


@dataclass(frozen=True)
class LyricWord:
    """One word: ``text`` as it is written, hyphens and all, ``column`` its place in its line, from 0."""

    text: str
    column: int
    pronunciation: str = ""  # in IPA
    holds: int = 0  # notes over which its last syllable goes on
    inner: tuple[int, ...] = ()  # the same of each syllable before the last: Har_-bour

    @property
    def syllables(self) -> tuple[str, ...]:
        """Its syllables; they join to :attr:`shown`."""
        return syllabify(self.text)

    @property
    def shown(self) -> str:
        """The word as it is read: ``Harbour``, ``mother-in-law``."""
        return "".join(self.syllables)

    @property
    def written(self) -> str:
        """The word as this format writes it."""
        letters = self.text.rstrip('.,;:!?…"”’)')
        said = f"[{self.pronunciation}]" if self.pronunciation else ""
        signs = self.text[len(letters) :]
        if any(self.inner):
            pieces = zip(self.syllables, (*self.inner, 0), strict=True)
            letters, signs = "-".join(piece.replace("-", "--") + HOLD * holds for piece, holds in pieces), ""
        return f"{letters}{said}{signs}" + f" {HOLD}" * self.holds

    @property
    def notes(self) -> int:
        """How many notes it takes: a syllable one, a hold one."""
        return len(self.syllables) + sum(self.inner) + self.holds


@dataclass(frozen=True)
class LyricLine:
    """One line with words. ``number`` is its place in the text, from 0; no ``singers`` are all singers."""

    number: int
    words: tuple[LyricWord, ...]
    singers: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The words as this format writes them."""
        return " ".join(word.written for word in self.words)

    @property
    def syllables(self) -> int:
        """How many syllables it sings."""
        return sum(len(word.syllables) for word in self.words)

    @property
    def notes(self) -> int:
        """How many notes it takes."""
        return sum(word.notes for word in self.words)


@dataclass(frozen=True)
class Flaw:
    """What is wrong or doubtful at a place, from 0, of lyrics."""

    line: int
    column: int
    message: str
    hint: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Tag:
    """Where singers are named, and as what."""

    line: int
    column: int
    singers: tuple[str, ...]


@dataclass(frozen=True)
class LyricText:
    """Lyrics that were read."""

    lines: tuple[LyricLine, ...]
    tags: tuple[Tag, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def read_lyrics(text: str) -> LyricText:
    r"""Read lyrics. Nothing is refused here: what is wrong is among the flaws.

    >>> [(line.singers, line.written) for line in read_lyrics("anna: Har-bour lights _\nall:\nhome").lines]
    [(('anna',), 'Har-bour lights _'), ((), 'home')]
    """
    lines: list[LyricLine] = []
    tags: list[Tag] = []
    flaws: list[Flaw] = []
    singers: tuple[str, ...] = ()
    for number, row in enumerate(text.splitlines()):
        start = 0
        if match := _SINGERS.match(row):
            start = match.end()
            named = tuple(re.findall(_NAME, match[1]))
            singers = () if [name.lower() for name in named] == [ALL] else named
            tags.append(Tag(number, match.start(1), named))
        words = tuple(_words(row, start, number, flaws))
        if words:
            lines.append(LyricLine(number, words, singers))
    return LyricText(tuple(lines), tuple(tags), tuple(flaws))


def held(line: LyricLine, notes: int) -> LyricLine | None:
    """The line with as many holds as fit so many notes: on its last word, then on words before it.

    None when it has more syllables (and holds inside words) than there are notes.
    """
    spare = notes - line.syllables - sum(sum(word.inner) for word in line.words)
    if spare < 0 or not line.words:
        return None
    holds = [0] * len(line.words)
    for turn in range(spare):
        holds[-1 - (turn // 2) % len(holds)] += 1
    return replace(line, words=tuple(replace(word, holds=n) for word, n in zip(line.words, holds, strict=True)))


def _words(row: str, start: int, number: int, flaws: list[Flaw]) -> Iterator[LyricWord]:
    """The words of a line, signs gathered to them."""
    before, last = "", None
    for match in _TOKEN.finditer(row, start):
        token, column = match[0], match.start()
        bare = token.rstrip(HOLD)
        holds = len(token) - len(bare)
        if not bare:
            if last is None:
                hint = "write it after a word; a rest needs no sign"
                flaws.append(Flaw(number, column, f"{HOLD!r} holds the syllable before it, and there is none", hint))
            else:
                last = replace(last, holds=last.holds + holds)
            continue
        bare, inner = _inner(bare, column, number, flaws)
        word = _word(bare, column, number, flaws)
        if word is None:
            continue
        if not _is_sung(word.text):
            if last is None or unicodedata.category(word.text[0]) in ("Ps", "Pi") or word.text[0] in "¿¡":
                before += word.text
            else:
                last = replace(last, text=last.text + _kept(word.text))
            continue
        if last is not None:
            yield last
        if inner and len(word.syllables) != len(inner) + 1:  # what was left out held a syllable of its own
            inner, holds = (), holds + sum(inner)
        last = replace(word, text=_kept(before) + word.text, holds=holds, inner=inner)
        before = ""
    if last is not None:
        yield replace(last, text=last.text + _kept(before))


def _inner(token: str, column: int, number: int, flaws: list[Flaw]) -> tuple[str, tuple[int, ...]]:
    """``Har_-bour`` as ``Har-bour`` and the holds of its syllables before the last."""
    if HOLD not in token:
        return token, ()
    pieces = [piece for piece in re.split(r"(?<!-)-(?!-)", token) if piece.strip(HOLD)]
    bare = [piece.rstrip(HOLD) for piece in pieces]
    if any(HOLD in piece for piece in bare):
        hint = "write it after a word, or inside one before a hyphen: Har_-bour"
        flaws.append(Flaw(number, column, f"{HOLD!r} in {token!r} follows no syllable", hint))
        return token.replace(HOLD, ""), ()
    return "-".join(bare), tuple(len(piece) - len(short) for piece, short in zip(pieces, bare, strict=True))[:-1]


def _word(token: str, column: int, number: int, flaws: list[Flaw]) -> LyricWord | None:
    """A token without its holds; None when nothing is left to sing or to show."""
    said = ""
    if "[" in token or "]" in token:
        match = _PRONUNCIATION.fullmatch(token)
        if match and _is_sung(match[1]) and match[2].strip():
            token, said = match[1] + match[3], "".join(match[2].split())
            if strange := next((letter for letter in said if not _is_ipa(letter)), ""):
                hint = "as in read[ɹɛd] or har-bour[ˈhɑɹbəɹ]"
                flaws.append(Flaw(number, column, f"{strange!r} in [{said}] is no letter of the IPA", hint))
        else:
            message = f"{token!r} is no word with its pronunciation"
            hint = "write the sounds right behind the word, as in read[ɹɛd]; names of sections are no lyrics"
            flaws.append(Flaw(number, column, message, hint))
            token = re.sub(r"\[[^\]]*\]?|\]", "", token)
    token = unicodedata.normalize("NFC", token.replace("\\:", ":"))
    text = "".join(letter for letter in token if not _is_symbol(letter))
    if text != token:
        symbol = next(letter for letter in token if _is_symbol(letter))
        hint = f"write {_AND[symbol]!r}" if symbol in _AND else "take it out, or write what is to be sung"
        flaws.append(Flaw(number, column, f"{symbol!r} cannot be sung and is left out", hint, "warning"))
    if any(letter.isdigit() for letter in text) and "-" not in text and not said:
        hint = "write it as it is sung, such as nine-ty nine"
        flaws.append(Flaw(number, column, f"the number {text!r} takes one note", hint, "warning"))
    return LyricWord(text, column, said) if text else None


def _is_sung(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _is_ipa(letter: str) -> bool:
    """Letters of the International Phonetic Alphabet: small Latin ones, its own, marks of stress and length."""
    if letter.isascii():
        return letter.islower() or letter in ".|'"
    return letter in "θβχεˈˌːˑ‿" or unicodedata.category(letter) in ("Ll", "Lm", "Mn", "Sk")


def _is_symbol(letter: str) -> bool:
    """Emoji, signs of arithmetic and money, and what only shapes them."""
    return letter in "&%@#*\u200d" or "\ufe00" <= letter <= "\ufe0f" or unicodedata.category(letter) in _SYMBOLS


def _kept(signs: str) -> str:
    """A lone hyphen between words is a dash: hyphens inside a word divide it."""
    return signs.replace("-", "–")
