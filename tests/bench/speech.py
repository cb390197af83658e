"""Long texts, measured: what side-by-side workers gain, what memory they need, and how 100 joins sound.

``make bench-speech`` runs it. Twelve minutes of text are spoken by whole processes of ``songwright speak``, one worker
against four in turn, without the cache; then 100 joins
of pieces of at most 80 characters are looked at sample by sample.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import sys
import tempfile
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from bench.measure import Runs, once
from songwright.interfaces.voice import Request
from songwright.plugins import installed_plugins
from songwright.singing.join import active_level, cuts, join
from songwright.singing.text import split

ROUNDS = 3
WORKERS = (1, 4)
JOINS = 100
CHARACTERS = 17.2  # a second, as hibari speaks
_NOUNS = ["harbour", "boat", "storm", "morning", "doctor", "river", "lamp", "paper", "window", "candle", "winter"]
_NOUNS += ["brother", "coat", "bread", "farmer", "horse", "story", "wave", "night", "music", "garden", "letter", "road"]
_NOUNS += [
    "city",
    "hill",
    "water",
    "bridge",
    "stone",
    "summer",
    "cloud",
    "market",
    "kettle",
    "table",
    "mirror",
    "tower",
]
_VERBS = ["carried", "found", "opened", "followed", "counted", "painted", "remembered", "crossed", "repaired"]
_SENTENCES = (
    "The {n} and the {n} {v} a {n} behind the {n}, and nobody {v} the {n}.",
    "When the {n} came home; the {n} had already {v} the {n}!",
    "Who {v} the {n} that the {n} {v} before the {n}?",
)


def story(minutes: float) -> str:
    """A text that hardly repeats itself."""
    chance, text = random.Random(5), ""
    while len(text) < minutes * 60 * CHARACTERS:
        pieces = re.split(r"\{(.)\}", chance.choice(_SENTENCES))  # words at the odd places
        pieces[1::2] = [chance.choice(_NOUNS if kind == "n" else _VERBS) for kind in pieces[1::2]]
        text += "".join(pieces) + " "
    return text


def main(voice: str) -> None:
    """Speak, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        _speed(voice, Path(folder))
    _contention(voice)
    _joins(voice)


def _speed(voice: str, folder: Path) -> None:
    text = folder / "story.txt"
    text.write_text(story(12.0), encoding="utf-8")
    runs = {workers: Runs() for workers in WORKERS}
    spoken: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    seconds = 0.0
    for _ in range(ROUNDS):
        for workers in WORKERS:
            out, said = folder / f"{workers}.wav", folder / f"{workers}.json"
            program = (
                "import contextlib; from songwright.cli import main\n"
                f"with open({str(said)!r}, 'w') as file, contextlib.redirect_stdout(file): main()"
            )
            command = [sys.executable, "-c", program, "speak", str(text), "--voice", voice, "-o", str(out)]
            once([*command, "--workers", str(workers), "--no-cache", "--json"], runs[workers])
            answer = json.loads(said.read_text(encoding="utf-8"))
            seconds = answer["seconds"]
            spoken[workers].append(answer["wall_s"])
    for workers in WORKERS:
        figures = runs[workers].summary()
        wall_s = float(np.median(spoken[workers]))
        print(
            f"{workers} workers: {seconds:.0f} s of speech in {wall_s:.2f} s ({wall_s / seconds:.4f} of real time); "
            f"whole process {figures['wall_s']:.2f} s, {figures['cpu_s']:.2f} s of processor, "
            f"{figures['peak_mb']:.0f} MB"
        )
    one, many = (float(np.median(spoken[workers])) for workers in WORKERS)
    gain, whole = one / many, runs[WORKERS[0]].median_s / runs[WORKERS[1]].median_s
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(
        f"speed-up on {cores} cores: {gain:.2f} of the speaking, {whole:.2f} of the process (load average {load:.1f})"
    )
    same = len({(folder / f"{workers}.wav").read_bytes() for workers in WORKERS}) == 1
    print(f"the same bytes with {WORKERS[0]} and {WORKERS[1]} workers: {'yes' if same else 'NO'}")


