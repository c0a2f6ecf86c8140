"""The report of a portfolio's risk: how much may be lost, when, and by whose failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, TypedDict

from solver.answers.risk_report import Distribution, RiskReport
from solver.answers.stress import DOWNTURN, Stressed
from solver.answers.tail import TailScenario
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risk_figures import Contribution, RiskFigures, disagreements
from solver.report.amounts import NOTHING, column, counted, listed, money, number, percent, titled
from solver.report.blocks import Report, Table, Text, amounts, figures, report, section, table, text, words
from solver.report.measures import figures_section, measure_words
from solver.report.result import proven, worth
from solver.report.verdict import notes_on
from solver.report.words import names_in
from solver.result import Result, Source
from solver.run import Termination

MOST_SOURCES = 12
MOST_STRESSES = 10
MOST_SCENARIOS = 3
MOST_LOST = 3


def risk_summary(
    found: RiskReport, result: Result | None, instance: Instance, notes: Iterable[str]
) -> Report:
    """The whole report; `result` is None where a plan was given."""
    verdict = found.judgement.verdict
    what = "a plan" if result is None else "a portfolio"
    amount = money(verdict.value, instance) if result is None else worth(result, instance)
    how_good = "" if result is None else proven(result, instance)
    return report(
        f"{instance.name}: the risk of {what} worth {amount}{how_good}",
        section("What is broken", text(*(reading.sentence for reading in verdict.broken))),
        figures_section(found.figures, instance),
        section(titled("How the loss is distributed", instance), _distributions(found)),
        section(titled("Where the loss comes from", instance), _sources(found.figures, instance)),
        section(
            titled("The worst scenarios", instance),
            text(*(tail_sentence(row, instance) for row in found.tail[:MOST_SCENARIOS])),
        ),
        section(titled("Under stress", instance), *_stresses(found, instance)),
        section("Notes", text(*notes)),
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

    termination: Annotated[Termination, "Why it stopped."]
    objective: Annotated[float | None, "What the portfolio has of what was maximised."]
    bound: Annotated[float | None, "No portfolio has more, which is proven."]
    gap: Annotated[float | None, "What lies between both, relative to the larger."]
    seconds: Annotated[float, "How long it took."]
    backend: Annotated[str, "The solver of programs."]


class RiskDocument(TypedDict):
    """How much a portfolio may lose, when, and by whose failure.

    `search` is null for a plan that was given, `report` where no portfolio was found or time ended first;
    `broken` are the rules that a plan breaks, `notes` what is odd or was filled in.
    """

    instance: Source
    search: Search | None
    portfolio: Portfolio | None
    value: Annotated[float | None, "What the portfolio is worth."]
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


def _distributions(found: RiskReport) -> Table:
    """Quantiles, VaR, CVaR and the chance of a loss, in and out of sample."""
    both = {"in sample": found.distribution, "out of sample": found.fresh}
    return table(
        words("", [*_distribution_names(found.distribution), "chance of a loss"]),
        *(
            figures(header, [*column(_amounts(one)), percent(one.probability_of_loss)])
            for header, one in both.items()
            if one is not None
        ),
    )


def _distribution_names(one: Distribution) -> list[str]:
    quantiles = [f"not exceeded in {percent(float(chance))} of cases" for chance in one.quantiles]
    level = percent(one.level)
    return ["mean", "standard deviation", *quantiles, f"VaR at {level}", f"CVaR at {level}"]


def _amounts(one: Distribution) -> list[float]:
    return [one.mean, one.deviation, *one.quantiles.values(), one.value_at_risk, one.expected_shortfall]


def _sources(measured: Sequence[RiskFigures], instance: Instance) -> Table:
    """What each source contributes to each measure that has contributions, the largest first."""
    shown = [row for row in measured if row.contributions]
    if not shown:
        return table()
    brought = [{_source(part, instance): part.amount for part in row.contributions} for row in shown]
    names = sorted({name for one in brought for name in one}, key=lambda name: -brought[0].get(name, 0.0))
    rest = names[MOST_SOURCES:] if len(names) > MOST_SOURCES + 1 else []
    kept = names[: len(names) - len(rest)]
    others = [f"{counted(len(rest), 'other source')}"] if rest else []
    columns = []
    for row, one in zip(shown, brought, strict=True):
        beyond = [sum(one.get(name, 0.0) for name in rest)] if rest else []
        parts = [*(one.get(name, 0.0) for name in kept), *beyond, row.value]
        columns.append(amounts(measure_words(row.measure, row.level), parts))
    return table(words("", [*kept, *others, "total"]), *columns)


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


def _stresses(found: RiskReport, instance: Instance) -> tuple[Table, Text]:
    """The base case, then what-ifs from the worst on."""
    base = found.figures[0]
    shown = found.stresses[:MOST_STRESSES]
    drawn = "as drawn" if base.seed is not None else "as given"
    columns = table(
        words("", [drawn, *(stress_words(row, instance) for row in shown)]),
        amounts("expected benefit", [base.expected, *(row.expected for row in shown)]),
        figures("change", ["", *_changes(row.expected_change for row in shown)]),
        amounts(measure_words(base.measure, base.level), [base.value, *(row.value for row in shown)]),
        figures("change", ["", *_changes(row.value_change for row in shown)]),
    )
    hidden = len(found.stresses) - len(shown)
    return columns, text(f"and {counted(hidden, 'milder what-if')}" if hidden else "")


def _changes(differences: Iterable[float]) -> list[str]:
    return [shown if shown.startswith("-") else f"+{shown}" for shown in column(differences)]


def stress_words(row: Stressed, instance: Instance) -> str:
    """A stress in words."""
    name = instance.labels.get(row.subject or "", "")
    said: Mapping[str, str] = {
        "industry": f"industry {row.subject} earns {percent(DOWNTURN)} less",
        "region": f"region {row.subject} is closed, its cost spent",
        "fails": f"{name} fails, its cost spent",
        "leaves": f"{name} leaves, its cost saved",
        "rivals": "rivals double their attraction",
    }
    return said[row.kind]
