"""The store of files: whole or absent, whoever dies or damages what; and no more than its bound stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from songwright.store import Draft, Store

CONTENT = bytes(range(256)) * 40


def age(store: Store) -> None:
    """Make every entry look as if it had been read a second earlier than it was."""
    for entry in store.entries():
        os.utime(entry.path, ns=(entry.read_ns - 10**9, entry.read_ns - 10**9))


def drafts(store: Store) -> list[Path]:
    return list((store.folder / ".drafts").iterdir())


def test_what_was_put_is_got(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**6)
    assert store.get("ab12") is None
    store.put("ab12", CONTENT)
    store.put("cd34", b"")
    assert store.get("ab12") == CONTENT
    assert store.get("cd34") == b""
    assert [entry.name for entry in store.entries()] == ["ab12", "cd34"]  # in the order they were asked for
    assert drafts(store) == []


@pytest.mark.parametrize("at", [0, 1, 5000, -17, -1])
def test_a_flipped_bit_anywhere_is_noticed_and_the_entry_thrown_away(tmp_path: Path, at: int) -> None:
    store = Store(tmp_path, 10**6)
    store.put("ab12", CONTENT)
    data = bytearray(store.path("ab12").read_bytes())
    data[at] ^= 4
    store.path("ab12").write_bytes(data)
    assert store.get("ab12") is None
    assert store.entries() == []


@pytest.mark.parametrize("left", [0, 3, 16, 100, len(CONTENT)])
def test_a_cut_entry_is_noticed(tmp_path: Path, left: int) -> None:
    store = Store(tmp_path, 10**6)
    store.put("ab12", CONTENT)
    os.truncate(store.path("ab12"), left)
    assert store.get("ab12") is None


def test_an_entry_under_another_name_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**6)
    store.put("ab12", CONTENT)
    store.path("ab12").rename(store.path("ab99"))
    assert store.get("ab99") is None


def test_the_one_not_read_for_longest_goes_first_and_there_is_room_afterwards(tmp_path: Path) -> None:
    store = Store(tmp_path, 100_000)
    for number in range(9):
        store.put(f"aa{number}", bytes(10_000))
        age(store)
    assert store.get("aa0") is not None
    age(store)
    store.put("aa9", bytes(10_000))
    assert store.sweep() <= 90_000
    assert store.get("aa0") is not None
    assert store.get("aa1") is None


def test_it_sweeps_by_itself(tmp_path: Path) -> None:
    store = Store(tmp_path, 50_000)
    for number in range(60):
        store.put(f"a{number:03}", bytes(2_000))
    assert sum(entry.bytes for entry in store.entries()) <= 50_000 + 0.05 * 50_000 + 2_016


def test_an_evicted_entry_can_be_read_to_its_end(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**6)
    store.put("ab12", CONTENT)
    file = store.open("ab12")
    assert file is not None
    store.discard("ab12")
    with file:
        assert file.read()[:-16] == CONTENT


def test_a_draft_that_is_not_committed_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**6)
    with Draft(store) as draft:
        draft.write(CONTENT)
    assert drafts(store) == []
    assert store.entries() == []


def test_only_dead_writers_drafts_are_cleared_away(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from songwright.store import Draft, Store\n"
        "draft = Draft(Store(Path(sys.argv[1]), 10**6)); draft.write(b'half'); print('written', flush=True)\n"
        "time.sleep(600)\n"
    )
    store = Store(tmp_path, 10**6)
    with (
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as writer,
        Draft(store) as mine,
    ):
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        store.clear_drafts()
        assert len(drafts(store)) == 2
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        store.clear_drafts()
        assert drafts(store) == [mine.path]


def test_a_full_disk_is_no_error(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path; from songwright.store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "Store(Path(sys.argv[1]), 10**6).put('ab12', bytes(5000))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    store = Store(tmp_path, 10**6)
    assert store.entries() == []
    assert drafts(store) == []


def test_clearing_takes_everything(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**6)
    for number in range(5):
        store.put(f"{number}{number}x", CONTENT)
    began = time.time_ns()
    assert store.clear() == 5
    assert store.entries() == []
    store.put("ab12", CONTENT)
    assert store.entries()[0].read_ns > began - 10**9
