"""Profiles on disk: what goes in comes out, nothing half written, broken ones are told, all traces go."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from profiles.people import LIBRARY, RATE, bytes_of
from songwright.errors import OutputError
from songwright.profiles.library import Library, find_profile, imported, library
from songwright.profiles.profile import Profile, ProfileError, read_profile


@pytest.fixture
def anna() -> Profile:
    return Library(LIBRARY).get("anna")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("SONGWRIGHT_PROFILES", str(tmp_path / "mine"))
    return library()


def test_what_was_kept_is_read_to_the_bit(anna: Profile, mine: Library) -> None:
    path = mine.add(anna)
    assert path.read_bytes() == anna.to_bytes()
    found = mine.get("anna")
    assert found.to_bytes() == anna.to_bytes()
    assert found.id == anna.id
    assert mine.names() == ["anna"]
    assert path.stat().st_mode & 0o077 == 0, "a voice is its owner's business"


def test_the_id_is_of_what_is_heard(anna: Profile) -> None:
    other = replace(anna, name="berta", consent="another", made="2020-01-01", source="x.wav", sha256="0", seconds=9.0)
    assert other.id == anna.id
    assert replace(anna, flac=anna.flac + b"x").id != anna.id
    darker = replace(anna.character, envelope_db=anna.character.envelope_db - np.linspace(0, 1, 80))
    assert replace(anna, character=darker).id != anna.id
    assert replace(anna, text="la la").id != anna.id


def test_a_name_is_taken_once_whatever_its_case(anna: Profile, mine: Library) -> None:
    mine.add(anna)
    with pytest.raises(ProfileError, match="already; --overwrite replaces it"):
        mine.add(anna)
    with pytest.raises(ProfileError, match="already; take another name"):
        mine.add(replace(anna, name="Anna"), overwrite=True)
    mine.add(replace(anna, consent="renewed"), overwrite=True)
    assert mine.get("anna").consent == "renewed"


@pytest.mark.parametrize("name", ["", "../anna", "a b", "-a", ".anna", "ä", "a" * 65, "a/b"])
def test_a_name_that_is_no_name_is_refused(anna: Profile, mine: Library, name: str) -> None:
    with pytest.raises(ProfileError, match="a name begins with a letter or digit"):
        mine.add(replace(anna, name=name))
    with pytest.raises(ProfileError, match="there is no voice profile"):
        mine.remove(name)
    assert mine.names() == []


def test_nobody_is_found_with_advice(anna: Profile, mine: Library) -> None:
    with pytest.raises(ProfileError, match="there is none yet: `songwright voices profile add`"):
        mine.get("anna")
    mine.add(anna)
    with pytest.raises(ProfileError, match="there is no voice profile 'berta'; there are anna"):
        mine.get("berta")


def test_all_traces_go_with_a_profile(anna: Profile, mine: Library) -> None:
    mine.add(anna)
    mine.add(replace(anna, name="twin"))
    mine.store_embedding(anna, "clone/1/model", "key", np.arange(3.0, dtype=np.float32))
    mine.remove("anna")
    assert mine.embedding(anna, "clone/1/model") is not None, "her twin still uses it"
    mine.remove("twin")
    assert [path for path in mine.folder.rglob("*") if path.is_file()] == []


def test_a_profile_that_is_replaced_leaves_no_embedding(anna: Profile, mine: Library) -> None:
    mine.add(anna)
    mine.store_embedding(anna, "clone", "key", np.ones(3, np.float32))
    mine.add(replace(anna, text="other words"), overwrite=True)
    assert not list(mine.folder.rglob("*.npz"))


def test_an_embedding_is_its_makers_own(anna: Profile, mine: Library) -> None:
    assert mine.embedding(anna, "clone/a") is None
    mine.store_embedding(anna, "clone/a", "key a", np.array([1.5, -2.0], np.float32))
    found = mine.embedding(anna, "clone/a")
    assert found is not None
    assert found[0] == "key a"
    np.testing.assert_array_equal(found[1], [1.5, -2.0])
    assert mine.embedding(anna, "clone/b") is None
    [path] = mine.folder.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:40])
    assert mine.embedding(anna, "clone/a") is None
    assert not path.exists()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (b"", "not a voice profile, or a broken one"),
        (b"PK\x03\x04 no zip", "not a voice profile, or a broken one"),
        ("half", "not a voice profile, or a broken one"),
        ('"songwright profile": 1', "it is of format 2, and this version of Songwright reads 1"),
        ('"consent": "Made up for the tests of Songwright: nobody\'s voice"', "it holds no consent"),
        ('"weights"', "the character of the voice cannot be read"),
    ],
)
def test_a_broken_profile_says_what_is_wrong(anna: Profile, mine: Library, damage: bytes | str, told: str) -> None:
    path = mine.add(anna)
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    elif damage == "half":
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
    else:
        new = {'"songwright profile": 1': '"songwright profile": 2', '"weights"': '"heights"'}.get(
            damage, '"consent": " "'
        )
        with zipfile.ZipFile(path) as file:
            document, flac = file.read("profile.json").decode(), file.read("recording.flac")
        assert damage in document
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("profile.json", document.replace(damage, new))
            file.writestr("recording.flac", flac)
    with pytest.raises(ProfileError, match="voices profile add") as caught:
        mine.get("anna")
    assert told in str(caught.value)
    assert [type(one) for one in mine.all()] == [ProfileError]
    mine.remove("anna")
    assert mine.names() == []


def test_a_recording_that_is_none_is_told(anna: Profile) -> None:
    assert len(anna.audio()) == 2 * RATE
    stereo = bytes_of(np.zeros((RATE, 2), np.float32), "FLAC")
    for flac in (b"", b"fLaC no", anna.flac[:100], stereo, bytes_of(np.zeros(RATE, np.float32), "FLAC", 8000)):
        with pytest.raises(ProfileError, match="the recording in the profile anna is broken"):
            replace(anna, flac=flac).audio()


def test_a_file_beside_the_project_is_a_profile_too(anna: Profile, tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "her.profile").write_bytes(anna.to_bytes())
    assert find_profile("voices/her.profile", tmp_path).id == anna.id
    assert imported(tmp_path / "voices" / "her.profile", "berta").name == "berta"
    with pytest.raises(ProfileError, match="cannot be read: No such file"):
        find_profile("voices/his.profile", tmp_path)


def test_a_folder_that_cannot_be_written_is_told(anna: Profile, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Library(tmp_path / "file" / "profiles")
    with pytest.raises(OutputError, match="cannot write"):
        kept.add(anna)
    kept.store_embedding(anna, "clone", "key", np.ones(3, np.float32))
    assert kept.embedding(anna, "clone") is None


def test_processes_share_it_and_nothing_is_ever_half(anna: Profile, mine: Library) -> None:
    mine.add(anna)
    code = (
        "import sys; from dataclasses import replace; from pathlib import Path\n"
        "from songwright.profiles.library import Library\n"
        "kept = Library(Path(sys.argv[1])); anna = kept.get('anna')\n"
        "for k in range(10):\n"
        "    kept.add(replace(anna, consent=f'{sys.argv[2]} {k}'), overwrite=True); kept.get('anna')\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(mine.folder), str(n)]) for n in range(2)]
    while any(worker.poll() is None for worker in workers):
        assert read_profile(mine.folder / "anna.profile").id == anna.id
    assert [worker.wait() for worker in workers] == [0, 0]
    assert not list(mine.folder.rglob("*.part"))
