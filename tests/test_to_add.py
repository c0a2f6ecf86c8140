"""The README's table 'to add something' is true: toys put where it says, and nowhere else, work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import solver

ROOT = Path(solver.__file__).parents[1]
END = ""

# What each toy writes, by row of the table: in which file, after which text, and what.
TOYS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "a quantity (term)": {
        "solver/portfolio/terms.py": (
            END,
            '''

@dataclass(frozen=True)
class Nobody(Term):
    """1 where no partner is chosen."""

    hangs_on_options: ClassVar[bool] = True
    sign: ClassVar[int] = 1

    def amount(self, selection: Selection) -> float:
        return float(not selection.partners)
''',
        ),
        "solver/model/term_rows.py": (
            END,
            """
from solver.portfolio.terms import Nobody


@term_rows.register
def _(term: Nobody, draft: Draft, side: Side) -> Linear:
    column, new = draft.fraction("nobody")
    total = Linear.of([column])
    for partner in range(draft.assessment.partner_count) if new else ():
        draft.at_most(Linear.of([column]) + draft.chosen(partner), 1.0)
        total = total + draft.chosen(partner)
    if new:
        draft.at_least(total, 1.0)
    return Linear.of([column])
""",
        ),
    },
    "a limit on a quantity": {
        "solver/portfolio/rules/limits.py": (
            END,
            '''

@dataclass(frozen=True)
class LeastSpending(BoundRule):
    """Spending over the horizon reaches a least amount."""

    name: ClassVar[str] = "least_spending"
    binds_parts: ClassVar[bool | None] = False
    numbers: ClassVar[Mapping[str, Number]] = {"limit": Number("limits.least_spending", upward=False)}
    limit: float

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(Spending(), ">=", self.limit, "total spend")
''',
        ),
        "solver/portfolio/rules/__init__.py": (
            "    limits = instance.limits\n",
            """    if limits.least_spending:
        from solver.portfolio.rules.limits import LeastSpending

        yield LeastSpending(limits.least_spending)
""",
        ),
        "solver/instance/settings.py": (
            'Every limit of the alliance; a limit left out does not bind."""\n',
            "\n    least_spending: NonNegative = Field(0.0, description='money: least spend')\n",
        ),
    },
    "a rule of its own kind": {
        "solver/portfolio/rules/choices.py": (
            END,
            '''

@dataclass(frozen=True)
class Together(Rule):
    """Both are chosen, or neither is."""

    name: ClassVar[str] = "together"
    binds_parts: ClassVar[bool | None] = True
    first: str
    second: str

    def readings(self, selection: Selection) -> Iterator[Reading]:
        first, second = (selection.assessment.index[id_] for id_ in (self.first, self.second))
        apart = selection.chosen[first] != selection.chosen[second]
        yield Reading(self.name, f"{self.first} without {self.second}", float(apart), "<=", 0)
''',
        ),
        "solver/model/rule_rows.py": (
            END,
            """
from solver.portfolio.rules import Together


@rule_rows.register
def _(rule: Together, draft: Draft) -> None:
    first, second = (draft.chosen(draft.assessment.index[id_]) for id_ in (rule.first, rule.second))
    draft.equal(first - second, 0.0)
""",
        ),
        "solver/portfolio/rules/__init__.py": (
            "from solver.portfolio.rules.choices import ",
            "Together, ",
        ),
    },
    "a measure of risk": {
        "solver/risk/measures/tail.py": (
            END,
            '''

@dataclass(frozen=True)
class Mean(Measure):
    """What is lost on average."""

    name: ClassVar[str] = "mean"

    def value(self, losses: Floats, probability: Floats) -> float:
        return float(probability @ losses)

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        return probability

    def __str__(self) -> str:
        return "mean"
''',
        ),
        "solver/risk/measures/catalogue.py": (
            "MEASURES: dict[str, type[Measure]] = {\n",
            '    "mean": __import__("solver.risk.measures.tail", fromlist=["Mean"]).Mean,\n',
        ),
        "solver/instance/fields.py": ('        "cvar",\n', '        "mean",\n'),
        "solver/report/measures.py": ('        "cvar": "CVaR",\n', '        "mean": "mean loss",\n'),
    },
    "a rule for a split": {
        "solver/games/rules.py": (
            "RULES: Mapping[str, Rule] = MappingProxyType(\n    {\n",
            '        "all_to_hub": lambda game, context: np.eye(len(game.players))[0] * game.grand,\n',
        ),
        "solver/instance/fields.py": ('        "equal",\n', '        "all_to_hub",\n'),
        "solver/report/naming.py": (
            '        "equal": "equal payoffs",\n',
            '        "all_to_hub": "all to the hub",\n',
        ),
    },
    "a strategy": {
        "solver/search/heuristics/ranking.py": (
            END,
            '''

def nobody(problem: Problem, run: Run) -> Selection | None:
    """Choose nobody."""
    return problem.staffed(())
''',
        ),
        "solver/search/catalogue.py": (
            '        "exact": exact,\n',
            '        "nobody": __import__("solver.search.heuristics.ranking", fromlist=["nobody"]).nobody,\n',
        ),
    },
    "a back end that PuLP drives": {
        "solver/driver/backends.py": ("PRODUCTS = {\n", '    "Toy": ("TOY_PY",),\n'),
    },
}

