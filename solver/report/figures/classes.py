"""Who is in all, in some, in none of the portfolios that are nearly as good as the best."""

from __future__ import annotations

from solver.answers.classes import Classes
from solver.instance.instance import Instance
from solver.report.amounts import percent
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, View, listing
from solver.report.figures.lettering import names_of

ALL = ("must-have", "swing", "out", "not known")
COLUMN = 70


def classes(found: Classes, instance: Instance) -> Figure:
    """A mark for each partner and application at each tolerance."""
    ids = list(dict.fromkeys(one.id for one in found.members))
    names = names_of(ids, instance.labels)
    rows = [
        {
            "id": one.id,
            "name": names[one.id],
            "tolerance": one.tolerance,
            "within": percent(one.tolerance),
            "belongs": one.belongs,
        }
        for one in found.members
    ]
    return Figure(
        "classes",
        _finding(found),
        "Across: by how much a portfolio may be worth less than the best.",
        {"members": rows},
        _view(len(ids), [percent(one.tolerance) for one in found.cutoffs]),
    )


def _finding(found: Classes) -> str:
    if not found.cutoffs or not found.members:
        return "No portfolio was found"
    widest = max(one.tolerance for one in found.cutoffs)
    members = [one for one in found.members if one.tolerance == widest]
    sure = sum(one.belongs == "must-have" for one in members)
    open_ = sum(one.belongs == "swing" for one in members)
    near = f"portfolio within {percent(widest)} of the best"
    return f"{sure} of {len(members):,} candidates are in every {near}; {open_} are in some"


def _view(rows: int, columns: list[str]) -> View:
    kinds = list(ALL)
    fills = {"domain": kinds, "range": ["@strong", "@soft", "@paper", "@paper"]}
    shapes = {"domain": kinds, "range": ["square", "square", "circle", "cross"]}
    return {
        "width": max(3, len(columns)) * COLUMN,
        "height": max(2, rows) * ROW,
        "data": {"name": "members"},
        "mark": {
            "type": "point",
            "filled": True,
            "stroke": "@strong",
            "strokeWidth": 1.4,
            "size": 130,
            "opacity": 1,
        },
        "encoding": {
            "y": listing("name", grid=True),
            "x": {**listing("within", orient="top", labelAngle=0, grid=True), "sort": columns},
            "fill": {
                "field": "belongs",
                "type": "nominal",
                "scale": fills,
                "legend": {"title": None, "symbolStrokeColor": "@strong", "symbolSize": 110},
            },
            "shape": {"field": "belongs", "type": "nominal", "scale": shapes},
        },
    }
