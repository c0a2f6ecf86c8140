"""Who works better, worse or never together: partners on a circle, by industry, and pairs between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import cos, degrees, pi, sin
from typing import Any

from solver.assessment.assessment import Assessment, PairRow, assess
from solver.instance.instance import Instance
from solver.report.amounts import counted, money
from solver.report.blocks import Figure
from solver.report.figures.drawing import View
from solver.report.figures.lettering import legible, names_of
from solver.result import Result

MOST_PARTNERS, MOST_PAIRS = 60, 150
SIDE = 640
GAP = 0.6
"""Places on the circle that stay free between two industries."""
BEST, WORSE, NEVER, NEEDS, LICENCE = "synergy", "costs together", "never both", "needs the other", "licence"
PAIRS = (BEST, WORSE, NEVER, NEEDS, LICENCE)


def network(result: Result, instance: Instance) -> Figure:
    """Who is in a pair, or chosen, and the pairs of most worth."""
    assessment = assess(instance)
    chosen = {row.id for row in result.details}
    rows = _pairs(assessment, chosen)
    drawn = rows[:MOST_PAIRS]
    ids = _drawn_ids(assessment, chosen, drawn)
    places = _places(ids, instance)
    names = names_of(ids, instance.labels, 22)
    nodes = [
        {"id": id_, "name": names[id_], "group": group, "choice": _choice(id_, chosen), **_place(angle)}
        for id_, (group, angle) in places.items()
    ]
    ends = {row["id"]: (row["x"], row["y"]) for row in nodes}
    edges = [
        {**row, "x": ends[row["first"]][0], "y": ends[row["first"]][1]}
        | {"x2": ends[row["second"]][0], "y2": ends[row["second"]][1]}
        for row in drawn
        if {row["first"], row["second"]} <= ends.keys()
    ]
    return Figure(
        "network",
        _finding(rows, instance),
        _words(len(rows) - len(edges)),
        {"nodes": nodes, "pairs": edges, "groups": _groups(places)},
        _view(),
    )


def _pairs(assessment: Assessment, chosen: set[str]) -> list[dict[str, Any]]:
    """Pairs of which both are chosen first, then those of most worth."""
    rows = [
        {
            "first": row.row.first,
            "second": row.row.second,
            "kind": _kind(row),
            "value": row.value,
            "both": {row.row.first, row.row.second} <= chosen,
        }
        for row in assessment.pairs
    ]
    return sorted(rows, key=lambda row: (not row["both"], row["kind"] in (BEST, WORSE), -abs(row["value"])))


def _kind(row: PairRow) -> str:
    kinds = {"conflict": NEVER, "requires": NEEDS, "ip_conflict": LICENCE}
    return kinds.get(row.row.kind, WORSE if row.value < 0 else BEST)


def _drawn_ids(assessment: Assessment, chosen: set[str], pairs: Sequence[dict[str, Any]]) -> list[str]:
    paired = {row[end] for row in pairs for end in ("first", "second")}
    wanted = [id_ for id_ in assessment.elements if id_ in paired or id_ in chosen]
    first = sorted(wanted, key=lambda id_: id_ not in chosen)[:MOST_PARTNERS]
    return [id_ for id_ in wanted if id_ in set(first)]


def _places(ids: Sequence[str], instance: Instance) -> dict[str, tuple[str, float]]:
    """Group and angle of everybody: side by side by industry, applications last."""
    groups = {row.id: legible(row.industry or "") for row in instance.partners}
    groups |= {row.id: "applications" for row in instance.applications}
    order = sorted(ids, key=lambda id_: (groups[id_] == "applications", groups[id_]))
    split = [list(members) for _, members in groupby(order, key=lambda id_: groups[id_])]
    whole = len(order) + GAP * len(split)
    places, at = {}, 0.0
    for members in split:
        for id_ in members:
            places[id_] = (groups[id_], pi / 2 - 2 * pi * at / whole)
            at += 1
        at += GAP
    return places


def _place(angle: float) -> dict[str, Any]:
    """Where somebody stands, and how the name is turned so that it can be read."""
    left = cos(angle) < -1e-9
    turn = -degrees(angle) + (180 if left else 0)
    return {"x": cos(angle), "y": sin(angle), "side": "left" if left else "right", "turn": turn % 360}


def _groups(places: dict[str, tuple[str, float]]) -> list[dict[str, Any]]:
    """The names of groups, inside the circle."""
    members: dict[str, list[float]] = {}
    for group, angle in places.values():
        members.setdefault(group, []).append(angle)
    middle = {group: (angles[0] + angles[-1]) / 2 for group, angles in members.items() if group}
    named = names_of(middle, {}, 20)
    return [
        {"group": named[group], "x": 0.8 * cos(angle), "y": 0.8 * sin(angle)}
        for group, angle in middle.items()
        if len(middle) > 1
    ]


def _choice(id_: str, chosen: set[str]) -> str:
    return "chosen" if id_ in chosen else "left out"


def _finding(rows: Sequence[dict[str, Any]], instance: Instance) -> str:
    if not rows:
        return "Nobody is worth more or less together"
    together = [row for row in rows if row["both"] and row["kind"] in (BEST, WORSE)]
    apart = sum(row["kind"] == NEVER for row in rows)
    worth = sum(row["value"] for row in together)
    kept = f"; {counted(apart, 'pair')} may never be chosen both" if apart else ""
    if not together:
        return f"No two of the chosen are worth more or less together{kept}"
    pairs = "synergies" if len(together) != 1 else "synergy"
    return f"{len(together)} {pairs} of the chosen can bring {money(worth, instance)}{kept}"


def _words(hidden: int) -> str:
    how = "Filled: chosen. Hollow: left out. Strong lines: both are chosen."
    return f"{how} {counted(hidden, 'pair')} of less worth not shown." if hidden > 0 else how


def _view() -> View:
    scale = {"domain": [-1.5, 1.5]}
    x: View = {"field": "x", "type": "quantitative", "scale": scale, "axis": None}
    y: View = {"field": "y", "type": "quantitative", "scale": scale, "axis": None}
    kinds = {"domain": list(PAIRS)}
    lines: View = {
        "data": {"name": "pairs"},
        "mark": {"type": "rule", "strokeWidth": 1.6},
        "encoding": {
            "x": x,
            "y": y,
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {**kinds, "range": ["@strong", "@accent", "@accent", "@quiet", "@quiet"]},
                "legend": {"title": None, "symbolType": "stroke", "symbolSize": 400},
            },
            "strokeDash": {
                "field": "kind",
                "type": "nominal",
                "scale": {**kinds, "range": [[1, 0], [14, 4], [5, 4], [2, 3], [8, 2, 2, 2]]},
            },
            "opacity": {"condition": {"test": "datum.both", "value": 1}, "value": 0.35},
        },
    }
    points: View = {
        "data": {"name": "nodes"},
        "mark": {
            "type": "point",
            "filled": True,
            "size": 90,
            "stroke": "@strong",
            "strokeWidth": 1.5,
            "opacity": 1,
        },
        "encoding": {
            "x": x,
            "y": y,
            "fill": {
                "field": "choice",
                "type": "nominal",
                "scale": {"domain": ["chosen", "left out"], "range": ["@strong", "@paper"]},
                "legend": None,
            },
        },
    }
    group: View = {"x": x, "y": y, "text": {"field": "group"}}
    letters: View = {"type": "text", "fontStyle": "italic"}
    halo: View = {
        "data": {"name": "groups"},
        "mark": {**letters, "color": "@paper", "stroke": "@paper", "strokeWidth": 5},
        "encoding": group,
    }
    groups: View = {"data": {"name": "groups"}, "mark": {**letters, "color": "@quiet"}, "encoding": group}
    return {
        "width": SIDE,
        "height": SIDE,
        "layer": [lines, points, halo, groups, _named("left", x, y), _named("right", x, y)],
    }


def _named(side: str, x: View, y: View) -> View:
    """The names on one side, turned away from the centre."""
    align = "right" if side == "left" else "left"
    return {
        "data": {"name": "nodes"},
        "transform": [{"filter": {"field": "side", "equal": side}}],
        "mark": {"type": "text", "align": align, "baseline": "middle", "dx": -9 if side == "left" else 9},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "name"},
            "angle": {"field": "turn", "type": "quantitative", "scale": None},
        },
    }
