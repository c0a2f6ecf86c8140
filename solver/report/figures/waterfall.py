"""What a portfolio is worth, step by step from nothing to the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solver.instance.instance import Instance
from solver.report.amounts import money, number, unit
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, WIDTH, View, amount, listing
from solver.report.portfolio import KINDS, PARTS
from solver.result import Detail, Result

TOTAL = "total"


def value_waterfall(result: Result, instance: Instance) -> Figure:
    """The components of the value; those of partners and applications by what they are made of."""
    rows = list(_steps(result))
    return Figure(
        "waterfall",
        _finding(result, instance) if rows else "There is no portfolio",
        "From above: what is added and what is taken away, and what is left of it at the end.",
        {"steps": rows},
        _view(len(rows), unit(instance)),
    )


def _steps(result: Result) -> Iterator[dict[str, Any]]:
    """A row per step: what it is, its amount, and from where to where it leads."""
    reached = 0.0
    for step, worth in _parts(result):
        yield _row(step, worth, reached, reached + worth, "more" if worth >= 0 else "less")
        reached += worth
    if result.has_portfolio:
        yield _row(TOTAL, result.value or 0.0, 0.0, result.value or 0.0, TOTAL)


def _row(step: str, worth: float, begins: float, ends: float, kind: str) -> dict[str, Any]:
    shown = number(worth).replace("-", "−")
    return {"step": step, "amount": worth, "from": begins, "to": ends, "kind": kind, "shown": shown}


def _parts(result: Result) -> Iterator[tuple[str, float]]:
    for component, worth in result.components.items():
        rows = [detail for detail in result.details if detail.kind == KINDS.get(component)]
        if rows and all(row.revenue is not None for row in rows):
            for part, words in PARTS.items():
                yield f"{component}: {words}", (-1 if part == "cost" else 1) * _sum(rows, part)
        elif worth:
            yield component, worth


def _sum(rows: list[Detail], part: str) -> float:
    return float(sum(getattr(row, part) or 0.0 for row in rows))


def _finding(result: Result, instance: Instance) -> str:
    worth = money(result.value or 0.0, instance)
    largest = max(result.components, key=lambda name: result.components[name])
    most = result.components[largest]
    if (result.value or 0.0) <= 0 or most <= 0:
        return f"The alliance is worth {worth}"
    bring = "bring" if largest in KINDS else "brings"
    return f"The alliance is worth {worth}; {largest} {bring} most of it, {number(most)}"


def _view(rows: int, unit: str) -> View:
    bars: View = {
        "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1.5},
        "encoding": {
            "x": amount("from", unit or "value", scale={"zero": True}),
            "x2": {"field": "to"},
            "fill": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": ["more", "less", TOTAL], "range": ["@soft", "@paper", "@strong"]},
                "legend": None,
            },
        },
    }
    texts: View = {
        "transform": [{"calculate": "max(datum.from, datum.to)", "as": "end"}],
        "mark": {"type": "text", "align": "left", "dx": 5},
        "encoding": {"x": {"field": "end", "type": "quantitative"}, "text": {"field": "shown"}},
    }
    return {
        "width": WIDTH,
        "height": max(2, rows) * (ROW + 6),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "steps"},
        "encoding": {"y": listing("step")},
        "layer": [bars, texts],
    }
