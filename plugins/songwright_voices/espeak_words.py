"""Words to IPA by the espeak-ng program, where it is installed: it is called, never linked (GPL-3)."""

from __future__ import annotations

import re
import shutil
import subprocess

from songwright.interfaces.voice import VoiceError, VoiceUnavailableError

MISSING = "the program espeak-ng is not installed: apt install espeak-ng, or brew install espeak-ng"
_PRONOUNCED = re.compile(r"(\S*?)\[([^\]\s]+)\](\S*)")
_EDGES = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")


def program() -> str | None:
    """Where the program is, if anywhere."""
    return shutil.which("espeak-ng") or shutil.which("espeak")


def phonemise(text: str, voice: str, timeout_s: float, asker: str) -> list[str]:
    """Each whitespace-separated word of the text in eSpeak's IPA, its punctuation kept.

    Words are spoken of in their context, clause by clause; where eSpeak runs two together ("of the"), each is
    asked for alone, so that the count is kept.

    Args:
        text: plain words; ``word[ipa]`` is taken as it is written.
        voice: eSpeak's name of the language, such as ``de``.
        timeout_s: for the program.
        asker: the voice that asks, for errors.

    Raises:
        VoiceError: the program is missing, too slow or fails.
    """
    words = text.split()
    links = [_PRONOUNCED.fullmatch(word) for word in words]
    bare = [link[1] or "" if link else word for word, link in zip(words, links, strict=True)]
    edges = [(match[1], match[2], match[3]) for word in bare if (match := _EDGES.match(word))]
    cores = [core for _, core, _ in edges]
    clauses = _clauses(edges)
    said = _ask([" ".join(cores[k] for k in clause if cores[k]) for clause in clauses], voice, timeout_s, asker)
    ipa = [""] * len(words)
    alone: list[int] = []
    for clause, line in zip(clauses, said, strict=True):
        spoken = [k for k in clause if cores[k]]
        parts = line.split()
        if len(parts) == len(spoken):
            for k, part in zip(spoken, parts, strict=True):
                ipa[k] = part
        else:
            alone += spoken
    if alone:
        for k, line in zip(alone, _ask([cores[k] for k in alone], voice, timeout_s, asker), strict=True):
            ipa[k] = line.replace(" ", "")
    return [
        f"{edge[0]}{link[2].strip('/') if link else sound}{edge[2]}{link[3] if link else ''}"
        for edge, sound, link in zip(edges, ipa, links, strict=True)
    ]


def _clauses(edges: list[tuple[str, str, str]]) -> list[list[int]]:
    """Word numbers in runs that end where punctuation stands."""
    runs: list[list[int]] = [[]]
    for k, (before, _, after) in enumerate(edges):
        if before and runs[-1]:
            runs.append([])
        runs[-1].append(k)
        if after.strip("'’"):
            runs.append([])
    return [run for run in runs if run]


def _ask(lines: list[str], voice: str, timeout_s: float, asker: str) -> list[str]:
    """The IPA of each line. Empty lines between them keep them apart."""
    found = program()
    if found is None:
        raise VoiceUnavailableError(MISSING, voice=asker)
    wanted = [line for line in lines if line]
    if not wanted:
        return [""] * len(lines)
    command = [found, "-q", "--ipa", "-v", voice, "-b", "1", "--stdin"]
    try:
        done = subprocess.run(command, input="\n\n".join(wanted).encode(), capture_output=True, timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise VoiceError(f"espeak-ng took longer than {timeout_s:g} s", voice=asker) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()[:200]
        raise VoiceError(f"espeak-ng failed: {said or done.returncode}", voice=asker)
    text = _LANGUAGE_SWITCH.sub("", done.stdout.decode("utf-8", "replace"))
    answers = [line.strip() for line in text.splitlines() if line.strip()]
    if len(answers) != len(wanted):
        if len(wanted) == 1:
            return [" ".join(answers) if line else "" for line in lines]
        answers = [_ask([line], voice, timeout_s, asker)[0] for line in wanted]
    found_lines = iter(answers)
    return [next(found_lines) if line else "" for line in lines]
