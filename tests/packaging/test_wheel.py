"""A wheel, built and installed into an environment of its own, is the whole product; offline."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"torch", "transformers", "music21", "matplotlib", "pedalboard", "mutagen", "dask"}


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and the dependencies lent by the one that the tests run in."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home / "env", with_pip=False)
    [site] = (home / "env").glob("lib/python*/site-packages")
    # A path file lends the packages; path files inside the lender (this checkout's own) are not followed.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = home / "env" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", python, "--disable-pip-version-check")
    # The lender's own songwright would count as installed already.
    _run(*pip, "install", "--no-deps", "--no-index", "--force-reinstall", "--ignore-installed", wheel, cwd=home)
    return home


@pytest.fixture(scope="module")
def songwright(installed: Path) -> Path:
    return installed / "env" / "bin" / "songwright"


def test_the_installed_engine_is_the_wheels(installed: Path) -> None:
    where = "import songwright, songwright_presets as p; print(songwright.__file__); print(*p.__path__)"
    paths = _run(installed / "env" / "bin" / "python", "-c", where, cwd=installed).split()
    assert all(Path(path).is_relative_to(installed) for path in paths), paths


def test_it_finds_its_presets_and_copies_one(songwright: Path, installed: Path) -> None:
    presets = json.loads(_run(songwright, "presets", "list", "--json", cwd=installed))
    assert {"first-light", "smallest", "written-out"} <= {preset["name"] for preset in presets}
    _run(songwright, "presets", "copy", "first-light", cwd=installed)
    assert _run(songwright, "check", "first-light.yaml", cwd=installed) == "first-light.yaml: ok\n"


def test_it_finds_its_plugins_and_their_tables(songwright: Path, installed: Path) -> None:
    entries = json.loads(_run(songwright, "plugins", "list", "--json", cwd=installed))
    kinds = {entry["kind"] for entry in entries}
    assert {"genre", "progression", "pattern", "instrument", "effect", "voice", "exporter"} == kinds
    findings = json.loads(_run(songwright, "doctor", "--json", cwd=installed))["findings"]
    assert not [finding for finding in findings if finding["area"] == "plugins" and not finding["ok"]]
    assert _run(songwright, "show", ROOT / "presets" / "songwright_presets" / "smallest.yaml", cwd=installed)


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    packages = {
        path.name for root in ("core", "plugins", "presets") for path in (ROOT / root).iterdir() if path.is_dir()
    }
    assert {top for top in tops if not top.endswith(".dist-info")} == packages - {"__pycache__"}


def _metadata(wheel: Path) -> Distribution:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        archive.extractall(wheel.parent / "unpacked")
    return Distribution.at(wheel.parent / "unpacked" / Path(name).parent)


def _closure(top: Distribution) -> dict[str, Distribution]:
    """What ``pip install songwright`` brings: the dependencies without extras, all the way down."""
    found: dict[str, Distribution] = {}
    waiting = [top]
    while waiting:
        for line in waiting.pop().requires or ():
            needed = Requirement(line)
            if needed.name.lower() not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                found[needed.name.lower()] = distribution(needed.name)
                waiting.append(found[needed.name.lower()])
    return found


def test_the_default_install_is_free_of_gpl_code_and_heavy_frameworks(wheel: Path) -> None:
    closure = _closure(_metadata(wheel))
    assert {"numpy", "numba", "llvmlite", "onnxruntime"} <= set(closure)
    assert not set(closure) & FORBIDDEN
    gpl = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|(GNU|Affero) General Public License)")
    for name, dist in closure.items():
        said = [dist.metadata.get("License-Expression") or "", (dist.metadata.get("License") or "").splitlines()[:1]]
        said += [line for line in dist.metadata.get_all("Classifier") or [] if line.startswith("License")]
        assert not gpl.search(str(said)), f"{name}: {said}"


def test_the_lock_is_the_projects_dependencies_with_hashes_and_names_no_host() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all(re.match(r"[a-z0-9._-]+==\S+ (; .+ )?\\$", pin) for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)


def test_the_demo_lock_is_part_of_the_dev_lock() -> None:
    demo, dev = (
        {line for line in (ROOT / "requirements" / f"{name}.lock").read_text().splitlines() if "==" in line}
        for name in ("demo", "dev")
    )
    assert demo < dev
