"""The singer, measured on the songs that ship: pitch, timing, words, speed, and the mix it stands in.

``make bench-singer`` runs it, prints a table and writes ``out/singer.json``. What is heard is what a user gets: the
lead's stems and the mix as ``render`` writes them. Pitch and onsets are measured here (``ear.py``); words and when they
begin are told by a recogniser and an aligner in an environment of their own, .venv-words (``listener.py``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from bench import desk, ear
from songwright.arrangement.arrange import arrange
from songwright.arrangement.plan import PlannedLine
from songwright.pipeline import RenderOptions, render
from songwright.plugins import Plugins, installed_plugins
from songwright.presets import preset_path
from songwright.project.load import load_checked
from songwright.singing import perform
from songwright.singing.caller import Caller
from songwright.singing.phoneme import is_vowel
from songwright.singing.speech import speak
from songwright.singing.store import Store
from songwright_voices.hibari import Hibari

RATE = 44_100
ROOT = Path(__file__).parents[2]
LISTENER = ROOT / ".venv-words" / "bin" / "python"
SONGS = ("harbour-lights", "summer-signal", "corner-story")
STORY = Path(__file__).with_name("story.txt")
#: What must hold: figure → the most it may be.
TARGETS = {
    "pitch_median_cents": 5.0,
    "pitch_worst_cents": 30.0,
    "onset_median_ms": 25.0,
    "onset_aligner_median_ms": 25.0,
    "word_start_median_ms": 40.0,
    "words_dry_percent": 15.0,
    "words_mix_percent": 30.0,
    "words_spoken_percent": 3.0,
    "rtf_singing": 0.1,
    "rtf_singing_cached_analysis": 0.03,
    "rtf_speaking": 0.02,
}


@dataclass(frozen=True)
class Singer:
    """A lead voice: its lines, whether they are on notes, and its stem."""

    lines: tuple[PlannedLine, ...]
    on_notes: bool
    audio: NDArray[np.float64]  # mono


@dataclass(frozen=True)
class Heard:
    """One song rendered: what its singers did and were meant to do."""

    name: str
    folder: Path
    singers: tuple[Singer, ...]  # the lead voices
    voices: NDArray[np.float64]  # their stems together, (2, frames)
    backing: NDArray[np.float64] | None
    stems: dict[str, NDArray[np.float64]]
    mix: NDArray[np.float64]
    report: dict[str, Any]

    @property
    def lines(self) -> list[PlannedLine]:
        """What all of them sing, by time."""
        return sorted((line for one in self.singers for line in one.lines), key=lambda line: line.start_s)


def hear(name: str, folder: Path, plugins: Plugins, speed: dict[str, list[float]]) -> Heard:
    """Sing a preset's parts (timed, in processor time), then render it whole."""
    arrangement = arrange(load_checked(preset_path(name), plugins).project, plugins)
    tracks = arrangement.project.tracks
    sung: dict[str, tuple[tuple[PlannedLine, ...], bool]] = {}
    store = Store(folder / "voices" / name)
    for track, part in arrangement.parts.items():
        if (voice := tracks[track].voice) is None:
            continue
        sings = tracks[track].sings
        mode = sings.mode if sings else "sing"
        one = _timed(speed["cold"], part, arrangement, voice, plugins, store, mode)
        part.notes["pitch"] += 1
        _timed(speed["cached"], part, arrangement, voice, plugins, store, mode)
        part.notes["pitch"] -= 1
        if not (sings and sings.harmony):
            sung[track] = (one.plan.lines, mode == "sing")
    options = RenderOptions(out=folder / name, overrides={"render.mix.formats": ["wav"]})
    result = render(preset_path(name), options, plugins=plugins)
    stems = {stem.id: _read(folder / name / stem.file.name) for stem in result.stems if stem.part_of is None}
    every = {stem.id: _read(folder / name / stem.file.name) for stem in result.stems if stem.id in tracks}
    singers = tuple(Singer(lines, on_notes, every[t].mean(axis=0)) for t, (lines, on_notes) in sung.items())
    backings = [every[t] for t in tracks if t in every and tracks[t].voice and _harmony(tracks[t])]
    mix = _read(folder / name / "mix.wav")
    return Heard(
        name,
        folder,
        singers,
        np.sum([every[track] for track in sung], axis=0),
        np.sum(backings, axis=0) if backings else None,
        stems,
        mix,
        dict(result.report),
    )


