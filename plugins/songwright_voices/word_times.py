"""When words are heard, from what servers tell: times of their own tokens, or of characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from songwright.interfaces.voice import PhonemeSpan, WordSpan


def from_tokens(text: str, tokens: Iterable[tuple[str, float, float]]) -> tuple[WordSpan, ...]:
    """The times of the text's words from those of a server's tokens.

    A token may be a part of a word ("It's" as two), or lack its punctuation. Tokens that the text does not hold, such
    as the words of a number, are passed over.

    Args:
        text: what was to be said.
        tokens: their text, start and end in seconds, in order.
    """
    places = _word_of_each_character(text)
    low = text.lower()
    found: dict[int, tuple[float, float]] = {}
    at = 0
    for token, start_s, end_s in tokens:
        place = low.find(token.lower(), at)
        if not token or place < 0 or len(low) != len(text):
            continue
        at = place + len(token)
        word = places[place]
        first_s, last_s = found.get(word, (start_s, end_s))
        found[word] = min(first_s, start_s), max(last_s, end_s)
    return _in_order(found)


def from_characters(
    characters: Sequence[str], starts_s: Sequence[float], ends_s: Sequence[float]
) -> tuple[WordSpan, ...]:
    """The times of words from those of all characters of the text."""
    places = _word_of_each_character("".join(characters))
    found: dict[int, tuple[float, float]] = {}
    at = 0
    for character, start_s, end_s in zip(characters, starts_s, ends_s, strict=True):
        if character.isalnum():
            first_s, last_s = found.get(places[at], (start_s, end_s))
            found[places[at]] = min(first_s, start_s), max(last_s, end_s)
        at += len(character)
    return _in_order(found)


def letters(characters: Sequence[str], starts_s: Sequence[float], ends_s: Sequence[float]) -> tuple[PhonemeSpan, ...]:
    """Letters as sounds, with their times: for languages whose sounds nobody here knows."""
    places = _word_of_each_character("".join(characters))
    spans: list[PhonemeSpan] = []
    at, last_s = 0, 0.0
    for character, start_s, end_s in zip(characters, starts_s, ends_s, strict=True):
        if character.isalpha():
            start_s = max(start_s, last_s)
            last_s = max(end_s, start_s)
            spans.append(PhonemeSpan(character.lower(), start_s, last_s, places[at]))
        at += len(character)
    return tuple(spans)


def _word_of_each_character(text: str) -> list[int]:
    """The number of the whitespace-separated word that each character belongs to, or that precedes it."""
    places, word, inside = [], -1, False
    for character in text:
        if character.isspace():
            inside = False
        elif not inside:
            word, inside = word + 1, True
        places.append(max(word, 0))
    return places


def _in_order(found: dict[int, tuple[float, float]]) -> tuple[WordSpan, ...]:
    """Words by number; none begins before the one before it has begun."""
    spans: list[WordSpan] = []
    for word, (start_s, end_s) in sorted(found.items()):
        start_s = max(start_s, spans[-1].start_s) if spans else start_s
        if spans and spans[-1].end_s > start_s:
            spans[-1] = WordSpan(spans[-1].word, spans[-1].start_s, start_s)
        spans.append(WordSpan(word, start_s, max(end_s, start_s)))
    return tuple(spans)
