"""``credits.txt``: whom to thank, and on which terms, for what was heard."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from songwright.plugins import Entry
from songwright.profiles.profile import Profile
from songwright.project.model import Project


def write_credits(project: Project, entries: Iterable[Entry], path: Path, profiles: Iterable[Profile] = ()) -> None:
    """Write the credits of a song: its own, then those of every voice, profile, soundfont and sample in it."""
    credits_of = {entry.component.credit: f"{entry.kind} {entry.name}" for entry in entries if entry.component.credit}
    credits_of |= {profile.credit: "voice profile" for profile in profiles}
    lines = [project.title]
    if project.artist:
        lines.append(f"by {project.artist}")
    if project.license:
        lines.append(f"Licence: {project.license}")
    lines += (
        ["", "Heard in it:", ""] if credits_of else ["", "Every sound in it was synthesised: nobody else to credit."]
    )
    lines += [f"- {text} ({what})" for text, what in credits_of.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