def _harmony(track: Any) -> bool:
    return bool(track.sings and track.sings.harmony)


def _timed(
    into: list[float], part: Any, arrangement: Any, voice: Any, plugins: Plugins, store: Store, mode: Any
) -> Any:
    """Perform a part; add processor seconds, and seconds sung (each singer of a unison counts)."""
    begun_s = time.process_time()
    one = perform(part, arrangement, voice, plugins, RATE, store, mode=mode)
    into[0] += time.process_time() - begun_s
    into[1] += one.metrics.seconds * int(voice.params.get("voices", 1))
    return one


def _read(path: Path) -> NDArray[np.float64]:
    return np.asarray(soundfile.read(path, always_2d=True)[0].T, np.float64)


def listen(songs: Iterable[Heard], folder: Path) -> dict[str, Any]:
    """What recogniser and aligner make of the voices alone, of the mixes, and of a spoken text."""
    said: dict[str, Any] = {}
    for one in songs:
        text = " ".join(line.text for line in one.lines)
        begin_s = max(one.lines[0].start_s - 1.0, 0.0)
        said[f"{one.name}-dry"] = {"text": text, "lines": [_meant(line, begin_s) for line in one.lines]}
        said[f"{one.name}-mix"] = {"text": text}
        for kind, audio in (("dry", one.voices), ("mix", one.mix)):
            begin, end = (round(RATE * s) for s in (one.lines[0].start_s - 1.0, one.lines[-1].end_s + 1.0))
            mono = soxr.resample(audio.mean(axis=0)[max(begin, 0) : end], RATE, 16_000)
            soundfile.write(folder / f"{one.name}-{kind}.wav", 0.5 * mono / np.abs(mono).max(), 16_000)
    said["spoken"] = {"text": STORY.read_text(encoding="utf-8")}
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")
    subprocess.run([LISTENER, Path(__file__).with_name("listener.py"), folder], check=True)
    answer: dict[str, Any] = json.loads((folder / "heard.json").read_text(encoding="utf-8"))
    return answer


def _meant(line: PlannedLine, origin_s: float) -> dict[str, Any]:
    """A line's words with the plan's times, counted from where the file begins."""
    words = [
        {
            "text": word.text,
            "start_s": word.start_s - origin_s,
            "vowels_s": [
                (p.phoneme, p.start_s - origin_s) for s in word.syllables for p in s.phonemes if is_vowel(p.phoneme)
            ],
        }
        for word in line.words
    ]
    return {"start_s": line.start_s - origin_s, "end_s": line.end_s - origin_s, "words": words}


def story(folder: Path) -> tuple[float, float]:
    """Speak the story. Returns seconds of processor and of speech."""
    begun_s = time.process_time()
    spoken = speak(STORY.read_text(encoding="utf-8"), [Hibari()], caller=Caller())
    used_s = time.process_time() - begun_s
    soundfile.write(folder / "spoken.wav", spoken.audio, spoken.sample_rate)
    return used_s, spoken.seconds


def _share(rows: Iterable[Any]) -> float:
    rows = list(rows)
    return round(100.0 * sum(row["wrong"] for row in rows) / sum(row["of"] for row in rows), 2)


def _middle_ms(differences: Iterable[float]) -> float:
    return round(1000.0 * float(np.median(np.abs(list(differences)))), 1)


