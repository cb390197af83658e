"""The store: what goes in comes out, whoever else is writing, and no more than its bound stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from songwright.singing.store import Store, key


def test_what_was_stored_is_read_to_the_bit(tmp_path: Path) -> None:
    arrays = {"a": np.linspace(0, 1, 7, dtype=np.float32), "b": np.array("text"), "c": np.array(3)}
    Store(tmp_path).put(key("x", 0.1), arrays)
    found = Store(tmp_path).get(key("x", 0.1))
    assert found is not None
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", None], ids=["empty", "junk", "half"])
def test_a_broken_entry_counts_as_absent_and_is_thrown_away(tmp_path: Path, damage: bytes | None) -> None:
    store = Store(tmp_path)
    store.put(key(1), {"a": np.arange(1000)})
    (path,) = tmp_path.glob("??/*")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if damage is None else damage)
    assert store.get(key(1)) is None
    assert not path.exists()
    store.put(key(1), {"a": np.arange(1000)})
    assert store.get(key(1)) is not None


def test_what_was_read_last_stays(tmp_path: Path) -> None:
    store = Store(tmp_path, limit_bytes=40_000)
    for k in range(8):
        store.put(key(k), {"a": np.zeros(1000)})
        for path in tmp_path.glob("??/*"):
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    assert store.get(key(4)) is not None
    assert store.sweep() <= 40_000
    assert store.get(key(4)) is not None
    assert store.get(key(0)) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "voices")
    store.put(key(1), {"a": np.zeros(3)})
    assert store.get(key(1)) is None


def test_processes_share_it(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np; from pathlib import Path; from songwright.singing.store import Store, key\n"
        "s = Store(Path(sys.argv[1]), 300_000)\n"
        "for k in range(120):\n"
        "    got = s.get(key(k % 12))\n"
        "    assert got is None or (got['a'] == k % 12).all()\n"
        "    s.put(key(k % 12), {'a': np.full(4000, k % 12)})\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert not list(tmp_path.rglob("*.part"))
    assert Store(tmp_path, 300_000).sweep() <= 300_000
