from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from songwright.errors import OutputError
from songwright.files import transaction
from songwright.files.transaction import staged


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


OLD = {"mix": "old", "stems/1": "old", "stems/2": "old"}
NEW = {"mix": "new", "stems/1": "new", "midi": "new"}


def test_a_new_folder_appears_whole(tmp_path):
    with staged(tmp_path / "a/b/out", ()) as folder:
        put(folder, NEW)
        assert not (tmp_path / "a/b/out").exists()
    assert tree(tmp_path) == {f"a/b/out/{name}": text for name, text in NEW.items()}


@pytest.mark.parametrize("others", [{}, {"notes.txt": "mine", "stems/take.wav": "mine"}])
@pytest.mark.parametrize("exchangeable", [True, False])
def test_ours_is_replaced_and_the_rest_left_alone(tmp_path, others, exchangeable, monkeypatch):
    if not exchangeable:
        monkeypatch.setattr("songwright.files.exchange._system_call", lambda: None)
    out = tmp_path / "out"
    put(out, OLD | others)
    with staged(out, OLD) as folder:
        put(folder, NEW)
        assert tree(out) == OLD | others
    assert tree(out) == NEW | others
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_kept_files_stay(tmp_path):
    put(tmp_path / "out", OLD)
    with staged(tmp_path / "out", OLD, keep=True) as folder:
        put(folder, {"stems/1": "new"})
    assert tree(tmp_path / "out") == OLD | {"stems/1": "new"}


