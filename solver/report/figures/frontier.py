"""What can be had of two criteria, with the bend and the planner's own plan."""

from __future__ import annotations

from typing import Any

from solver.answers.frontier import Frontier, Weighed
from solver.instance.instance import Instance
from solver.report.amounts import counted, unit
from solver.report.blocks import Figure
from solver.report.figures.drawing import WIDTH, View, amount

POINT, BEND, OWN = "efficient", "bend", "your plan"


def frontier(found: Frontier, instance: Instance) -> Figure:
    """A point per portfolio by the first two criteria; the second across, the first upwards."""
    first, second = found.criteria[:2]
    points = [
        {
            "number": place + 1,
            "kind": BEND if place == found.knee else POINT,
            "x": point.amounts[second.name],
            "y": point.amounts[first.name],
            "proven": point.proven,
        }
        for place, point in enumerate(found.points)
    ]
    own = [] if found.placed is None else [_own(found.placed.amounts, first, second)]
    return Figure(
        "frontier",
        _finding(found, first, second),
        _words(found, bool(own)),
        {"points": [*points, *own]} if points else {"points": []},
        _view(_titled(second, instance), _titled(first, instance), len(found.criteria) == 2),
    )


def _own(amounts: Any, first: Weighed, second: Weighed) -> dict[str, Any]:
    return {"number": None, "kind": OWN, "x": amounts[second.name], "y": amounts[first.name], "proven": True}


def _finding(found: Frontier, first: Weighed, second: Weighed) -> str:
    if not found.points:
        return "No portfolio was found"
    so_far = "" if found.complete else " so far"
    if len(found.points) == 1:
        known = "is known" if so_far else "is best"
        return f"One portfolio {known}{so_far} by {first.words} and {second.words} at once"
    more, less = "more" if second.more else "less", "less" if first.more else "more"
    count = counted(len(found.points), "portfolio")
    title = f"{count}{so_far}: {more} {second.words} only for {less} {first.words}"
    return title if found.placed is None else f"{title}; your plan is {found.placed.standing}"


def _words(found: Frontier, own: bool) -> str:
    words = "Filled: proven to be on the frontier. Hollow: nothing better is known."
    words += (
        " Diamond: the bend, beyond which more of one costs most of the other."
        if found.knee is not None
        else ""
    )
    return words + (" Cross: your plan." if own else "")


def _titled(one: Weighed, instance: Instance) -> str:
    money = unit(instance)
    return f"{one.words} ({money})" if one.unit == "money" and money else one.words


def _view(across: str, up: str, joined: bool) -> View:
    x = amount("x", across, scale={"zero": False, "padding": 16})
    y = amount("y", up, scale={"zero": False, "padding": 16})
    kinds = [POINT, BEND, OWN]
    line: View = {
        "transform": [{"filter": {"field": "kind", "oneOf": [POINT, BEND]}}],
        "mark": {"type": "line", "color": "@grid", "strokeWidth": 1.5},
        "encoding": {"x": x, "y": y, "order": {"field": "number", "type": "quantitative"}},
    }
    marks: View = {
        "mark": {"type": "point", "filled": True, "strokeWidth": 1.6, "opacity": 1, "stroke": "@strong"},
        "encoding": {
            "x": x,
            "y": y,
            "fill": {"condition": {"test": "datum.proven", "value": "@strong"}, "value": "@paper"},
            "shape": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": kinds, "range": ["circle", "diamond", "cross"]},
                "legend": None,
            },
            "size": {"condition": {"test": f"datum.kind === '{POINT}'", "value": 70}, "value": 200},
        },
    }
    return {
        "width": WIDTH,
        "height": 360,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "points"},
        "layer": [line, marks] if joined else [marks],
    }
