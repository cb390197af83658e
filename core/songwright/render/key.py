"""Keys: the hash of all that a piece of audio depends on, and of nothing else.

Each tap of each strip has a key. It is made of the keys of what the strip hears, so the keys run through the graph
as the audio does (a Merkle tree whose branches may meet): a change is in the keys of what it is heard in, and in no
other. Two parts of a strip are told apart, as its taps tell them:

- *source*, what is composed and played: the instrument with its knobs and the notes, or what was sung;
- *pre*, what the desk makes of it: the effects with their knobs, waits and sidechains. *post* adds the fader.

Titles, ids, the song's length, the number of jobs and the size of blocks are in no key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from songwright.graph.nodes import Feed, Insert, InsertDelays, InstrumentPart, RenderGraph, StemPlan, Strip, Tap
from songwright.plugins import Entry
from songwright.render.identity import UnknownCodeError, component_identity, engine_identity
from songwright.store import file_checksum

Key = bytes | None  # None: nobody can say what it depends on, so it is never kept


class UnkeyedError(TypeError):
    """A value whose content cannot be told by a hash."""


class Keys:
    """The keys of a graph's taps."""

    def __init__(self, graph: RenderGraph) -> None:
        self._graph = graph
        self._sources: dict[str, Key] = {}
        self._taps: dict[tuple[str, Tap], Key] = {}
        for strip in graph.strips.values():
            self._add(strip)

    def source(self, strip: str) -> Key:
        """What the strip's own source gives, before anything waits."""
        return self._sources[strip]

    def tap(self, strip: str, tap: Tap) -> Key:
        """What is heard at a tap."""
        return self._taps[strip, tap]

    def stem(self, plan: StemPlan) -> Key:
        """A stem: a tap behind the faders of plain groups, brought in step with the song."""
        faders = [self._graph.strips[group].fader for group in plan.through if plan.tap is Tap.POST]
        late = self._graph.delays[plan.id].taps[plan.tap]
        return key("stem", _known(self.tap(plan.id, plan.tap)), late, [fader for fader in faders if fader.moves])

    def _add(self, strip: Strip) -> None:
        delays = self._graph.delays[strip.id]
        source = self._sources[strip.id] = _source(strip, self._graph.sample_rate)
        entering = source
        if strip.source is None or strip.feeds or delays.source:
            own = (_known(source), delays.source) if strip.source is not None else None
            feeds = [self._heard(feed, wait) for feed, wait in zip(strip.feeds, delays.feeds, strict=True)]
            entering = key("entering", own, delays.taps[Tap.SOURCE], feeds)
        inserted = entering
        for insert, waits in zip(strip.inserts, delays.inserts, strict=True):
            inserted = self._inserted(insert, waits, inserted)
        faded = inserted
        if strip.fader.moves:
            faded = key("fader", _known(inserted), strip.fader, delays.taps[Tap.PRE])
        self._taps |= dict(zip(((strip.id, tap) for tap in Tap), (entering, inserted, faded), strict=True))

    def _inserted(self, insert: Insert, waits: InsertDelays, entering: Key) -> Key:
        side = self._heard(insert.sidechain, waits.sidechain) if insert.sidechain else None
        times = (waits.audio, waits.lateness, self._graph.sample_rate)
        return key("insert", _known(entering), insert_identity(insert), times, side)

    def _heard(self, feed: Feed, wait: int) -> tuple[Any, ...]:
        return (_known(self.tap(feed.strip, feed.tap)), feed.level_db, wait)


def key(kind: str, *parts: Any) -> Key:
    """The key of something that ``parts`` decide; None when nobody can tell what one of them holds.

    Texts, numbers, arrays, models and containers enter by value, a file (a ``Path``) by its content.
    """
    digest = hashlib.blake2b(engine_identity() + kind.encode(), digest_size=20, person=b"songwright audio")
    try:
        for part in parts:
            _add(digest, part)
    except (UnkeyedError, OSError):
        return None
    return digest.digest()


def insert_identity(insert: Insert) -> tuple[Any, ...]:
    """An effect as a part of a key: its code and its knobs."""
    return (_identity(insert.entry), insert.effect.params, insert.knobs)


class _Unknown:
    """Stands for something whose content nobody can tell: what depends on it has no key either."""


def _known(content: Key) -> bytes | _Unknown:
    return _Unknown() if content is None else content


def _source(strip: Strip, sample_rate: int) -> Key:
    part = strip.source
    if part is None:
        return None
    if not isinstance(part, InstrumentPart):
        content: Key = getattr(part, "key", None)
        return key("audio", _known(content), sample_rate)
    settings = (part.instrument.params, part.knobs, part.tail_frames, sample_rate)
    return key("instrument", _identity(part.entry), settings, part.events)


def _identity(entry: Entry) -> bytes | _Unknown:
    try:
        return component_identity(entry)
    except (UnknownCodeError, OSError):
        return _Unknown()


def _add(digest: Any, part: Any) -> None:
    """Feed a value to a hash, with its kind and length, so that no two values look alike."""
    match part:
        case np.generic() | Enum():
            _add(digest, part.value if isinstance(part, Enum) else part.item())
        case None | bool() | int() | str() | float():
            _add_words(digest, "v", repr(part).encode())
        case bytes():
            _add_words(digest, "b", part)
        case np.ndarray() if part.dtype != object and part.dtype.names is None:
            _add_words(digest, f"a{part.dtype.str}{part.shape}", np.ascontiguousarray(part).tobytes())
        case np.ndarray() if part.dtype.names is not None:  # by field: what lies in the gaps between them varies
            _add(digest, {name: part[name] for name in part.dtype.names})
        case Path():
            _add_words(digest, "p", _content(part))
        case Mapping():
            _add_words(digest, "m", str(len(part)).encode())
            for name, value in part.items():
                _add(digest, name)
                _add(digest, value)
        case tuple() | list() | set() | frozenset():
            _add_words(digest, "t", str(len(part)).encode())
            for value in part if isinstance(part, tuple | list) else sorted(part, key=repr):
                _add(digest, value)
        case BaseModel():
            _add(digest, {name: getattr(part, name) for name in type(part).model_fields})
        case _ if is_dataclass(part) and not isinstance(part, type):
            _add(digest, (type(part).__qualname__, {one.name: getattr(part, one.name) for one in fields(part)}))
        case _:
            raise UnkeyedError(f"nobody can tell what {type(part).__name__} holds")


def _add_words(digest: Any, kind: str, data: bytes) -> None:
    digest.update(f"{kind}{len(data)}:".encode() + data)


def _content(path: Path) -> bytes:
    """A hash of a file, or of a folder with all its files. What is not there is told apart from what is empty."""
    if path.is_dir():
        digest = hashlib.blake2b(digest_size=16)
        for file in sorted(one for one in path.rglob("*") if one.is_file()):
            _add_words(digest, str(file.relative_to(path)), _content(file))
        return digest.digest()
    if not path.exists():
        return b"absent"
    return file_checksum(path)
