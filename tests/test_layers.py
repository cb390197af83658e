"""The layers of docs/explanation/architecture.md, read from the import statements."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "core" / "songwright"
PLUGIN_PACKAGES = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").exists())
CORE_MODULES = sorted(path for path in CORE.rglob("*.py"))
HEAVY = (
    "numba",
    "scipy",
    "soxr",
    "onnxruntime",
    "torch",
    "transformers",
    "music21",
    "soundfile",
    "matplotlib",
    "av",
    "PIL",
)

#: From the ground up: a part imports parts of its own row and the rows above it, never those below.
LAYERS = (
    ("errors", "units", "progress", "dsp", "store"),
    ("knobs",),
    ("music",),
    ("hookspecs", "interfaces", "plugins", "profiles", "project", "presets", "arrangement"),
    ("singing",),
    ("graph",),
    ("render", "files", "video"),
    ("pipeline",),
    ("description", "doctor", "streaming", "verify", "warmup", "testing"),
    ("batch",),
    ("cli",),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}
#: Inside the row of values and contracts, the stages have an order of their own.
STAGES = ("music", "project", "arrangement", "graph", "render", "pipeline", "cli")
#: These name later stages in annotations, or load them on demand: that is what they are for.
EXEMPT = {"hookspecs", "__init__"}


def _module(path: Path) -> str:
    parts = path.relative_to(CORE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _part(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def _imports(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """Names of the modules that a file imports; ``from a import b`` gives ``a.b`` when that is a module."""
    for node in _statements(ast.parse(path.read_text(encoding="utf-8")), top_level_only):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if (CORE.parent / full.replace(".", "/")).with_suffix(".py").exists() else node.module


def _statements(tree: ast.AST, top_level_only: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if top_level_only and (isinstance(child, ast.FunctionDef | ast.Lambda) or _is_type_checking(child)):
            continue
        yield child
        yield from _statements(child, top_level_only)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", CORE_MODULES, ids=_module)
def test_a_part_imports_only_its_own_layer_and_those_beneath(path: Path) -> None:
    part = _part(_module(path))
    if part in EXEMPT:
        return
    above = {
        name
        for name in _imports(path)
        if name.startswith("songwright.") and _part(name) not in EXEMPT and RANK[_part(name)] > RANK[part]
    }
    assert not above, f"{_module(path)} ({part}) reaches up to {sorted(above)}"


@pytest.mark.parametrize("path", CORE_MODULES, ids=_module)
def test_a_stage_never_imports_a_later_one(path: Path) -> None:
    part = _part(_module(path))
    if part not in STAGES:
        return
    later = STAGES[STAGES.index(part) + 1 :]
    assert not [name for name in _imports(path) if name.startswith("songwright.") and _part(name) in later]


def test_every_part_of_the_core_has_a_layer() -> None:
    assert {_part(_module(path)) for path in CORE_MODULES} <= set(RANK) | EXEMPT


def test_dsp_imports_nothing_of_ours_outside_itself() -> None:
    for path in (CORE / "dsp").rglob("*.py"):
        ours = [name for name in _imports(path) if name.startswith("songwright")]
        assert all(name.startswith("songwright.dsp") for name in ours), path


@pytest.mark.parametrize("path", CORE_MODULES, ids=_module)
def test_the_core_never_imports_a_plugin(path: Path) -> None:
    packages = {*PLUGIN_PACKAGES, "songwright_presets"}
    assert not [name for name in _imports(path) if name.partition(".")[0] in packages]


def test_no_import_loops() -> None:
    graph = {
        _module(path): {name for name in _imports(path, top_level_only=True) if name.startswith("songwright.")}
        for path in CORE_MODULES
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for name in graph.get(module, ()):
                visit(name, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def _loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_no_plugin_module_imports_anything_heavy() -> None:
    modules = [
        ".".join(path.relative_to(ROOT / "plugins").with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "plugins").rglob("*.py"))
    ]
    loaded = _loaded_by(f"import importlib\nfor name in {modules!r}: importlib.import_module(name)")
    assert not loaded & set(HEAVY)
    assert set(modules) <= loaded


def test_registering_the_built_in_plugins_imports_nothing_heavy() -> None:
    code = "from songwright.plugins import load_plugins; assert not load_plugins(safe=True).failures"
    assert not _loaded_by(code) & set(HEAVY)


def test_importing_songwright_is_light() -> None:
    assert not _loaded_by("import songwright") & {*HEAVY, "numpy", "pydantic", "rich", "yaml", "click"}
