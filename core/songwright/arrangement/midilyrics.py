"""Sung MIDI files: a vocal line with the words that the file itself holds.

Lyric events (RP-026) and soft karaoke (KAR, text events) are understood, and so are words that are divided by
hyphens rather than spaces. What comes out is notes and lyrics as a writer would have typed them: each note
has a syllable or a ``_``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from songwright.arrangement.midifile import DRUM_CHANNEL, Row, open_midi, struck
from songwright.music.notes import NOTE, Notes, in_order, notes
from songwright.music.spelling import syllabify

_NEAR_BEATS = 1 / 16  # a word may stand so far from its note
_REST_BEATS = 1.0  # in a file without lines, a rest this long ends one
_HELD = ("-", "_", "~", "")


@dataclass
class _Line:
    """One track of a file: notes by channel, and texts, in beats."""

    name: str = ""
    played: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    words: list[tuple[float, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Syllable:
    """A piece of a word, whether the word goes on after it, and whether its line ends with it."""

    text: str
    goes_on: bool
    ends_line: bool


def read_sung(file: Path, singer: str) -> tuple[Notes, str]:
    """A vocal line in beats from the file's start, and its words; no words when the file has none.

    Args:
        file: format 0 or 1.
        singer: of several tracks with words, the one of this name is taken, else the one with the most words.
    """
    lines = _lines(file)
    worded = [line for line in lines if line.words]
    if not worded:
        return np.zeros(0, NOTE), ""
    words = max(worded, key=lambda line: (line.name.lower() == singer.lower(), len(line.words)))
    sung = _one_at_a_time(_notes_of(words, lines))
    return sung, _text(words.words, sung) if len(sung) else ""


def _lines(file: Path) -> list[_Line]:
    midi = open_midi(file)
    lines = []
    for messages in midi.tracks:
        line, tick = _Line(messages.name), 0
        lyrics, texts = [], []
        for message in messages:
            tick += message.time
            if message.type == "lyrics":
                lyrics.append((tick / midi.ticks_per_beat, message.text))
            elif message.type == "text" and not message.text.startswith("@"):
                texts.append((tick / midi.ticks_per_beat, message.text))
        for channel, row in struck(messages, midi.ticks_per_beat):
            if channel != DRUM_CHANNEL:
                line.played[channel].append(row)
        is_karaoke = any(text.startswith(("/", "\\")) for _, text in texts)
        line.words = lyrics or (texts if is_karaoke else [])
        lines.append(line)
    return lines


def _notes_of(words: _Line, lines: Sequence[_Line]) -> Notes:
    """The notes that the words belong to: of the channels of all tracks, those that most words stand on."""
    starts = np.array([beat for beat, text in words.words if text.strip()])

    def fit(line: _Line, channel: int) -> tuple[float, bool]:
        onsets = np.array([row[0] for row in line.played[channel]])
        near = np.abs(onsets[:, None] - starts[None, :]).min(axis=0) if len(starts) else np.zeros(0)
        return float(np.mean(near <= _NEAR_BEATS)) if len(near) else 0.0, line is words

    candidates = [(line, channel) for line in lines for channel in line.played if line.played[channel]]
    if not candidates:
        return np.zeros(0, NOTE)
    line, channel = max(candidates, key=lambda one: fit(*one))
    return in_order(notes(line.played[channel]))


def _one_at_a_time(played: Notes) -> Notes:
    """Of notes that start together, the highest."""
    keep = np.append(np.diff(played["beat"]) > 1e-9, True) if len(played) else np.zeros(0, np.bool_)
    return np.asarray(played[keep])


def _text(words: Sequence[tuple[float, str]], sung: Notes) -> str:
    """Lyrics in which each of the notes has its syllable or its ``_``."""
    syllables = list(_syllables([text for _, text in words]))
    has_lines = any(syllable.ends_line for syllable in syllables[:-1])
    places = np.searchsorted(sung["beat"], np.array([beat for beat, _ in words]) - _NEAR_BEATS)
    on_note: dict[int, list[_Syllable]] = defaultdict(list)
    for place, syllable in zip(np.minimum(places, len(sung) - 1).tolist(), syllables, strict=True):
        on_note[place].append(syllable)
    text = ""
    for place in range(len(sung)):
        rest = place and sung["beat"][place] - sung["beat"][place - 1] - sung["length"][place - 1] >= _REST_BEATS
        if rest and not has_lines:
            text = text.rstrip() + "\n"
        text = _and(text, on_note[place], follows=bool(place) and not rest)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _and(text: str, here: Sequence[_Syllable], *, follows: bool) -> str:
    """The text with the syllables of one note; several are sung as one, none holds the one before."""
    shown = "".join(syllable.text for syllable in here)
    ends = any(syllable.ends_line for syllable in here)
    if shown:
        if not text.endswith("-") and len(syllabify(shown)) > 1:
            shown += "-"  # as it stands: "ev'ry-" is one syllable
        end = "\n" if ends else "-" if here[-1].goes_on else " "
        return f"{text}{shown.removesuffix('-') if end == '-' else shown}{end}"
    if not follows:
        return f"{text}la\n" if ends else f"{text}la "
    if text.endswith("-"):
        return f"{text[:-1]}_-"
    return f"{text.rstrip()} _\n" if ends or text.endswith("\n") else f"{text}_ "


def _syllables(texts: Sequence[str]) -> Iterator[_Syllable]:
    """What each event sings, and how it is tied to the next."""
    spaced = any(text[:1].isspace() or text[-1:].isspace() for text in texts if text.strip())
    for text, following in zip(texts, [*texts[1:], "\n"], strict=True):
        ends = text.endswith(("\r", "\n")) or following.startswith(("/", "\\", "\r", "\n"))
        bare = text.lstrip("/\\").strip()
        hyphen = (bare.endswith("-") and bare not in _HELD) or (following[:1] == "-" and following not in _HELD)
        open_end = spaced and not text[-1:].isspace() and not following[:1].isspace() and bool(following.strip())
        yield _Syllable(_clean(bare), not ends and (hyphen or (open_end and bare not in _HELD)), ends)


def _clean(text: str) -> str:
    """A syllable without what would mean something in written lyrics; empty when it holds the one before."""
    if not any(letter.isalnum() for letter in text):
        return ""
    plain = re.sub(r"[\[\]_\s]", "", text).strip("-")
    return re.sub("-+", "--", plain).replace("\\", "").replace(":", "\\:")
