"""The benches' own machinery: what they compute from figures, not the figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import band_project, edit, page, scaling, start
from bench.calibration import calibrate
from bench.check import compare
from bench.effects import PAIRS, music
from bench.measure import interleaved, once
from bench.record import save, shown
from bench.songs import bill
from songwright.plugins import installed_plugins
from songwright.project.load import load

MACHINE = {"numpy", "numba", "songwright"}


@pytest.mark.parametrize("exponent", [0.5, 0.9, 1.0, 1.05, 1.4])
@pytest.mark.parametrize("fixed", [0.0, 3.0])
def test_the_fit_finds_the_exponent(exponent: float, fixed: float) -> None:
    sizes = np.array([1.0, 3.0, 10.0, 30.0, 100.0])
    found = scaling.fit(sizes, fixed + 0.7 * sizes**exponent)
    np.testing.assert_allclose(found, (fixed, 0.7, exponent), atol=1e-6)


def test_the_fit_bears_noise_of_a_few_per_cent() -> None:
    rng = np.random.default_rng(1)
    sizes = np.array([1000.0, 3000.0, 10_000.0, 30_000.0, 100_000.0])
    costs = (2.0 + 1e-4 * sizes) * rng.uniform(0.98, 1.02, 5)
    assert scaling.fit(sizes, costs)[2] == pytest.approx(1.0, abs=0.1)


def test_cost_that_does_not_grow_has_no_slope() -> None:
    points = [{"size": size, "cpu_min_s": 2.0, "peak_mb": 200.0} for size in (1.0, 2.0, 4.0)]
    told = scaling.summary(points)
    assert (told["slope"], told["peak_ratio"], told["mb_each"]) == (0.0, 1.0, 0.0)
    assert told["fixed_s"] + told["each_s"] == pytest.approx(2.0)


@pytest.mark.parametrize("axis", scaling.AXES)
def test_the_songs_of_each_axis_are_right(axis: str, tmp_path: Path) -> None:
    load(scaling.AXES[axis].song(tmp_path, scaling.AXES[axis].quick[0]))


def test_the_band_with_the_peers_patches_is_a_right_song(tmp_path: Path) -> None:
    environment, path, songwright, _render, project, *_ = band_project.beside_peers(tmp_path)(tmp_path / "out")
    subprocess.run([environment, path, songwright, "check", project], check=True, capture_output=True)


def test_processes_are_measured_in_turn_and_a_broken_peer_is_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    works, breaks = [sys.executable, "-c", "pass"], [sys.executable, "-c", "raise SystemExit('no sound card')"]
    commands = {"ours": works, "peer": breaks, "absent": ["/no/such/program"]}
    measured = interleaved(commands, 2, optional=["peer", "absent"])
    assert list(measured) == ["ours"]
    summary = measured["ours"].summary()
    assert summary["rounds"] == 2
    assert 0.0 < summary["wall_min_s"] <= summary["wall_s"] <= summary["wall_max_s"]
    assert summary["peak_mb"] > 1.0
    assert "no sound card" in capfd.readouterr().err
    with pytest.raises(RuntimeError, match="no sound card"):
        once(breaks)


def test_a_figure_that_is_worse_beyond_its_margin_is_named() -> None:
    before = {"process: help": 1.0, "effect: eq": 1.0, "effect: gone": 2.0}
    text, worse = compare(before, {"process: help": 1.2, "effect: eq": 1.2, "effect: new": 3.0})
    assert worse == ["process: help"]
    assert "| process: help | 1.00 | 1.20 | +20% | SLOWER |" in text
    assert "| effect: eq | 1.00 | 1.20 | +20% | within 30% |" in text
    assert "| effect: new |  | 3.00 |  | new |" in text
    assert "| effect: gone | 2.00 |  |  | gone |" in text
    assert compare(before, {"effect: eq": 1.2}, margin=0.1)[1] == ["effect: eq"]


def test_the_bill_is_linear_in_what_is_made_and_what_is_sent() -> None:
    prices = {"vcpu_hour": 0.04, "storage_gb_month": 0.02, "egress_gb": 0.05}
    song = {"cpu_s": 2.0, "bytes": 5e6}
    none, half = bill(song, prices, 0.0), bill(song, prices, 0.5)
    assert none["core_hours"] == pytest.approx(2000 / 3600, abs=1e-6)
    assert half["cpu"] == pytest.approx(none["cpu"] / 2, abs=1e-6)
    assert half["egress"] == none["egress"] == pytest.approx(0.25)
    assert bill(song, prices, 1.0)["all"] == none["egress"]


def test_the_share_of_a_change_is_of_a_render_without_the_cache() -> None:
    whole = {"wall_s": 4.0, "cpu_s": 6.0, "cached": "0 of 9 stems"}
    changed = {"wall_s": 1.0, "cpu_s": 0.6, "cached": "8 of 9 stems"}
    text = edit.markdown({"songs": {"first-light": {"without the cache": whole, "EQ (organ)": changed}}})
    assert "| EQ (organ) | 1.00 | 25% | 0.600 | 10% | 8 of 9 stems |" in text


def test_the_calibration_is_the_same_work_each_time() -> None:
    assert calibrate(1) > 0.0


def test_each_pair_of_effects_has_settings_that_ours_takes() -> None:
    for name, settings, _ in PAIRS.values():
        installed_plugins().get("effect", name).Params.model_validate(settings)
    peer = (Path(__file__).parent / "peer_pedalboard.py").read_text(encoding="utf-8")
    assert all(f'"{name}"' in peer for name in PAIRS)
    audio = music(1.0)
    assert audio.shape == (2, 44_100)
    assert 0.05 < np.abs(audio).max() < 4.0


def test_imports_are_read_from_what_python_says() -> None:
    head = "import time: self [us] | cumulative | imported package\n"
    found = start.LINE.findall(f"{head}import time:       123 |        456 |   json.decoder\n")
    assert found == [("123", "456", "  ", "json.decoder")]
    told = start.imports(["-S", "-c", "import json.decoder"])
    assert told["modules"] > 5
    assert {"json"} <= set(told["packages_ms"])


def test_the_smallest_song_is_a_song(tmp_path: Path) -> None:
    (tmp_path / "song.yaml").write_text(start.SMALLEST, encoding="utf-8")
    assert list(load(tmp_path / "song.yaml").tracks) == ["bass"]


def test_numbers_are_shown_with_three_digits() -> None:
    assert [shown(value) for value in (0.0123, 0.456, 7.891, 12.34, 98765.4, 7, "x")] == [
        "0.0123", "0.456", "7.89", "12.3", "98,765", "7", "x",
    ]  # fmt: skip


def test_a_document_holds_the_machine_and_the_figures(tmp_path: Path) -> None:
    document = json.loads(save("some", {"seconds": 3}, tmp_path / "a" / "some.json").read_text(encoding="utf-8"))
    assert document["seconds"] == 3
    assert set(document["machine"]["libraries"]) > MACHINE
    assert document["machine"]["cores"] >= 1


def test_the_page_is_made_of_its_figures() -> None:
    """What stands in speed.md is what the command would write of speed.json: no figure is written by hand."""
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.filled(text, json.loads(page.DATA.read_text(encoding="utf-8"))) == text
    assert {match[1] for match in page.BLOCK.findall(text)} == set(page.TABLES)


def test_a_block_without_figures_says_so() -> None:
    text = "<!-- bench: band -->\nold\n<!-- end -->"
    assert "Not measured yet." in page.filled(text, {})
    with pytest.raises(KeyError, match="speed"):
        page.filled("<!-- bench: speed -->\n<!-- end -->", {})