SCRIPT = """
import sys

import pulp
import solver as pf
from solver.cli import main
from solver.portfolio.rules import Together
from solver.portfolio.terms import AllianceValue, Nobody
from solver.run import Run
from solver.search.catalogue import STRATEGIES
from solver.search.problem import Problem


def chosen(*asked, **more):
    result = pf.solve(*asked, **more)
    assert result.verified and result.termination == "optimal", result.message
    return "".join(row.id for row in result.portfolio.partners)


rows = [{"id": id_, "revenue": revenue, "cost": 4} for id_, revenue in zip("abc", (9, 1, 2))]
bad = pf.Instance(partners=[row | {"revenue": 0} for row in rows[:2]])
alliance = pf.Instance(partners=rows, split={"rule": "all_to_hub"})

assert chosen(bad) == ""
assert len(chosen(bad, pf.Formulation(AllianceValue() - 100 * Nobody()))) == 1
assert len(chosen(bad, pf.Formulation(AllianceValue(), [Nobody() <= 0]))) == 1
assert chosen(alliance, pf.Formulation(AllianceValue() + 100 * Nobody())) == ""
assert chosen(alliance) == "a"
assert chosen(alliance.with_("limits.least_spending=8")) == "ac"
assert chosen(alliance, pf.Formulation(AllianceValue(), [Together("a", "b")])) == "ab"
risky = alliance.with_("risk.measure=mean", "risk.weight=0.5", "risk.scenarios=4")
result = pf.solve(risky)
assert abs(result.objective - 1.5 * result.value) < 1e-6
assert STRATEGIES["nobody"](Problem.of(alliance), Run()).partners == []


class TOY_PY(pulp.HiGHS):
    name, solves = "TOY_PY", 0

    def actualSolve(self, problem, **more):
        TOY_PY.solves += 1
        return super().actualSolve(problem, **more)


pulp.apis._all_solvers.append(TOY_PY)
assert chosen(alliance, limits=pf.SearchLimits(backend="Toy")) == "a"
assert TOY_PY.solves
pf.write(risky, "toy")
for verb in ("solve", "allocate"):
    sys.argv = ["partnerfolio", verb, "toy"]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, ended
"""


def rows_of_the_table() -> Iterator[tuple[str, set[str]]]:
    """What can be added, and the files of the package that it takes."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("### To add something")[2].partition("\n## ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 1 and "`" in line:
            yield cells[0], set(re.findall(r"`(\w+/[\w/.]+)`", " ".join(cells[1:])))


def test_every_file_of_the_table_is_there() -> None:
    rows = dict(rows_of_the_table())
    assert len(rows) >= len(TOYS)
    for files in rows.values():
        assert files
        assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("what", TOYS)
def test_the_table_names_all_that_a_toy_takes(what: str) -> None:
    named, written = dict(rows_of_the_table())[what], set(TOYS[what])
    assert {file for file in named if file.startswith("solver/") and file.endswith(".py")} <= written
    assert all(file in named or f"{file.rpartition('/')[0]}/" in named for file in written)


@pytest.mark.slow
def test_toys_work(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "solver", tmp_path / "solver", ignore=shutil.ignore_patterns("__pycache__"))
    for toy in TOYS.values():
        for file, (after, text) in toy.items():
            path = tmp_path / file
            before = path.read_text(encoding="utf-8")
            assert after in before, (file, after)
            path.write_text(
                before.replace(after, after + text, 1) if after else before + text, encoding="utf-8"
            )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "mean loss" in ended.stdout
    assert "all to the hub" in ended.stdout
