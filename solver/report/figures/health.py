"""How healthy partners were period by period, and what pulls the latest score down."""

from __future__ import annotations

from typing import Any

from solver.instance.instance import Instance
from solver.lifecycle.health import Health, PartnerHealth
from solver.report.amounts import counted, listed, percent
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, View, amount, listing
from solver.report.figures.lettering import legible, names_of

MOST = 30
"""Partners that are shown: the least healthy."""
MOST_CAUSES = 3
LONGEST_CAUSE = 26
COLUMN, CELL = 300, 44
COLOURS = ("red", "amber", "green")


def health(found: Health, instance: Instance) -> Figure:
    """A mark per partner and period, and beside it bars of what the latest score lacks, by cause."""
    scored = sorted(
        (one for one in found.partners if one.score is not None), key=lambda one: one.score or 0.0
    )
    shown = scored[:MOST]
    names = names_of([one.id for one in shown], instance.labels)
    scores = [
        {
            "id": one.id,
            "name": names[one.id],
            "period": score.period,
            "score": score.score,
            "shown": percent(round(score.score, 2)),
        }
        for one in shown
        for score in one.scores
    ]
    causes = [row for one in shown for row in _causes(one, names[one.id])]
    periods = {score.period for one in shown for score in one.scores}
    hidden = len(scored) - len(shown)
    return Figure(
        "health",
        _finding(scored, instance),
        "Left: the score of each period, darker is healthier. Right: what the latest score lacks, by cause."
        + (f" {counted(hidden, 'healthier partner')} not shown." if hidden else ""),
        {"scores": scores, "causes": causes},
        _view(len(shown), len(periods)),
    )


def _causes(one: PartnerHealth, name: str) -> list[dict[str, Any]]:
    """The indicators that take most from a score, the others as one."""
    lost = [cause for cause in one.causes if cause.lost > 0]
    rows = [(_short(cause.indicator), cause.lost) for cause in lost[:MOST_CAUSES]]
    if len(lost) > MOST_CAUSES:
        rows.append(("others", sum(cause.lost for cause in lost[MOST_CAUSES:])))
    reached, found = 0.0, []
    for place, (cause, taken) in enumerate(rows):
        found.append({"id": one.id, "name": name, "cause": cause, "place": place, "lost": taken})
        found[-1] |= {"begins": reached, "ends": reached + taken}
        reached += taken
    return found


def _short(indicator: str) -> str:
    return names_of([indicator], {}, LONGEST_CAUSE)[indicator]


def _finding(scored: list[PartnerHealth], instance: Instance) -> str:
    if not scored:
        return "Nothing was measured"
    worst = scored[0]
    count = {colour: sum(one.colour == colour for one in scored) for colour in COLOURS}
    said = listed([f"{count[colour]} {colour}" for colour in COLOURS if count[colour]])
    lowest = f"{legible(instance.labels[worst.id])} stands at {percent(round(worst.score or 0.0, 2))}"
    if worst.causes and worst.causes[0].lost > 0:
        lowest += f", most of all for {legible(worst.causes[0].indicator)}"
    return f"{counted(len(scored), 'partner')} measured, {said}; {lowest}"


def _view(rows: int, periods: int) -> View:
    height = max(1, rows) * (ROW + 4)
    cells: View = {
        "width": max(2, periods) * CELL,
        "height": height,
        "data": {"name": "scores"},
        "encoding": {
            "y": listing("name"),
            "x": {
                "field": "period",
                "type": "ordinal",
                "axis": {"title": "period", "orient": "top", "labelAngle": 0},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "@quiet", "strokeWidth": 0.6},
                "encoding": {
                    "color": {
                        "field": "score",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1], "range": ["@paper", "@strong"]},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "text": {"field": "shown"},
                    "color": {"condition": {"test": "datum.score > 0.6", "value": "@paper"}, "value": "@ink"},
                },
            },
        ],
    }
    bars: View = {
        "width": COLUMN,
        "height": height,
        "data": {"name": "causes"},
        "encoding": {"y": listing("name", labels=False)},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1},
                "encoding": {
                    "x": amount("begins", "missing of the score", axis={"format": "%", "orient": "top"}),
                    "x2": {"field": "ends"},
                    "fill": {
                        "field": "place",
                        "type": "ordinal",
                        "scale": {
                            "domain": [0, 1, 2, 3],
                            "range": ["@accent", "@soft", "@paper", "@paper"],
                        },
                        "legend": None,
                    },
                },
            },
            {
                "transform": [{"filter": "datum.place === 0"}],
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 10},
                "encoding": {
                    "x": {"field": "begins", "type": "quantitative"},
                    "text": {"field": "cause"},
                },
            },
        ],
    }
    return {"hconcat": [cells, bars], "spacing": 16}
