"""Partners side by side: what each brings, costs and risks; chosen, left out, or not free to choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from solver.assessment.assessment import Assessment, assess
from solver.instance.instance import Instance
from solver.report.amounts import counted, money, percent, unit
from solver.report.blocks import Figure
from solver.report.figures.drawing import NUMBER, ROW, View, amount, listing
from solver.report.figures.lettering import names_of
from solver.result import Result

MOST = 60
"""Partners that are shown one by one: the chosen, then those that would bring most."""
BOUND = {"in": "must have", "out": "ruled out", "running": "running"}
COLUMN = 165


def partners(result: Result, instance: Instance) -> Figure:
    """Benefit, cost and chance of failing of every partner, as chosen or at its best level and start."""
    found = _rows(result, assess(instance))
    rows = found[:MOST]
    ids = [row["id"] for row in rows]
    short = names_of(ids, instance.labels, 24)
    names = names_of(ids, {row["id"]: _called(short[row["id"]], row["status"]) for row in rows}, 40)
    shown = [row | {"partner": names[row["id"]]} for row in rows]
    return Figure(
        "partners",
        _finding(found, instance),
        _words(len(found) - len(rows)),
        {"partners": shown},
        _view(len(shown), unit(instance)),
    )


def _rows(result: Result, assessment: Assessment) -> list[dict[str, Any]]:
    """The chosen partners, then the others, each of both with the largest benefit first."""
    chosen = {row.id: row for row in result.details if row.kind == "partner"}
    instance, options = assessment.instance, assessment.options
    expected = assessment.expected_benefit
    rows = []
    for element, partner in enumerate(instance.partners):
        own = options.of(element)
        if not own:
            continue
        detail = chosen.get(partner.id)
        option = max(own, key=lambda o: expected[o])
        if detail is not None:
            as_chosen = (detail.level, detail.start)
            option = next((o for o in own if (options.level[o], options.start[o]) == as_chosen), option)
        rows.append(
            {
                "id": partner.id,
                "name": partner.label,
                "status": partner.status,
                "choice": "left out" if detail is None else "chosen",
                "benefit": float(expected[option]) if detail is None else detail.benefit,
                "cost": float(options.spending[option].sum()),
                "risk": float(np.clip(1.0 - options.success[option], 0.0, 1.0)),
            }
        )
    return sorted(rows, key=lambda row: (row["choice"] != "chosen", -row["benefit"]))


def _called(name: str, status: str) -> str:
    return f"{name} · {BOUND[status]}" if status in BOUND else name


def _finding(rows: Sequence[dict[str, Any]], instance: Instance) -> str:
    brought = [row["benefit"] for row in rows if row["choice"] == "chosen"]
    if not brought:
        return "No partner is chosen"
    are = "is" if len(brought) == 1 else "are"
    chosen = f"{len(brought)} of {counted(len(rows), 'partner')} {are} chosen"
    total = sum(brought)
    if len(brought) <= 3 or not 0 < sum(brought[:3]) <= total:
        return f"{chosen}; together they bring {money(total, instance)}"
    three = percent(round(sum(brought[:3]) / total, 2))
    return f"{chosen}; three of them bring {three} of {money(total, instance)}"


def _words(hidden: int) -> str:
    how = "Filled bars are chosen; hollow ones are left out, and shown at their best level and start."
    return f"{how} {counted(hidden, 'more partner')} not shown." if hidden > 0 else how


def _view(rows: int, unit: str) -> View:
    money = f" ({unit})" if unit else ""
    return {
        "data": {"name": "partners"},
        "spacing": 14,
        "hconcat": [
            _column("benefit", f"benefit{money}", rows, first=True),
            _column("cost", f"cost{money}", rows),
            _column("risk", "chance of failing", rows, written="%"),
        ],
    }


def _column(field: str, title: str, rows: int, *, first: bool = False, written: str = NUMBER) -> View:
    """A column of bars; the names stand beside the first."""
    axis = {"format": written, "tickCount": 3, "orient": "top"}
    return {
        "width": COLUMN,
        "height": max(rows, 1) * ROW,
        "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1.2},
        "encoding": {
            "y": listing("partner") if first else listing("partner", labels=False),
            "x": amount(field, title, axis=axis),
            "fill": {
                "field": "choice",
                "type": "nominal",
                "scale": {"domain": ["chosen", "left out"], "range": ["@strong", "@paper"]},
                "legend": None,
            },
        },
    }
