"""A part of a song is the slice of the whole, to the bit, wherever it begins and ends, with the cache and without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from changing_song import Desk
from fake_desk import RATE
from songwright.render.result import RenderResult

PLACES = 20


def audio(result: RenderResult) -> dict[str, np.ndarray]:
    return {file.name: soundfile.read(file, dtype="int32")[0] for file in result.files if file.suffix == ".wav"}


@pytest.mark.parametrize("cache", [False, True], ids=["rendered", "cached"])
def test_twenty_random_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: bool) -> None:
    monkeypatch.setattr("songwright.store.cache_root", lambda: tmp_path / "cache")
    monkeypatch.setenv("SONGWRIGHT_CACHE_LIMIT", "1 GiB")
    song, rng = Desk(tmp_path), np.random.default_rng(3)
    whole = song.render(cache=False)
    frames, full = whole.report["audio"]["frames"], audio(whole)
    for _ in range(PLACES):
        begin, end = sorted(rng.choice(frames, 2, replace=False).tolist())
        block_frames = int(rng.choice([1000, 4096, 32768]))
        # Seconds with nine digits are exact to a frame.
        part = song.render(
            start=f"{begin / RATE:.9f} s", end=f"{end / RATE:.9f} s", cache=cache, block_frames=block_frames
        )
        assert part.report["audio"]["frames"] == end - begin
        assert part.report["audio"]["start_s"] == round(begin / RATE, 6)
        for name, sliced in audio(part).items():
            np.testing.assert_array_equal(sliced, full[name][begin:end], err_msg=f"{name} from {begin} to {end}")
