"""When everybody starts and earns, and what is spent in each period."""

from __future__ import annotations

from typing import Any

from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from solver.report.amounts import money, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, View, amount, listing
from solver.report.figures.lettering import names_of
from solver.result import Result

LEAD, RUNS = "prepares", "earns"
ACROSS = 520
"""Pixels for all periods."""


def timeline(result: Result, instance: Instance) -> Figure:
    """A bar per chosen partner and application, and the spending of every period beside its budget.

    There is no picture of a single period.
    """
    document = {} if result.portfolio is None else result.portfolio.to_dict()
    selection = read_plan(assess(instance), document).selection
    spans = _spans(selection, instance) if instance.periods > 1 else []
    spending = _spending(selection, instance)
    data: dict[str, list[dict[str, Any]]] = {"spans": spans, "spending": spending if spans else []}
    budgeted = bool(instance.limits.budget_by_period)
    return Figure(
        "timeline",
        _finding(selection, spending, instance),
        _words(result, instance),
        data,
        _view(len({row["id"] for row in spans}), instance.periods, titled("spent", instance), budgeted),
    )


def _spans(selection: Selection, instance: Instance) -> list[dict[str, Any]]:
    """From when to when everybody prepares and earns, in periods; who starts first stands above."""
    elements = sorted(
        selection.option_of, key=lambda e: (not selection.assessment.is_partner(e), selection.start(e), e)
    )
    options, ids = selection.assessment.options, selection.assessment.elements
    names = names_of([ids[e] for e in elements], instance.labels)
    rows = []
    for element in elements:
        option = selection.option_of[element]
        start, ready = int(options.start[option]), int(options.ready[option])
        kind = "partner" if selection.assessment.is_partner(element) else "application"
        for phase, begins, ends in ((LEAD, start, ready), (RUNS, ready, instance.periods + 1)):
            if begins < min(ends, instance.periods + 1):
                row = {"id": ids[element], "name": names[ids[element]], "kind": kind, "phase": phase}
                rows.append(row | {"begins": begins - 0.5, "ends": min(ends, instance.periods + 1) - 0.5})
    return rows


def _spending(selection: Selection, instance: Instance) -> list[dict[str, Any]]:
    """What all chosen spend in each period, and what it may be."""
    spent = selection.assessment.options.spending[list(selection.options)].sum(axis=0)
    budgets = instance.limits.budget_by_period or (None,) * instance.periods
    return [
        {"period": period, "spent": float(amount), "budget": budget}
        for period, (amount, budget) in enumerate(zip(spent, budgets, strict=True), 1)
    ]


def _finding(selection: Selection, spending: list[dict[str, Any]], instance: Instance) -> str:
    if not selection.options:
        return "Nothing is chosen, and nothing is spent"
    most = max(spending, key=lambda row: row["spent"])
    first = sum(selection.start(element) == 1 for element in selection.option_of)
    if instance.periods == 1:
        return f"{money(most['spent'], instance)} is spent in the one period there is"
    begun = f"{first} of the {len(selection.options)} chosen start at once"
    return f"{begun}; most is spent in period {most['period']}: {money(most['spent'], instance)}"


def _words(result: Result, instance: Instance) -> str:
    words = "Hollow: prepares. Filled: earns. Partners stand above applications."
    if any(result.components.get(name) for name in ("licences", "entry")):
        words += " Licences and entry costs come on top of what is spent."
    if instance.limits.budget_by_period:
        words += " Strokes above the bars: the budget of the period"
        words += ", to which what was left before is added." if instance.limits.budget_carry else "."
    return words


def _view(rows: int, periods: int, spent: str, budgeted: bool) -> View:
    periods_axis = {"title": "period", "values": list(range(1, periods + 1)), "format": "d"}
    scale = {"domain": [0.5, periods + 0.5], "nice": False, "zero": False, "padding": 0}
    x: View = {
        "field": "begins",
        "type": "quantitative",
        "scale": scale,
        "axis": {**periods_axis, "title": None},
    }
    bars: View = {
        "width": ACROSS,
        "height": max(1, rows) * ROW,
        "data": {"name": "spans"},
        "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1.2},
        "encoding": {
            "y": listing("name"),
            "x": x,
            "x2": {"field": "ends"},
            "fill": {
                "field": "phase",
                "type": "nominal",
                "scale": {"domain": [LEAD, RUNS], "range": ["@paper", "@soft"]},
                "legend": None,
            },
        },
    }
    place: View = {"field": "period", "type": "quantitative", "scale": scale, "axis": periods_axis}
    width = max(4.0, 0.6 * ACROSS / periods)
    columns: View = {
        "mark": {"type": "bar", "color": "@strong", "width": width},
        "encoding": {"x": place, "y": amount("spent", spent)},
    }
    budgets: View = {
        "transform": [{"filter": "isValid(datum.budget)"}],
        "mark": {
            "type": "tick",
            "color": "@accent",
            "thickness": 2.5,
            "width": width * 1.3,
            "orient": "horizontal",
        },
        "encoding": {"x": place, "y": {"field": "budget", "type": "quantitative"}},
    }
    below: View = {
        "width": ACROSS,
        "height": 120,
        "data": {"name": "spending"},
        "layer": [columns, budgets] if budgeted else [columns],
    }
    return {"vconcat": [bars, below]}
