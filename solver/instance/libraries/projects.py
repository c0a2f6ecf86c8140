"""Projects with launch years and uncertain inflows (Dixit & Tiwari 2020): which to launch, and when.

Two tables with commas: the file itself with a line per project, and beside it `Table_4.csv`, whose column
`Weightage` says how much each kind of risk counts. The tables state no limits; the paper's stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solver.instance.instance import Instance
from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.items import BENCHMARK
from solver.instance.libraries.words import Words
from solver.instance.settings import Limits
from solver.instance.tables import CashFlow, Partner, Resource, Usage

WEIGHTS = "Table_4.csv"
PROJECT = re.compile(r"P[0-9]{1,6}")
AGES = range(1, 11)
LAUNCH_YEARS = range(1, 21)
STAGES = range(1, 21, 5)
LAST_YEAR = LAUNCH_YEARS[-1] + AGES[-1]
STAGE_BUDGET = 175.0
DISCOUNT_RATE = 0.1
COMPULSORY = ("P6", "P8")
MOST_RISK = 100.0
LEAST_STRATEGY = 2.0
DISPROPORTION = 0.1


@dataclass(frozen=True)
class _Project:
    """A line of the table: scores, the cost of the launch, and the inflow at each of the AGES."""

    id: str
    strategy: float
    risk: float
    cost: float
    inflows: list[float]
    revenue_cv: float


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the file's one instance: projects as partners that start in the year of their launch.

    All money is discounted to year 0, which is period 1; so year y is period y + 1, and E of a project is its
    expected net present value with r = 0. The strategic score is the innovation score: `min_innovation` is
    its floor. `revenue_cv` is the deviation of a project's inflows as a share of their mean, ready for a
    section [risk], where one draw holds for all years of a project.
    """
    weights = _weights(words.beside(WEIGHTS))
    projects = list(_projects(words, weights))
    if not projects:
        words.give_up("at least one project is needed")
    words.finish()
    instance = Instance(
        name=words.title,
        periods=_period(LAST_YEAR),
        discount_rate=DISCOUNT_RATE,
        partners=tuple(_partner(project) for project in projects),
        cash_flows=tuple(flow for project in projects for flow in _cash_flows(project)),
        resources=(Resource(id="risk", max=MOST_RISK),),
        usage=tuple(Usage(id=project.id, resource="risk", amount=project.risk) for project in projects),
        limits=Limits(
            budget_by_period=tuple(STAGE_BUDGET if year in STAGES else 0.0 for year in range(LAST_YEAR + 1)),
            budget_carry=True,
            min_innovation=LEAST_STRATEGY,
        ),
        **(BENCHMARK | {"roi_rate": 0.0}),
    )
    return LibraryInstance(choice.one_of([instance], words.place, "instance"))


def _period(year: int) -> int:
    return year + 1


def _partner(project: _Project) -> Partner:
    return Partner(
        id=project.id,
        name=f"project {project.id[1:]}",
        revenue=0.0,
        cost=0.0,
        setup_cost=project.cost,
        revenue_cv=project.revenue_cv,
        innovation=project.strategy,
        status="in" if project.id in COMPULSORY else "free",
        first_period=_period(LAUNCH_YEARS[0]),
        last_period=_period(LAUNCH_YEARS[-1]),
    )


def _cash_flows(project: _Project) -> Iterator[CashFlow]:
    for age, inflow in zip(AGES, project.inflows, strict=True):
        if inflow:
            yield CashFlow(id=project.id, age=age, revenue=inflow)


def _weights(words: Words) -> dict[str, float]:
    """How much each kind of risk counts, by the name of its column among the projects."""
    return {
        row[""]: words.as_number(row["Weightage"], "a weight", least=0)
        for row in _rows(words, ["", "Weightage"])
    }


def _projects(words: Words, weights: Mapping[str, float]) -> Iterator[_Project]:
    means = [f"{age}_in_cash_mean" for age in AGES]
    deviations = [f"{age}_in_cash_std" for age in AGES]
    known: set[str] = set()
    for row in _rows(words, ["Project number", "st_sc", *weights, "c", *means, *deviations]):
        id_ = row["Project number"]
        if not PROJECT.fullmatch(id_) or id_ in known:
            words.note("a project's number should stand here, such as P1 and unlike the others", id_)
        known.add(id_)
        inflows = [words.as_number(row[column], "a mean inflow", least=0) for column in means]
        spreads = [words.as_number(row[column], "a deviation", least=0) for column in deviations]
        yield _Project(
            id=id_,
            strategy=words.as_number(row["st_sc"], "a strategic score"),
            risk=sum(
                weight * words.as_number(row[kind], "a risk score", least=0)
                for kind, weight in weights.items()
            ),
            cost=_cost(words, row["c"]),
            inflows=inflows,
            revenue_cv=_revenue_cv(words, inflows, spreads),
        )


def _cost(words: Words, cell: str) -> float:
    cash = words.as_number(cell, "the cost of the launch")
    if cash > 0:
        words.note("the cost of the launch should stand here, a negative number", cell)
    return max(0.0, -cash)


def _revenue_cv(words: Words, inflows: list[float], spreads: list[float]) -> float:
    """The one coefficient of variation behind a project's deviations, which the table rounds."""
    cv = sum(spreads) / sum(inflows) if any(inflows) else 0.0
    for age, inflow, spread in zip(AGES, inflows, spreads, strict=True):
        if abs(spread - cv * inflow) > DISPROPORTION * cv * inflow:
            words.note(f"the deviation at age {age} should be in proportion to the mean", f"{spread:g}")
    return cv


def _rows(words: Words, columns: list[str]) -> Iterator[dict[str, str]]:
    """The lines below the names of the columns, each by column."""
    header = words.cells("the names of the columns")
    missing = [column for column in columns if column not in header]
    if missing:
        words.give_up(f"the names of the columns should stand here, {missing[0]!r} among them")
    while words.upcoming is not None:
        cells = words.cells("a row")
        if len(cells) == len(header):
            yield dict(zip(header, cells, strict=True))
        else:
            words.note(f"this line should hold {len(header)} cells", f"{len(cells)} of them")
