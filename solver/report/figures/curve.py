"""What the best portfolio is worth at every level of one limit, step by step."""

from __future__ import annotations

from solver.answers.stepcurve import Curve
from solver.instance.instance import Instance
from solver.report.amounts import counted, known, money, number, titled, unit
from solver.report.blocks import Figure
from solver.report.figures.drawing import WIDTH, View, amount


def curve(found: Curve, instance: Instance) -> Figure:
    """A line per stretch on which the best value is the same; dashed where it is not proven."""
    rows = [
        {
            "from": min(one.tight, one.loose),
            "to": max(one.tight, one.loose),
            "value": one.value.value,
            "proven": one.value.proven,
            "shown": known(one.value),
        }
        for one in found.levels
        if one.value.value is not None
    ]
    return Figure(
        "curve",
        _finding(found, instance),
        "Each line: a stretch on which one portfolio is best. Thin: not proven. Stroke: the limit as it is.",
        {"levels": rows, "now": [{"now": found.number}] if rows else []},
        _view(_named(found, instance), titled("best value", instance)),
    )


def _named(found: Curve, instance: Instance) -> str:
    money = unit(instance)
    return f"{found.words} ({money})" if found.unit == "money" and money else found.words


def _finding(found: Curve, instance: Instance) -> str:
    worths = [one.value.value for one in found.levels if one.value.value is not None]
    if not worths:
        return "No portfolio was found in this range"
    steps = counted(len(worths), "step")
    range_ = f"{number(found.tight)} to {number(found.loose)}"
    if len(worths) == 1:
        return f"From {range_} the best value stays {money(worths[0], instance)}"
    return f"{steps}: from {money(min(worths), instance)} to {money(max(worths), instance)}"


def _view(across: str, up: str) -> View:
    x = amount("from", across, scale={"zero": False, "padding": 12})
    y = amount("value", up, scale={"zero": False, "padding": 12})
    stretches: View = {
        "data": {"name": "levels"},
        "mark": {"type": "rule", "color": "@strong", "strokeCap": "round"},
        "encoding": {
            "x": x,
            "x2": {"field": "to"},
            "y": y,
            "strokeWidth": {"condition": {"test": "datum.proven", "value": 4}, "value": 1.5},
        },
    }
    ends: View = {
        "data": {"name": "levels"},
        "mark": {"type": "point", "filled": True, "color": "@strong", "size": 40, "opacity": 1},
        "encoding": {"x": x, "y": y},
    }
    now: View = {
        "data": {"name": "now"},
        "mark": {"type": "rule", "color": "@accent", "strokeWidth": 2, "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "now", "type": "quantitative"}},
    }
    return {
        "width": WIDTH,
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [now, stretches, ends],
    }
