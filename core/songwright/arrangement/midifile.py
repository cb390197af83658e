"""Standard MIDI files as they are read: texts in the right letters, note-ons and note-offs as notes in beats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

DRUM_CHANNEL = 9  # General MIDI's channel 10, counted from 0

#: A note: beat and length in quarter notes from the file's start, MIDI number, velocity 0..1.
Row = tuple[float, float, int, float]


def open_midi(file: Path) -> Any:
    """The file with its texts as UTF-8, or as Latin 1 where they are not.

    Raises:
        OSError, ValueError, EOFError, KeyError, IndexError: it cannot be read: mido's words for it.
    """
    import mido

    try:
        try:
            midi = mido.MidiFile(str(file), charset="utf-8")
        except UnicodeDecodeError:
            midi = mido.MidiFile(str(file), charset="latin1")
    except mido.KeySignatureError as error:  # the only kind of its own
        raise ValueError(str(error)) from error
    if midi.ticks_per_beat < 1:
        raise ValueError("it counts in film frames, not in beats")
    return midi


def struck(messages: Any, ticks_per_beat: int) -> Iterator[tuple[int, Row]]:
    """The notes of one of its tracks, each with its channel, in the order in which they end.

    Of two notes of one pitch that overlap, the one that began first ends first. One that never ends is none.
    """
    tick = 0
    sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for message in messages:
        tick += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        held = sounding.setdefault((message.channel, message.note), [])
        if message.type == "note_on" and message.velocity > 0:
            held.append((tick, message.velocity))
        elif held:
            began, velocity = held.pop(0)
            length = max(tick - began, 1) / ticks_per_beat
            yield message.channel, (began / ticks_per_beat, length, message.note, velocity / 127.0)