@pytest.mark.parametrize("others", [{}, {"notes.txt": "mine"}])
@pytest.mark.parametrize("failure", [RuntimeError("x"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
def test_a_failure_leaves_everything_as_it_was(tmp_path, failure, others):
    put(tmp_path / "out", OLD | others)
    expected = OutputError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected) as caught, staged(tmp_path / "out", OLD) as folder:  # noqa: PT012
        put(folder, NEW)
        raise failure
    assert tree(tmp_path) == {f"out/{name}": text for name, text in (OLD | others).items()}
    if isinstance(failure, OSError):
        assert "free some space" in str(caught.value)
        assert caught.value.exit_code == 4


def test_a_failure_while_files_are_replaced_puts_them_back(tmp_path, monkeypatch):
    out, others = tmp_path / "out", {"notes.txt": "mine"}
    put(out, OLD | others)
    rename, calls = Path.rename, []

    def failing(self, target):
        calls.append(self)
        if len(calls) == 6:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="Input/output error"), staged(out, OLD) as folder:
        put(folder, NEW)
    assert len(calls) == 6
    assert tree(tmp_path) == {f"out/{name}": text for name, text in (OLD | others).items()}


@pytest.mark.parametrize("place", ["/proc/songwright/out", "file/out", "file"])
def test_a_folder_that_cannot_be_is_explained(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write to"), staged(tmp_path / place, ()):
        raise AssertionError("never reached")
    assert tree(tmp_path) == {"file": "mine"}


def test_a_folder_one_may_not_write_to(tmp_path, monkeypatch):
    put(tmp_path / "out", OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)  # tests may run as root, who may write anywhere
    with pytest.raises(OutputError, match=r"Permission denied.*choose a folder"), staged(tmp_path / "out", OLD):
        raise AssertionError("never reached")
    assert tree(tmp_path / "out") == OLD


def test_a_folder_that_we_stand_in_is_not_pulled_away(tmp_path, monkeypatch):
    put(tmp_path / "out", OLD)
    inode = (tmp_path / "out").stat().st_ino
    monkeypatch.chdir(tmp_path / "out")
    with staged(Path(), OLD) as folder:
        put(folder, NEW)
    assert tree(tmp_path / "out") == NEW
    assert (tmp_path / "out").stat().st_ino == inode


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    put(tmp_path / "real", OLD)
    (tmp_path / "out").symlink_to(tmp_path / "real")
    with staged(tmp_path / "out", OLD) as folder:
        put(folder, NEW)
    assert (tmp_path / "out").is_symlink()
    assert tree(tmp_path / "real") == NEW


WRITER = """
import sys, time
from pathlib import Path
from songwright.files.transaction import staged
out = Path(sys.argv[1])
with staged(out, {"mix", "stems/1", "stems/2"}) as folder:
    (folder / "mix").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_the_earlier_result_and_the_next_one_clears_up(tmp_path):
    out = tmp_path / "out"
    put(out, OLD)
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(out)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    with staged(out, OLD) as folder:  # a living one is left alone
        put(folder, OLD)
        assert len([path for path in tmp_path.iterdir() if path.name.startswith(".")]) == 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert tree(out) == OLD
    with staged(out, OLD) as folder:
        put(folder, NEW)
    assert tree(tmp_path) == {f"out/{name}": text for name, text in NEW.items()}


def test_a_process_killed_while_replacing_is_undone_by_the_next(tmp_path):
    out, others = tmp_path / "out", {"notes.txt": "mine"}
    put(out, {"stems/1": "old", "mix": "new"} | others)
    left = tmp_path / ".out.songwright-dead"
    put(left, {".lock": "", f"{transaction._BACKUP}/mix": "old", "stems/1": "new"})
    with pytest.raises(RuntimeError), staged(out, OLD):  # noqa: PT012
        assert tree(out) == {"stems/1": "old", "mix": "old"} | others
        raise RuntimeError
    assert not left.exists()


def test_a_process_killed_between_two_renames_is_undone_by_the_next(tmp_path):
    put(tmp_path / ".out.songwright-dead.aside", OLD)
    with pytest.raises(RuntimeError), staged(tmp_path / "out", OLD):
        raise RuntimeError
    assert tree(tmp_path) == {f"out/{name}": text for name, text in OLD.items()}


def test_what_a_killed_process_left_of_a_folder_with_odd_letters_is_cleared_up(tmp_path):
    put(tmp_path / ".mix [1].songwright-dead", NEW)
    with staged(tmp_path / "mix [1]", ()) as folder:
        put(folder, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["mix [1]"]


def test_what_a_killed_process_left_of_another_folder_is_let_lie(tmp_path):
    put(tmp_path / ".out.songwright-dead", NEW)
    put(tmp_path / ".out.songwright-dead/.replaced", OLD)
    with staged(tmp_path / "*", ()) as folder:
        put(folder, NEW)
    assert tree(tmp_path / "*") == NEW
    assert tree(tmp_path / ".out.songwright-dead/.replaced") == OLD


def test_nobody_clears_up_what_is_being_put_in_place(tmp_path, monkeypatch):
    replace = transaction._replace_one_by_one

    def meanwhile(folder, *rest):
        transaction._clear_stale(folder.parent, ".out.songwright-", tmp_path / "out")  # another render begins
        replace(folder, *rest)

    monkeypatch.setattr(transaction, "_replace_one_by_one", meanwhile)
    put(tmp_path / "out", OLD | {"notes.txt": "mine"})
    with staged(tmp_path / "out", OLD) as folder:
        put(folder, NEW)
    assert tree(tmp_path / "out") == NEW | {"notes.txt": "mine"}


@pytest.mark.parametrize("listed", [".", "stems", "gone"])
@pytest.mark.parametrize("keep", [False, True])
def test_a_list_that_names_no_file_takes_nobodys_file_away(tmp_path, listed, keep):
    mine = {"notes.txt": "mine", "stems/take.wav": "mine"}
    put(tmp_path / "out", OLD | mine)
    with staged(tmp_path / "out", [*OLD, listed], keep=keep) as folder:
        put(folder, NEW)
    assert tree(tmp_path / "out") == (OLD if keep else {}) | NEW | mine


def test_an_exchange_is_seen_done_or_not_done(tmp_path):
    """While one process exchanges, another never sees a folder without a whole result."""
    out = tmp_path / "out"
    put(out, {"a": "0", "b": "0"})
    code = (
        "import sys\nfrom pathlib import Path\nfrom songwright.files.transaction import staged\n"
        "for i in range(1, 200):\n"
        "    with staged(Path(sys.argv[1]), {'a', 'b'}) as folder:\n"
        "        (folder / 'a').write_text(str(i)); (folder / 'b').write_text(str(i))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(out)])
    seen = set()
    while process.poll() is None:
        handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
        try:
            seen.add(frozenset(os.listdir(handle)))  # noqa: PTH208 - of the folder that was opened
        finally:
            os.close(handle)
        time.sleep(0.0001)
    assert process.returncode == 0
    assert {frozenset({"a", "b"})} <= seen <= {frozenset({"a", "b"}), frozenset({"a"}), frozenset({"b"}), frozenset()}
    assert tree(out) == {"a": "199", "b": "199"}
