"""What-ifs side by side: what the best portfolio of each is worth, against the one as it is."""

from __future__ import annotations

from typing import Any

from solver.answers.whatif import Case, Whatifs
from solver.instance.instance import Instance
from solver.report.amounts import known, money, number, titled
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, WIDTH, View, amount, listing
from solver.report.figures.lettering import names_of

AS_IS, OTHER, UNPROVEN = "as it is", "a what-if", "not proven to be best"


def whatif(found: Whatifs, instance: Instance) -> Figure:
    """A bar per case; one in which nothing is possible, or nothing was found, has none."""
    cases = (found.base, *found.cases)
    keys = [str(place) for place in range(len(cases))]
    names = names_of(keys, {key: one.name for key, one in zip(keys, cases, strict=True)}, 40)
    rows = [_row(one, names[str(place)], place == 0) for place, one in enumerate(cases)]
    worth = found.base.best.value
    return Figure(
        "whatif",
        _finding(found, instance),
        "Dark: the portfolio as it is. Hollow: not proven to be the best. The line goes on from it as it is.",
        {
            "cases": rows,
            "base": [] if worth is None else [{"best": worth}],
        },
        _view(len(rows), titled("best value", instance)),
    )


def _row(one: Case, name: str, is_base: bool) -> dict[str, Any]:
    worth, gain = one.best.value, one.gain.value
    kind = UNPROVEN if not one.best.proven else AS_IS if is_base else OTHER
    shown = known(one.best) if worth is not None else "nothing"
    if gain is not None and not is_base:
        shown += f" ({'+' if gain > 0 else ''}{number(gain)})"
    return {"name": name, "best": worth, "gain": gain, "kind": kind, "shown": shown.replace("-", "−")}


def _finding(found: Whatifs, instance: Instance) -> str:
    gains = [(one.gain.value, one.name) for one in found.cases if one.gain.value is not None]
    if not gains:
        return "There is nothing to compare"
    (most, best), (least, worst) = max(gains), min(gains)
    if most > 0:
        return f"Most is won by {best}: {money(most, instance)} more"
    return f"None of these brings more; {worst} costs most, {money(-least, instance)}"


def _view(rows: int, title: str) -> View:
    names = listing("name", labelLimit=300)
    bars: View = {
        "data": {"name": "cases"},
        "mark": {"type": "bar", "stroke": "@strong", "strokeWidth": 1.4},
        "encoding": {
            "y": names,
            "x": amount("best", title, scale={"zero": True}),
            "fill": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": [AS_IS, OTHER, UNPROVEN], "range": ["@strong", "@soft", "@paper"]},
                "legend": None,
            },
        },
    }
    texts: View = {
        "data": {"name": "cases"},
        "transform": [{"calculate": "max(0, datum.best)", "as": "end"}],
        "mark": {"type": "text", "align": "left", "dx": 5},
        "encoding": {
            "y": names,
            "x": {"field": "end", "type": "quantitative"},
            "text": {"field": "shown"},
        },
    }
    base: View = {
        "data": {"name": "base"},
        "mark": {"type": "rule", "color": "@quiet", "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "best", "type": "quantitative"}},
    }
    return {
        "width": WIDTH,
        "height": max(2, rows) * (ROW + 6),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [base, bars, texts],
    }
