"""The report of a portfolio's risk: how much may be lost, when, and by whose failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

from solver.analysis.risk_report import Distribution, RiskReport
from solver.analysis.stress import DOWNTURN, Stressed
from solver.analysis.tail import TailScenario
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risk_figures import Contribution, RiskFigures, disagreements
from solver.report.amounts import NOTHING, column, counted, listed, money, number, percent, titled
from solver.report.layout import paragraphs, section
from solver.report.measures import figures_lines, measure_words
from solver.report.tables import INDENT, numeric, table
from solver.report.text import proven, worth
from solver.report.verdict import notes_on
from solver.report.words import names_in, whole_report
from solver.result import Result, Source
from solver.run import Termination

MOST_SOURCES = 12
MOST_STRESSES = 10
MOST_SCENARIOS = 3
MOST_LOST = 3


def risk_text(report: RiskReport, result: Result | None, instance: Instance, notes: Iterable[str]) -> str:
    """The whole report, no wider than the page; `result` is None where a plan was given."""
    verdict = report.judgement.verdict
    what = "a plan" if result is None else "a portfolio"
    amount = money(verdict.value, instance) if result is None else worth(result, instance)
    how_good = "" if result is None else proven(result, instance)
    return whole_report(
        f"{instance.name}: the risk of {what} worth {amount}{how_good}",
        section("What is broken", paragraphs(reading.sentence for reading in verdict.broken)),
        section(titled("Risk", instance), figures_lines(report.figures)),
        section(titled("How the loss is distributed", instance), _distributions(report)),
        section(titled("Where the loss comes from", instance), _sources(report.figures, instance)),
        section(
            titled("The worst scenarios", instance),
            paragraphs(tail_sentence(row, instance) for row in report.tail[:MOST_SCENARIOS]),
        ),
        section(titled("Under stress", instance), _stresses(report, instance)),
        section("Notes", paragraphs(notes)),
        names=names_in(instance),
    )


def notes_on_risk(
    report: RiskReport, result: Result | None, plan: Mapping[str, Any], instance: Instance
) -> Iterator[str]:
    """Sentences about what is odd, what does not hold out of sample, and what was filled in."""
    yield from disagreements(report.figures) if result is None else result.warnings
    yield from notes_on(report.judgement, plan, instance)


class Search(TypedDict):
    """How the search for the portfolio ended."""

    termination: Termination
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    backend: str


class RiskDocument(TypedDict):
    """How much a portfolio may lose, when, and by whose failure.

    `search` is null for a plan that was given, `report` where no portfolio was found or time ended first;
    `broken` are the rules that a plan breaks, `notes` what is odd or was filled in.
    """

    instance: Source
    search: Search | None
    portfolio: Portfolio | None
    value: float | None
    broken: list[str]
    report: RiskReport | None
    notes: list[str]


def risk_document(
    report: RiskReport | None, result: Result | None, instance: Instance, notes: Iterable[str]
) -> RiskDocument:
    """The same for JSON; `result` is None for a plan, `report` where there is none."""
    found = result if report is None else report.judgement
    verdict = None if report is None else report.judgement.verdict
    return {
        "instance": {"name": instance.name, "fingerprint": instance.fingerprint},
        "search": None if result is None else _search(result),
        "portfolio": None if found is None else found.portfolio,
        "value": verdict.value if verdict else result.value if result else None,
        "broken": [reading.sentence for reading in verdict.broken] if verdict else [],
        "report": report,
        "notes": list(notes),
    }


def _search(result: Result) -> Search:
    return {
        "termination": result.termination,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": result.seconds,
        "backend": result.backend,
    }


def _distributions(report: RiskReport) -> list[str]:
    """Quantiles, VaR, CVaR and the chance of a loss, in and out of sample."""
    both = [report.distribution] if report.fresh is None else [report.distribution, report.fresh]
    names = _distribution_names(report.distribution)
    amounts = [column(_amounts(one)) for one in both]
    rows = [list(row) for row in zip(names, *amounts, strict=True)]
    rows.append(["chance of a loss", *(percent(one.probability_of_loss) for one in both)])
    return table(("", "in sample", "out of sample")[: 1 + len(both)], rows, numeric(len(both)))


def _distribution_names(one: Distribution) -> list[str]:
    quantiles = [f"not exceeded in {percent(float(chance))} of cases" for chance in one.quantiles]
    level = percent(one.level)
    return ["mean", "standard deviation", *quantiles, f"VaR at {level}", f"CVaR at {level}"]


def _amounts(one: Distribution) -> list[float]:
    return [one.mean, one.deviation, *one.quantiles.values(), one.value_at_risk, one.expected_shortfall]


def _sources(figures: Sequence[RiskFigures], instance: Instance) -> list[str]:
    """What each source contributes to each measure that has contributions, the largest first."""
    shown = [row for row in figures if row.contributions]
    if not shown:
        return []
    amounts = [{_source(part, instance): part.amount for part in row.contributions} for row in shown]
    names = sorted({name for one in amounts for name in one}, key=lambda name: -amounts[0].get(name, 0.0))
    rest = names[MOST_SOURCES:] if len(names) > MOST_SOURCES + 1 else []
    kept = names[: len(names) - len(rest)]
    columns = [
        column(
            [
                *(one.get(name, 0.0) for name in kept),
                *([sum(one.get(name, 0.0) for name in rest)] if rest else []),
                row.value,
            ]
        )
        for row, one in zip(shown, amounts, strict=True)
    ]
    others = [f"{counted(len(rest), 'other source')}"] if rest else []
    header = ("", *(measure_words(row.measure, row.level) for row in shown))
    return table(header, zip([*kept, *others, "total"], *columns, strict=True), numeric(len(shown)))


def _source(part: Contribution, instance: Instance) -> str:
    return part.kind if part.id is None else instance.labels[part.id]


def tail_sentence(row: TailScenario, instance: Instance) -> str:
    """One of the worst scenarios in words: who failed, what stood still, what was lost."""
    applications = {application.id for application in instance.applications}
    partners = [instance.labels[id_] for id_ in row.failed if id_ not in applications]
    products = [instance.labels[id_] for id_ in row.failed if id_ in applications]
    stopped = [instance.labels[id_] for id_ in row.stopped]
    happened = [
        _clause(partners, "fails", "fail"),
        _clause(products, "fails by itself", "fail by themselves"),
        _clause(stopped, "stands still", "stand still"),
    ]
    what = "; ".join(clause for clause in happened if clause) or "nobody fails, amounts disappoint"
    return f"{_amount(row.loss)} in scenario {row.scenario}: {what}.{_lost(row, instance)}"


def _clause(names: Sequence[str], one: str, several: str) -> str:
    return f"{listed(names)} {one if len(names) == 1 else several}" if names else ""


def _amount(loss: float) -> str:
    return f"A loss of {number(loss)}" if loss >= 0 else f"Only {number(-loss)} gained"


def _lost(row: TailScenario, instance: Instance) -> str:
    most = sorted((part for part in row.lost if part.amount > NOTHING), key=lambda part: -part.amount)[
        :MOST_LOST
    ]
    if not most:
        return ""
    parts = listed([f"{_source(part, instance)} ({number(part.amount)})" for part in most])
    return f" Furthest below what is expected: {parts}."


def _stresses(report: RiskReport, instance: Instance) -> list[str]:
    """The base case, then what-ifs from the worst on."""
    base = report.figures[0]
    shown = report.stresses[:MOST_STRESSES]
    rows = zip(
        [
            "as drawn" if base.seed is not None else "as given",
            *(stress_words(row, instance) for row in shown),
        ],
        column([base.expected, *(row.expected for row in shown)]),
        ["", *_changes(row.expected_change for row in shown)],
        column([base.value, *(row.value for row in shown)]),
        ["", *_changes(row.value_change for row in shown)],
        strict=True,
    )
    measure = measure_words(base.measure, base.level)
    lines = table(("", "expected benefit", "change", measure, "change"), rows, numeric(4))
    hidden = len(report.stresses) - len(shown)
    return [*lines, *([f"{INDENT}and {counted(hidden, 'milder what-if')}"] if hidden else [])]


def _changes(amounts: Iterable[float]) -> list[str]:
    return [text if text.startswith("-") else f"+{text}" for text in column(amounts)]


def stress_words(row: Stressed, instance: Instance) -> str:
    """A stress in words."""
    name = instance.labels.get(row.subject or "", "")
    words: Mapping[str, str] = {
        "industry": f"industry {row.subject} earns {percent(DOWNTURN)} less",
        "region": f"region {row.subject} is closed, its cost spent",
        "fails": f"{name} fails, its cost spent",
        "leaves": f"{name} leaves, its cost saved",
        "rivals": "rivals double their attraction",
    }
    return words[row.kind]
