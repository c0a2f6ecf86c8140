"""How a search went: the best portfolio so far and the bound, closing in on each other as time passes."""

from __future__ import annotations

from typing import Any

from solver.answers.course import Course
from solver.instance.instance import Instance
from solver.report.amounts import number, percent, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import WIDTH, View, amount

HAD, BOUND = "best portfolio so far", "no portfolio is worth more"


def course(found: Course, instance: Instance) -> Figure:
    """A step line of what was had, and one of what was proven."""
    rows: list[dict[str, Any]] = []
    for one in found.events:
        for line, worth in ((HAD, one.incumbent), (BOUND, one.bound)):
            if worth is not None:
                rows.append({"seconds": one.seconds, "line": line, "worth": worth})
    return Figure(
        "course",
        _finding(found),
        "Whole line: what the best portfolio so far is worth. Dashed: the bound, which none exceeds.",
        {"moments": rows},
        _view(titled("worth", instance)),
    )


def _finding(found: Course) -> str:
    result = found.result
    took = number(round(result.seconds, 2))
    if result.objective is None:
        return f"No portfolio was found in {took} s"
    if result.gap is None:
        return f"A portfolio was found in {took} s, and nothing is proven of it"
    known = next(one.seconds for one in found.events if one.incumbent is not None)
    end = "the proof was complete" if result.termination == "optimal" else f"{percent(result.gap)} were open"
    return f"The first portfolio was there after {number(round(known, 2))} s; after {took} s {end}"


def _view(title: str) -> View:
    lines = {"domain": [HAD, BOUND]}
    line: View = {"field": "line", "type": "nominal"}
    return {
        "width": WIDTH,
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "moments"},
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2, "point": {"size": 20}},
        "encoding": {
            "x": amount("seconds", "seconds", axis={"format": "~g"}),
            "y": amount("worth", title, scale={"zero": False, "padding": 10}),
            "color": {**line, "scale": {**lines, "range": ["@strong", "@accent"]}, "legend": {"title": None}},
            "strokeDash": {**line, "scale": {**lines, "range": [[1, 0], [6, 4]]}},
        },
    }