def _contention(voice: str) -> None:
    """Where the time of side-by-side workers goes, as the scheduler of Linux counts it: told also on a busy machine."""
    speaker = installed_plugins().get("voice", voice)()
    speaker.speak(Request("Warm up."))
    requests = [Request(text) for text in split(story(4.0))]

    def task(request: Request) -> tuple[float, float, float]:
        begun_s, (ran_s, waited_s) = time.perf_counter(), _scheduled()
        speaker.speak(request)
        ended_s, (ran_after_s, waited_after_s) = time.perf_counter(), _scheduled()
        return ended_s - begun_s, ran_after_s - ran_s, waited_after_s - waited_s

    for workers in (1, 2, 4):
        with ThreadPoolExecutor(workers) as pool:
            wall_s, ran_s, waited_s = map(sum, zip(*pool.map(task, requests), strict=True))
        held_s = max(wall_s - ran_s - waited_s, 0.0)
        print(
            f"{workers} workers: {ran_s:.2f} s on a core, {waited_s:.2f} s waiting for a free core, "
            f"{held_s:.2f} s held up by one another"
        )


def _scheduled() -> tuple[float, float]:
    """Seconds that this thread ran, and waited for a core."""
    ran, waited, _ = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text(encoding="ascii").split()
    return int(ran) / 1e9, int(waited) / 1e9


def _joins(voice: str) -> None:
    speaker = installed_plugins().get("voice", voice)()
    texts = split(story(11.0), 80)[: JOINS + 1]
    speeches = [speaker.speak(Request(text)) for text in texts]
    pieces, rate = [speech.audio for speech in speeches], speeches[0].sample_rate
    whole, kept = join(pieces, texts, rate), cuts(pieces, texts, rate)
    places = np.cumsum([cut.end - cut.start for cut in kept])[:-1]
    steps = [_step(whole, int(at), rate) for at in places]
    floor = 10.0 ** (-50.0 / 20.0) * active_level(whole, rate)
    added = [
        _silence(whole, int(at), floor)
        - _tail(before * np.float32(a.gain), floor)
        - _tail(after[::-1] * np.float32(b.gain), floor)
        for at, ((before, a), (after, b)) in zip(
            places, itertools.pairwise(zip(pieces, kept, strict=True)), strict=True
        )
    ]
    bounds = list(itertools.pairwise([0, *map(int, places), len(whole)]))
    levels_db = [20.0 * np.log10(active_level(whole[a:b], rate)) for a, b in bounds]
    meter = pyloudnorm.Meter(rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of pieces near full scale, which is none of its business
        loudness = [meter.integrated_loudness(_spoken(whole[a:b], floor)) for a, b in bounds]
    print(f"joins: {len(places)}, {sum(text[-1] not in '.!?' for text in texts[:-1])} of them inside a sentence")
    print(f"  largest sample step within 5 ms of a join: {max(steps):.2f} of the largest within 250 ms of it")
    added_ms = 1000.0 * np.array(added) / rate
    print(f"  silence added: at most {added_ms.max():.1f} ms; taken away: up to {-added_ms.min():.0f} ms")
    print(f"  RMS of what is spoken, step from piece to piece: at most {np.max(np.abs(np.diff(levels_db))):.2f} dB")
    jumps = np.abs(np.diff(loudness))
    print(f"  BS.1770 loudness, step from piece to piece: median {np.median(jumps):.2f}, at most {jumps.max():.2f} LU")


def _step(audio: NDArray[np.float32], at: int, rate: int) -> float:
    near, around = int(0.005 * rate), int(0.25 * rate)
    steps = np.abs(np.diff(audio[max(at - around, 0) : at + around]))
    middle = min(at, around)
    beside = np.concatenate([steps[: middle - near], steps[middle + near :]])
    return float(steps[middle - near : middle + near].max() / beside.max())


def _silence(audio: NDArray[np.float32], at: int, floor: float) -> int:
    """Frames around ``at`` that are below ``floor``."""
    return _tail(audio[:at], floor) + _tail(audio[at:][::-1], floor)


def _spoken(audio: NDArray[np.float32], floor: float) -> NDArray[np.float64]:
    """A piece without the silence at its edges."""
    return audio[_tail(audio[::-1], floor) : len(audio) - _tail(audio, floor)].astype(np.float64)


def _tail(audio: NDArray[np.float32], floor: float) -> int:
    """Frames at the end that are below ``floor``."""
    loud = np.flatnonzero(np.abs(audio) > floor)
    return len(audio) - int(loud[-1]) - 1 if len(loud) else len(audio)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "hibari")
