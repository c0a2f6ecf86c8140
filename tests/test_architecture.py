"""The architecture, held against the imports: layers, the optimiser's place, silence, size, quick starts."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import solver

ROOT = Path(solver.__file__).parent

# From what stands on nothing to what stands on everything. A module imports from its own layer and from
# those before it; layers that stand side by side know nothing of each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("shapes", "shown"),
    ("errors",),
    ("run",),
    ("risk",),
    ("instance",),
    ("assessment",),
    ("portfolio",),
    ("model", "driver"),
    ("search", "games"),
    ("sharing",),
    ("result",),
    ("versions",),
    ("recorded",),
    ("study",),
    ("pipeline",),
    ("jobs",),
    ("answers",),
    ("lifecycle",),
    ("report",),
    ("schemas",),
    ("manual",),
    ("bench",),
    ("commands",),
    ("cli",),
    ("__init__", "__main__"),
)
# The words in which a model speaks to the driver beside it.
ROWS_AND_RUN = {"Lazy", "Row", "RowBlock", "Rows", "ValueOf", "WideRule", "expression"}
# The driver solves programs, whatever they are about: of the layers before it, it knows two.
DRIVER_KNOWS = {"driver", "errors", "run"}
# `errors` is imported first and names one type of a later layer in an annotation.
ONLY_IN_ANNOTATIONS = {("solver.errors", "solver.instance.defects")}
# Who imports by a name that is put together at run time, and so escapes this file.
IMPORTS_BY_NAME = {"solver", "solver.bench.references", "solver.cli", "solver.instance.libraries"}

# What makes lines of a text.
LAYS_OUT = {"fitted", "padded", "page_width", "wrapped"}

HEAVY = {"highspy", "numpy", "pandas", "pulp", "pydantic"}
LOGGING_SETUP = {"addHandler", "basicConfig", "captureWarnings", "dictConfig", "fileConfig", "setLevel"}


class Module(NamedTuple):
    name: str
    layer: str
    lines: int
    tree: ast.Module


class Import(NamedTuple):
    source: str
    name: str
    """What is taken from the source; empty for `import source`."""

    @property
    def package(self) -> str:
        return self.source.partition(".")[0]

    @property
    def layer(self) -> str:
        inside = f"{self.source}.{self.name}".split(".")[1]
        return inside or "__init__"


def modules() -> Iterator[Module]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        text = path.read_text(encoding="utf-8")
        name = ".".join(("solver", *(part for part in parts if part != "__init__")))
        yield Module(name, parts[0], len(text.splitlines()), ast.parse(text))


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a module, those inside functions and for annotations included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import hides its layer"
            yield from (Import(node.module or "", alias.name) for alias in node.names)


def calls(tree: ast.Module) -> Iterator[str]:
    """The last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def importers(*packages: str) -> set[str]:
    """The layers that import any of these packages."""
    return {
        module.layer for module in MODULES if any(found.package in packages for found in imports(module.tree))
    }


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a fresh interpreter imports when it is started like this."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT.parent,
        check=True,
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


MODULES = tuple(modules())
RANK = {layer: rank for rank, layers in enumerate(LAYERS) for layer in layers}
by_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


def test_every_module_has_its_layer() -> None:
    assert {module.layer for module in MODULES} == set(RANK)


@by_module
def test_a_module_imports_only_from_its_own_layer_and_those_before(module: Module) -> None:
    for found in imports(module.tree):
        if found.package != "solver" or (module.name, found.source) in ONLY_IN_ANNOTATIONS:
            continue
        before = RANK[found.layer] < RANK[module.layer]
        beside = module.layer == "model" and found.layer == "driver" and found.name in ROWS_AND_RUN
        assert before or beside or found.layer == module.layer, f"{module.name} imports {found}"


