"""What the best value changes by when one number after the other is lower or higher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solver.answers.sensitivity import Bar, Sensitivity
from solver.instance.instance import Instance
from solver.report.amounts import money, number, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, WIDTH, View, amount, listing
from solver.report.figures.lettering import names_of

LOWER, HIGHER = "lowered", "raised"


def tornado(found: Sensitivity, instance: Instance) -> Figure:
    """Two bars per number, the one on which most hangs above; sides that are not known are left out."""
    names = names_of([bar.key for bar in found.bars], {bar.key: bar.words for bar in found.bars}, 44)
    rows = [row for bar in found.bars for row in _sides(bar, names[bar.key])]
    return Figure(
        "tornado",
        _finding(found, instance),
        "Hollow: the number is lowered. Filled: it is raised. With a star, others are chosen then.",
        {"sides": rows},
        _view(len({row["key"] for row in rows}), titled("change of the best value", instance)),
    )


def _sides(bar: Bar, name: str) -> Iterator[dict[str, Any]]:
    for way, side in ((LOWER, bar.lower), (HIGHER, bar.higher)):
        if side is not None and side.change.value is not None:
            change = side.change.value
            shown = f"{number(side.number)}{'*' if side.choice == 'changes' else ''}"
            row = {"key": bar.key, "what": name, "way": way, "number": side.number, "change": change}
            yield row | {"choice": side.choice, "proven": side.change.proven, "shown": shown}


def _finding(found: Sensitivity, instance: Instance) -> str:
    first = next((bar for bar in found.bars if bar.spread > 0), None)
    if first is None:
        return "None of these numbers changes what the best portfolio is worth"
    worth = money(first.spread, instance)
    return f"Most hangs on {first.words}: {worth} lie between its ends"


def _view(rows: int, title: str) -> View:
    y: View = {**listing("what", labelLimit=300), "sort": None}
    bars: View = {
        "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1.2},
        "encoding": {
            "y": y,
            "x": amount("change", title, scale={"padding": 44}),
            "fill": {
                "field": "way",
                "type": "nominal",
                "scale": {"domain": [LOWER, HIGHER], "range": ["@paper", "@strong"]},
                "legend": None,
            },
            "yOffset": {"field": "way", "type": "nominal", "sort": [LOWER, HIGHER]},
        },
    }
    return {
        "width": WIDTH,
        "height": max(1, rows) * (ROW + 6),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "sides"},
        "layer": [bars, _written("left"), _written("right")],
    }


def _written(side: str) -> View:
    """The number at the end of each bar that leads to one side."""
    beyond = "datum.change < 0" if side == "left" else "datum.change >= 0"
    align = "right" if side == "left" else "left"
    return {
        "transform": [{"filter": beyond}],
        "mark": {"type": "text", "align": align, "dx": -4 if side == "left" else 4, "fontSize": 9},
        "encoding": {
            "y": listing("what"),
            "yOffset": {"field": "way", "type": "nominal", "sort": [LOWER, HIGHER]},
            "x": {"field": "change", "type": "quantitative"},
            "text": {"field": "shown"},
        },
    }
