"""The shape of the code: who may import whom, what stays where, and what a start costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 400

# From the top: a module imports from its own package and from layers above it, never sideways.
LAYERS = (
    ("errors",),
    ("instance",),
    ("assessment",),
    ("portfolio",),
    ("driver",),
    ("model",),
    ("completion", "result", "versions"),
    ("pipeline",),
    ("report",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
# The errors quote defects in their annotations; nothing of it is imported when they run.
FOR_ANNOTATIONS = {("solver.errors", "solver.instance.defects")}
HEAVY = ("numpy", "pandas", "pydantic", "pulp", "highspy", "scipy", "openpyxl")

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "solver").rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def guarded(tree: ast.AST) -> set[ast.AST]:
    """All that stands below `if TYPE_CHECKING`."""
    tests = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    return {
        below
        for node in tests
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for below in ast.walk(statement)
    }


def in_functions(tree: ast.AST) -> set[ast.AST]:
    """All that stands inside functions, where an import waits until it is needed."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {below for function in functions for below in ast.walk(function)}


def imported(tree: ast.AST, without: set[ast.AST] = frozenset()) -> Iterator[str]:
    """Full names of the modules that a module imports, ours and others'."""
    for node in ast.walk(tree):
        if node in without:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in FILES else module


def ours(names: Iterator[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] == "solver"}


def area(module: str) -> str:
    """The package or module directly below `solver`; empty for `solver` itself."""
    return module.partition(".")[2].partition(".")[0]


def test_every_area_has_its_layer() -> None:
    layered = [name for layer in LAYERS for name in layer]
    assert sorted(layered) == sorted({area(module) for module in FILES if module != "solver"})


@pytest.mark.parametrize("module", [module for module in FILES if module != "solver"])
def test_a_module_imports_only_from_layers_above(module: str) -> None:
    depth = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
    used = {other for other in ours(imported(TREES[module])) if (module, other) not in FOR_ANNOTATIONS}
    assert {area(other) for other in used if depth[area(other)] >= depth[area(module)]} <= {area(module)}


def test_the_driver_knows_nothing_of_partners() -> None:
    used = {
        other for module in FILES if area(module) == "driver" for other in ours(imported(TREES[module]))
    }
    assert {area(other) for other in used} == {"driver", "errors"}


def test_programs_are_written_and_solved_in_two_places_only() -> None:
    writers = {
        area(module)
        for module, tree in TREES.items()
        if {"pulp", "highspy"} & {name.partition(".")[0] for name in imported(tree)}
    }
    assert writers == {"model", "driver"}


def test_no_import_cycles() -> None:
    graph = {
        module: ours(imported(tree, without=guarded(tree) | in_functions(tree))) - {module}
        for module, tree in TREES.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) >= len(FILES)


def test_the_library_neither_prints_nor_configures_logging() -> None:
    talkers = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "click.echo", "sys.stdout.write", "logging.basicConfig")
    }
    assert {area(module) for module in talkers} <= {"cli", "commands"}
    assert talkers, "the commands do speak"


def test_no_module_state_that_changes() -> None:
    offenders = [
        module for module, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.Global)
    ]
    assert offenders == []


@pytest.mark.parametrize("folder", ["solver", "tests", "benchmarks"])
def test_modules_stay_small(folder: str) -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def loaded_by(code: str) -> set[str]:
    """The heavy packages that are loaded after some code ran in a fresh Python."""
    report = f"{code}\nimport sys; print('loaded:', *(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


def test_importing_the_package_is_light() -> None:
    assert loaded_by("import solver") == set()


@pytest.mark.parametrize("arguments", [[], *([name] for name in ("solve", "check", "verify", "convert"))])
def test_help_is_light(arguments: list[str]) -> None:
    ask = f"from solver.cli import cli\ncli([*{arguments!r}, '--help'], standalone_mode=False)"
    assert loaded_by(ask) == set()


def test_a_heavy_import_would_be_noticed() -> None:
    assert "pydantic" in loaded_by("import solver\nsolver.Instance")


def test_public_names_are_there_and_no_others_are_promised() -> None:
    import solver

    assert {name for name in solver.__all__ if getattr(solver, name, None) is None} == set()
    declared = {
        alias.asname or alias.name
        for node in guarded(TREES["solver"])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == set(solver.__all__)
    with pytest.raises(AttributeError, match="no attribute 'sove'"):
        solver.sove  # noqa: B018