def test_what_is_excused_is_imported_for_annotations_only() -> None:
    named = {module.name: module.tree for module in MODULES}
    for importer, source in ONLY_IN_ANNOTATIONS:
        guarded = [
            found.source
            for node in named[importer].body
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for found in imports(ast.Module(node.body, []))
        ]
        assert guarded == [found.source for found in imports(named[importer]) if found.source == source]


def test_the_driver_knows_nothing_of_partners() -> None:
    known = {
        found.layer
        for module in MODULES
        if module.layer == "driver"
        for found in imports(module.tree)
        if found.package == "solver"
    }
    assert known == DRIVER_KNOWS


def test_only_who_writes_programs_knows_an_optimiser() -> None:
    assert importers("pulp") == {"model", "driver", "games", "sharing"}
    assert importers("highspy") == {"driver"}


def test_plain_readings_need_no_optimiser() -> None:
    code = "import solver.portfolio.checker, solver.portfolio.plan"
    loaded = loaded_by("-c", code)
    assert "solver.portfolio.checker" in loaded
    assert not loaded & {"pulp", "highspy", "solver.model", "solver.pipeline"}


def test_no_package_hides_a_module_behind_another_name() -> None:
    """Nobody has to know whether `package.name` is the module or what the package imports from it."""
    names = {module.name for module in MODULES}
    hidden = {
        f"{module.name}.{found.name}"
        for module in MODULES
        for found in imports(module.tree)
        if f"{module.name}.{found.name}" in names and found.source != module.name
    }
    assert hidden == set()


def test_no_imports_run_in_a_circle() -> None:
    """Those within functions are left out: an instance reads documents, which make instances."""
    names = {module.name for module in MODULES}
    needs = {
        module.name: {
            full if (full := f"{found.source}.{found.name}") in names else found.source
            for statement in module.tree.body
            if isinstance(statement, ast.Import | ast.ImportFrom)
            for found in imports(ast.Module([statement], []))
        }
        & names
        for module in MODULES
        if module.name != "solver"  # the façade
    }
    assert len(list(TopologicalSorter(needs).static_order())) >= len(needs)


def test_imports_by_name_are_few_and_known() -> None:
    by_name = {
        module.name
        for module in MODULES
        if {"import_module", "__import__", "exec", "eval"} & set(calls(module.tree))
    }
    assert by_name == IMPORTS_BY_NAME


def test_a_report_is_data_until_it_is_printed() -> None:
    laid_out = {
        module.name
        for module in MODULES
        for found in imports(module.tree)
        if found.source == "solver.report.cells" and found.name in LAYS_OUT
    }
    assert laid_out == {
        *("solver.report.printed", "solver.report.tables", "solver.manual.plain"),
        "solver.report.figures.lettering",
        *("solver.commands.complaints", "solver.commands.terminal"),
    }


@by_module
def test_only_the_command_line_speaks(module: Module) -> None:
    if module.layer not in ("cli", "commands"):
        assert not {"print", "echo"} & set(calls(module.tree))
        assert not LOGGING_SETUP & set(calls(module.tree))
        assert "logging.config" not in {found.source for found in imports(module.tree)}


@by_module
def test_a_module_fits_in_a_readers_head(module: Module) -> None:
    assert module.lines <= 400


@pytest.mark.parametrize(
    ("arguments", "reached"),
    [(("-c", "import solver"), "solver"), (("-m", "solver", "--help"), "solver.cli")],
    ids=["import", "help"],
)
def test_starting_costs_next_to_nothing(arguments: tuple[str, ...], reached: str) -> None:
    loaded = loaded_by(*arguments)
    assert reached in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert not {name for name in loaded if name.startswith("solver.report.figures")}


def test_a_small_solve_imports_nothing_that_it_does_not_use() -> None:
    loaded = loaded_by("-m", "solver", "solve", "instances/first")
    assert "solver.study.solving" in loaded
    assert not {name.partition(".")[0] for name in loaded} & {"pandas", "scipy"}
    idle = ("solver.games", "solver.sharing", "solver.report.figures", "solver.jobs")
    assert not {name for name in loaded if name.startswith(idle)}
