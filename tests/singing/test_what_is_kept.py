"""What is spoken, taken apart and sung is made once: counted at the voice, at the analysis and at the synthesis."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from singing.songs import TWINKLE, song
from songwright.interfaces.voice import Request, Speech
from songwright.plugins import load_plugins
from songwright.project.model import VoiceUse
from songwright.singing import Performance, perform, performance, world
from songwright.singing.store import Store
from songwright_voices.hibari import Hibari

RATE = 24_000
HOLD = ("Hold the light.", [60, 62, 64], [1, 1, 2])


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each kind of work is done."""
    counts: Counter[str] = Counter()
    speak, analyse, synthesise = Hibari.speak, world.analyse, performance.resynthesise

    def speaking(self: Hibari, request: Request) -> Speech:
        counts["spoken"] += 1
        return speak(self, request)

    def analysing(speech: Speech) -> world.Analysis:
        counts["taken apart"] += 1
        return analyse(speech)

    def singing(*args: Any, **options: Any) -> Any:
        counts["sung"] += 1
        return synthesise(*args, **options)

    monkeypatch.setattr(Hibari, "speak", speaking)
    monkeypatch.setattr(world, "analyse", analysing)
    monkeypatch.setattr(performance, "resynthesise", singing)
    return counts


def sung(store: Store | None, lines: Any = TWINKLE, bpm: float = 120.0, **params: Any) -> Performance:
    part, arrangement = song(lines, bpm=bpm)
    use = VoiceUse(use=("hibari",), params=params)
    return perform(part, arrangement, use, load_plugins(safe=True), RATE, store)


def test_each_change_does_its_own_work_and_no_more(tmp_path: Path, done: Counter[str]) -> None:
    def work(**changes: Any) -> dict[str, int]:
        done.clear()
        sung(Store(tmp_path), **changes)  # as another process would: nothing is remembered but the files
        return dict(done)

    assert work() == {"spoken": 2, "taken apart": 2, "sung": 2}
    assert work() == {}, "a repeated render sings nothing anew"
    assert work(bpm=90.0) == {"sung": 2}, "a change of tempo speaks nothing"
    assert work(vibrato_cents=80.0) == {"sung": 2}, "nor does a change of manner"
    assert work(voices=3) == {"sung": 6}, "several singers on one analysis"
    assert work(lines=(HOLD, TWINKLE[1])) == {"spoken": 1, "taken apart": 1, "sung": 1}, "only the new line"
    assert work(lines=(HOLD, HOLD)) == {"sung": 1}, "a line that comes again, where it ends and does not go on"
    assert work() == {}, "and what was there is still there"


def test_a_broken_entry_is_made_again_with_the_same_bytes(tmp_path: Path, done: Counter[str]) -> None:
    first = sung(Store(tmp_path))
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 1000]
    assert len(files) == 6
    for path in files:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    done.clear()
    again = sung(Store(tmp_path))
    assert done == {"spoken": 2, "taken apart": 2, "sung": 2}
    np.testing.assert_array_equal(again.audio, first.audio)
    done.clear()
    sung(Store(tmp_path))
    assert not done


def test_a_store_that_is_far_too_small_sings_all_the_same(tmp_path: Path) -> None:
    limit = 200_000
    small = Store(tmp_path, limit)
    first, again = sung(small), sung(small)
    np.testing.assert_array_equal(first.audio, again.audio)
    small.sweep()
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= limit


def test_singers_side_by_side_share_it(tmp_path: Path) -> None:
    alone = sung(None)
    with ThreadPoolExecutor(3) as pool:
        for one in pool.map(lambda _: sung(Store(tmp_path)), range(3)):
            np.testing.assert_array_equal(one.audio, alone.audio)
