from __future__ import annotations

from types import SimpleNamespace

from fake_desk import click, play
from songwright.files.credits import write_credits


def entry(kind, name, credit):
    return SimpleNamespace(kind=kind, name=name, component=SimpleNamespace(credit=credit))


def test_everybody_who_was_heard_is_named_once(tmp_path):
    project = play(tmp_path, {"a": click()}, title="Dawn", artist="Zoë", license="CC-BY-4.0").project
    heard = [entry("voice", "anna", "Anna, CC-BY"), entry("effect", "eq", ""), entry("voice", "anna", "Anna, CC-BY")]
    write_credits(project, heard, tmp_path / "credits.txt")
    assert (tmp_path / "credits.txt").read_text(encoding="utf-8") == (
        "Dawn\nby Zoë\nLicence: CC-BY-4.0\n\nHeard in it:\n\n- Anna, CC-BY (voice anna)\n"
    )


def test_a_song_that_owes_nobody_says_so(tmp_path):
    write_credits(play(tmp_path, {"a": click()}, title="Dusk").project, [], tmp_path / "credits.txt")
    assert (tmp_path / "credits.txt").read_text() == (
        "Dusk\n\nEvery sound in it was synthesised: nobody else to credit.\n"
    )
