"""Standard MIDI Files: bytes to events at ticks, and back.

Source: Standard MIDI Files 1.0 (RP-001). An event is bytes from one end to the other, for a song has tens of thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

#: An event to be written: tick, rank among events of one tick, its bytes.
Event = tuple[int, int, bytes]
#: An event that was read: tick, its bytes with the status; of a meta event 0xFF, its kind and what it holds.
ReadEvent = tuple[int, bytes]

#: The kinds of text.
TEXT, TRACK_NAME, LYRICS, MARKER = 0x01, 0x03, 0x05, 0x06
_END_OF_TRACK, _TEMPO, _METER, _KEY = 0x2F, 0x51, 0x58, 0x59
_NOTE_OFF, _NOTE_ON, _PROGRAM, _PRESSURE, _EXCLUSIVE, _ESCAPE, _META = 0x80, 0x90, 0xC0, 0xD0, 0xF0, 0xF7, 0xFF


class Note(NamedTuple):
    """A note of a file. Channels count from 0; ticks are those of its start and its end."""

    channel: int
    pitch: int
    velocity: int
    start: int
    end: int


def file(ticks_per_beat: int, tracks: Sequence[bytes]) -> bytes:
    """A type 1 file of ``tracks``, each made by :func:`track`."""
    head = b"".join(number.to_bytes(2, "big") for number in (1, len(tracks), ticks_per_beat))
    return b"".join((_chunk(b"MThd", head), *(_chunk(b"MTrk", one) for one in tracks)))


def track(name: str, events: Iterable[Event]) -> bytes:
    """A track of events in any order; those of one tick and rank stay in theirs."""
    written, now, status = bytearray(b"\0" + text(TRACK_NAME, name)), 0, 0
    for tick, _, event in sorted(events, key=itemgetter(0, 1)):
        runs_on = event[0] == status < _META  # a channel's status is not written again
        written += _number(tick - now) + event[runs_on:]
        now, status = tick, event[0]
    return bytes(written + b"\0" + _meta(_END_OF_TRACK, b""))


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """A key goes down. Channels count from 0."""
    return bytes((_NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    """A key comes up."""
    return bytes((_NOTE_OFF | channel, pitch, 0))


def program(channel: int, number: int) -> bytes:
    """The channel's sound, counted from 0."""
    return bytes((_PROGRAM | channel, number))


def text(kind: int, words: str) -> bytes:
    """Words of a kind, in UTF-8."""
    return _meta(kind, words.encode())


def tempo(beat_us: int) -> bytes:
    """Microseconds a quarter note."""
    return _meta(_TEMPO, beat_us.to_bytes(3, "big"))


def meter(numerator: int, denominator: int) -> bytes:
    """A time signature; ``denominator`` is a power of two. The metronome ticks in quarters of 8 thirty-seconds."""
    return _meta(_METER, bytes((numerator, denominator.bit_length() - 1, 24, 8)))


def key(fifths: int, minor: bool) -> bytes:
    """A key signature: sharps, or flats below zero, up to seven."""
    return _meta(_KEY, bytes((fifths & 0xFF, minor)))


def read(data: bytes) -> tuple[int, list[list[ReadEvent]]]:
    """Ticks a beat, and the events of each track in their order. System exclusive messages are left out.

    Raises:
        ValueError: it is no MIDI file, a damaged one, or one that does not count in beats.
    """
    if len(data) < 14 or data[:4] != b"MThd":
        raise ValueError("it does not begin as a MIDI file does")
    ticks_per_beat = int.from_bytes(data[12:14], "big")
    if not 0 < ticks_per_beat < 0x8000:
        raise ValueError("it counts in film frames, not in beats")
    at, tracks = 8 + int.from_bytes(data[4:8], "big"), []
    while at < len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        at += 8 + size
        if at > len(data):
            raise ValueError("it ends in the middle of a track")
        if name == b"MTrk":
            tracks.append(list(_events(data[at - size : at])))
    return ticks_per_beat, tracks


def words(event: bytes, kind: int) -> str | None:
    """What a text event of a kind says, in UTF-8 or else in Latin 1; None for other events."""
    if event[0] != _META or event[1] != kind:
        return None
    try:
        return event[2:].decode()
    except UnicodeDecodeError:
        return event[2:].decode("latin1")


def notes(events: Iterable[ReadEvent]) -> Iterator[Note]:
    """The notes of a track in the order in which they end. Of several on one key, the first is let go first."""
    sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for tick, event in events:
        status, channel = event[0] & 0xF0, event[0] & 0x0F
        if status not in (_NOTE_ON, _NOTE_OFF):
            continue
        _, pitch, velocity = event
        held = sounding.setdefault((channel, pitch), [])
        if status == _NOTE_ON and velocity:
            held.append((tick, velocity))
        elif held:
            start, struck = held.pop(0)
            yield Note(channel, pitch, struck, start, max(tick, start + 1))


def _events(track: bytes) -> Iterator[ReadEvent]:
    at = tick = running = 0
    try:
        while at < len(track):
            wait, at = _number_at(track, at)
            tick += wait
            status = running
            if track[at] & 0x80:
                status, at = track[at], at + 1
            if status in (_META, _EXCLUSIVE, _ESCAPE):
                size, start = _number_at(track, at + (status == _META))
                if status == _META:
                    yield tick, track[at - 1 : at + 1] + track[start : start + size]
                at = start + size
                continue
            end = at + (1 if status & 0xF0 in (_PROGRAM, _PRESSURE) else 2)
            values, at, running = track[at:end], end, status
            if not _NOTE_OFF <= status < _EXCLUSIVE or not values.isascii():  # all below 128
                raise ValueError("a track holds what is no MIDI message")
            yield tick, bytes((status,)) + values
        if at > len(track):
            raise IndexError
    except IndexError:
        raise ValueError("it ends in the middle of a message") from None


def _meta(kind: int, payload: bytes) -> bytes:
    return bytes((_META, kind)) + _number(len(payload)) + payload


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "big") + payload


def _number(value: int) -> bytes:
    """A number in groups of seven bits, the highest first; all but the last are marked.

    >>> [_number(value).hex() for value in (0x40, 0x7F, 0x80, 0x2000, 0x3FFF, 0x4000, 0x0FFFFFFF)]  # RP-001's table
    ['40', '7f', '8100', 'c000', 'ff7f', '818000', 'ffffff7f']
    """
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def _number_at(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at ``at``, and where it ends."""
    value = 0
    for place in range(at, at + 4):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    raise ValueError("a track holds a number of more than four bytes")
