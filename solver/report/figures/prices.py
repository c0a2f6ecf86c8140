"""What the chosen are worth and at which price the others would enter, on one scale."""

from __future__ import annotations

from typing import Any

from solver.answers.why import Reason, Why
from solver.instance.instance import Instance
from solver.report.amounts import counted, known, money, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, WIDTH, View, amount, listing
from solver.report.figures.lettering import names_of

MUST, IN, OUT, NEVER = "cannot be done without", "chosen", "left out", "cannot enter"
CLASSES = [MUST, IN, OUT, NEVER]
MOST = 60


def prices(found: Why, instance: Instance) -> Figure:
    """A mark per subject: to the right what is lost without it, to the left what it costs to have it."""
    rows = sorted(map(_row, found.reasons), key=_place)
    shown = rows[:MOST]
    keys = [str(place) for place in range(len(shown))]
    names = names_of(keys, {key: row["name"] for key, row in zip(keys, shown, strict=True)})
    data = [row | {"name": names[key]} for key, row in zip(keys, shown, strict=True)]
    return Figure(
        "prices",
        _finding(rows, instance),
        _words(len(rows) - len(shown)),
        {"subjects": data},
        _view(len(shown), titled("worth of the chosen, price of the others", instance)),
    )


def _words(hidden: int) -> str:
    words = "To the right: what is lost without it. To the left: the price at which it enters."
    words += " Crosses: it enters at no price."
    return f"{words} {counted(hidden, 'other')} not shown." if hidden > 0 else words


def _row(one: Reason) -> dict[str, Any]:
    kind = (MUST if one.possible is False else IN) if one.chosen else NEVER if one.possible is False else OUT
    value = one.amount.value
    signed = None if value is None else value if one.chosen else -value
    return {
        "id": "+".join(one.ids),
        "name": one.name,
        "class": kind,
        "amount": 0.0 if one.possible is False else signed,
        "proven": one.amount.proven or one.possible is False,
        "shown": kind if one.possible is False else known(one.amount),
    }


def _place(row: dict[str, Any]) -> tuple[int, float]:
    """Class by class, in each the most worth first, and the cheapest."""
    return CLASSES.index(row["class"]), -(row["amount"] or 0.0)


def _finding(rows: list[dict[str, Any]], instance: Instance) -> str:
    priced = [row for row in rows if row["class"] == OUT and row["amount"] is not None]
    chosen = [row for row in rows if row["class"] == IN and row["amount"] is not None]
    if priced:
        nearest = max(priced, key=lambda row: row["amount"])
        return f"Nearest to being in is {nearest['name']}, at {money(-nearest['amount'], instance)}"
    if chosen:
        dearest = max(chosen, key=lambda row: row["amount"])
        return f"Most is lost without {dearest['name']}: {money(dearest['amount'], instance)}"
    return "No price is known"


def _view(rows: int, title: str) -> View:
    scale = {"domain": CLASSES, "range": ["@strong", "@strong", "@paper", "@paper"]}
    shapes = {"domain": CLASSES, "range": ["square", "circle", "circle", "cross"]}
    legend = {"title": None, "symbolStrokeColor": "@strong"}
    bars: View = {
        "mark": {"type": "rule", "color": "@soft", "strokeWidth": 3},
        "encoding": {"x": amount("amount", title, scale={"padding": 60}), "x2": {"datum": 0}},
    }
    marks: View = {
        "mark": {
            "type": "point",
            "filled": True,
            "stroke": "@strong",
            "strokeWidth": 1.5,
            "size": 90,
            "opacity": 1,
        },
        "encoding": {
            "x": {"field": "amount", "type": "quantitative"},
            "fill": {
                "field": "class",
                "type": "nominal",
                "scale": scale,
                "legend": legend,
            },
            "shape": {"field": "class", "type": "nominal", "scale": shapes},
        },
    }
    return {
        "width": WIDTH,
        "height": max(2, rows) * ROW,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "subjects"},
        "encoding": {"y": listing("name")},
        "layer": [bars, marks, _written("left"), _written("right")],
    }


def _written(side: str) -> View:
    """The amount beyond each mark on one side."""
    align, beyond, away = ("right", "<", -8) if side == "left" else ("left", ">=", 8)
    return {
        "transform": [{"filter": f"datum.amount {beyond} 0"}],
        "mark": {"type": "text", "align": align, "dx": away, "fontSize": 9},
        "encoding": {"x": {"field": "amount", "type": "quantitative"}, "text": {"field": "shown"}},
    }
