"""How a loss is distributed, with its tail: over the scenarios of the choice and over fresh ones."""

from __future__ import annotations

import math
from typing import Any

from solver.answers.risk_report import Distribution, RiskReport
from solver.instance.instance import Instance
from solver.report.amounts import money, percent, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import WIDTH, View, amount

CHOSEN_BY, FRESH = "in sample", "out of sample"
SAME = 1e-9
"""What sums of the same amount may differ by."""


def loss(found: RiskReport, instance: Instance) -> Figure:
    """The chance of each range of the loss, VaR and CVaR; a negative loss is a gain.

    There is no picture of a loss that is the same in all cases.
    """
    both = {CHOSEN_BY: found.distribution, FRESH: found.fresh}
    known = {sample: one for sample, one in both.items() if one is not None}
    if all(map(_is_certain, known.values())):
        known = {}
    return Figure(
        "loss",
        loss_in_words(found.distribution, instance),
        _words(found),
        {
            "ranges": [
                {"sample": sample, "from": part.least, "to": part.most, "share": part.share}
                for sample, one in known.items()
                for part in one.ranges
            ],
            "marks": [row for sample, one in known.items() for row in _marks(sample, one)],
        },
        _view(titled("loss", instance), found.fresh is not None),
    )


def _marks(sample: str, one: Distribution) -> list[dict[str, Any]]:
    level = percent(one.level)
    marks = {"mean": one.mean, f"VaR {level}": one.value_at_risk, f"CVaR {level}": one.expected_shortfall}
    return [{"sample": sample, "mark": mark, "loss": lost} for mark, lost in marks.items()]


def loss_in_words(one: Distribution, instance: Instance) -> str:
    """The mean of the worst cases and of all."""
    if _is_certain(one):
        return f"In all cases {_gained(one.mean, instance)}"
    share, tail = percent(round(1 - one.level, 6)), _gained(one.expected_shortfall, instance)
    return f"In the worst {share} of cases {tail} on average; over all cases {_gained(one.mean, instance)}"


def _is_certain(one: Distribution) -> bool:
    return math.isclose(one.expected_shortfall, one.mean, rel_tol=SAME, abs_tol=SAME)


def _gained(lost: float, instance: Instance) -> str:
    return f"{money(abs(lost), instance)} is {'gained' if lost <= 0 else 'lost'}"


def _words(found: RiskReport) -> str:
    words = "A loss below 0 is a gain. Area: the scenarios of the choice."
    if found.fresh is not None:
        words += " Line: scenarios by which nothing was chosen."
    return f"{words} Strokes: the mean; VaR, which is exceeded in the worst cases only; CVaR, their mean."


def _view(title: str, fresh: bool) -> View:
    share = amount("share", "share of cases", axis={"format": "%"})
    x = amount("from", title)
    area: View = {
        "data": {"name": "ranges"},
        "transform": [{"filter": {"field": "sample", "equal": CHOSEN_BY}}],
        "mark": {"type": "rect", "color": "@soft", "stroke": "@paper", "strokeWidth": 0.5},
        "encoding": {"x": x, "x2": {"field": "to"}, "y": share, "y2": {"datum": 0}},
    }
    line: View = {
        "data": {"name": "ranges"},
        "transform": [
            {"filter": {"field": "sample", "equal": FRESH}},
            {"calculate": "(datum.from + datum.to) / 2", "as": "middle"},
        ],
        "mark": {"type": "line", "interpolate": "step", "color": "@strong", "strokeWidth": 1.8},
        "encoding": {"x": {"field": "middle", "type": "quantitative"}, "y": share},
    }
    marked: View = {
        "data": {"name": "marks"},
        "transform": [{"filter": {"field": "sample", "equal": CHOSEN_BY}}],
    }
    place: View = {"field": "loss", "type": "quantitative"}
    rules: View = {
        **marked,
        "mark": {"type": "rule", "color": "@accent", "strokeWidth": 2},
        "encoding": {"x": place},
    }
    names: View = {
        **marked,
        "mark": {"type": "text", "align": "right", "angle": 270, "dx": -4, "dy": -5, "baseline": "bottom"},
        "encoding": {"x": place, "y": {"value": 0}, "text": {"field": "mark"}},
    }
    return {
        "width": WIDTH,
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [area, *([line] if fresh else []), rules, names],
    }