def measure(songs: list[Heard], folder: Path) -> tuple[dict[str, float], dict[str, Any]]:
    """All figures of what was heard, and what stands behind them."""
    singers = [(one.name, singer) for one in songs for singer in one.singers]
    tuned = [(name, singer) for name, singer in singers if singer.on_notes]
    notes = [(name, note) for name, one in tuned for note in ear.pitches(one.audio, RATE, one.lines)]
    cents = np.array([note.cents for _, note in notes if note.cents is not None])
    worst = sorted((row for row in notes if row[1].cents is not None), key=lambda row: -abs(row[1].cents or 0.0))
    seen = [onset for _, one in singers for onset in ear.onsets(one.audio, RATE, one.lines)]
    figures = {
        "pitch_notes": len(notes),
        "pitch_notes_without_steady_part": len(notes) - len(cents),
        "pitch_median_cents": round(float(np.median(np.abs(cents))), 2),
        "pitch_worst_cents": round(float(np.abs(cents).max()), 1),
        "onsets_seen": len(seen),
        "onset_median_ms": _middle_ms(late for _, late in seen),
    }
    details: dict[str, Any] = {
        "worst_notes": [f"{name} {n.start_s:.2f} s {n.text!r}: {n.cents:+.1f} cents" for name, n in worst[:8]],
        "not_measured": [f"{name} {n.start_s:.2f} s {n.text!r}" for name, n in notes if n.cents is None],
        "latest_onsets": [f"{p} {1000 * s:+.0f} ms" for p, s in sorted(seen, key=lambda row: -abs(row[1]))[:8]],
        "onset_bias_ms": round(1000 * float(np.median([late for _, late in seen])), 1),
        "mix": {one.name: _mix(one) for one in songs},
    }
    if LISTENER.exists():
        heard = listen(songs, folder)
        laid = [row["aligned"] for row in heard.values() if "aligned" in row]
        starts = [row for one in laid for row in one["words"]]
        vowels = [row for one in laid for row in one["vowels"]]
        figures |= {
            "words_aligned": len(starts),
            "lines_not_aligned": sum(one["lines_left_out"] for one in laid),
            "onset_aligner_median_ms": _middle_ms(late for _, late in vowels),
            "word_start_median_ms": _middle_ms(late for _, late in starts),
            "word_start_bias_ms": round(1000 * float(np.median([late for _, late in starts])), 1),
            "words_dry_percent": _share(row for name, row in heard.items() if name.endswith("-dry")),
            "words_mix_percent": _share(row for name, row in heard.items() if name.endswith("-mix")),
            "words_spoken_percent": _share([heard["spoken"]]),
        }
        details["heard"] = {name: {k: row[k] for k in ("wrong", "of", "heard")} for name, row in heard.items()}
        details["latest_words"] = [f"{w} {1000 * s:+.0f} ms" for w, s in sorted(starts, key=lambda r: -abs(r[1]))[:8]]
    return figures, details


def _mix(one: Heard) -> dict[str, Any]:
    mix = one.report["mix"]
    return {
        **desk.ledger(one.stems, one.mix, one.voices, one.backing, RATE),
        "lufs_integrated": mix["lufs_integrated"],
        "true_peak_dbtp": mix["true_peak_dbtp"],
        "warnings": one.report["warnings"],
    }


def main(names: Sequence[str]) -> int:
    """Sing, measure, print; the exit code is 1 when a figure misses its target. Names choose some of the songs."""
    plugins = installed_plugins()
    Hibari().speak(_warm_up())
    speed = {"cold": [0.0, 0.0], "cached": [0.0, 0.0]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        songs = [hear(song, folder, plugins, speed) for song in names or SONGS]
        spoken_cpu_s, spoken_s = story(folder)
        figures, details = measure(songs, folder)
    figures["rtf_singing"] = round(speed["cold"][0] / speed["cold"][1], 4)
    figures["rtf_singing_cached_analysis"] = round(speed["cached"][0] / speed["cached"][1], 4)
    figures["rtf_speaking"] = round(spoken_cpu_s / spoken_s, 4)
    details["seconds_sung"], details["seconds_spoken"] = round(speed["cold"][1], 1), round(spoken_s, 1)
    out = ROOT / "out" / "singer.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"figures": figures, "targets": TARGETS, **details}, indent=2, ensure_ascii=False) + "\n")
    missed = [name for name, most in TARGETS.items() if figures.get(name, most) > most]
    for name, value in figures.items():
        target = f"at most {TARGETS[name]:g}{'  MISSED' if name in missed else ''}" if name in TARGETS else ""
        print(f"{name:34} {value:>8g}  {target}")
    if not LISTENER.exists():
        print("words and their starts: not measured; `make bench-singer` installs the listener")
    print(f"more in {out.relative_to(ROOT)}")
    return bool(missed)


def _warm_up() -> Any:
    from songwright.interfaces.voice import Request

    return Request("Warm up.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
