"""Who gets what by each rule, and the room in which everybody can negotiate."""

from __future__ import annotations

from typing import Any

from solver.games.allocate import Allocation
from solver.report.amounts import NOTHING, percent
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, WIDTH, View, amount, listing
from solver.report.figures.lettering import names_of
from solver.report.naming import RULES_IN_WORDS, Naming, the_rule


def split(allocation: Allocation, naming: Naming) -> Figure:
    """Payoffs of every player by every rule, and the ends of his payoffs over the core."""
    names = names_of(allocation.players, naming.labels)
    payoffs = [
        {"id": id_, "player": names[id_], "rule": RULES_IN_WORDS[one.rule], "payoff": one.payoffs[id_]}
        for one in allocation.splits
        for id_ in allocation.players
    ]
    wanted = RULES_IN_WORDS[allocation.rule]
    return Figure(
        "split",
        _finding(allocation, naming),
        _words(allocation, wanted),
        {"payoffs": payoffs, "room": _room(allocation, names)},
        _view(len(names), wanted, len(allocation.splits), naming.titled("payoff")),
    )


def _room(allocation: Allocation, names: dict[str, str]) -> list[dict[str, Any]]:
    """The proven ends of everybody's payoffs; who has only one is left out."""
    ends = (allocation.room or {}).items()
    return [
        {"id": id_, "player": names[id_], "least": least, "most": most}
        for id_, (least, most) in ends
        if least is not None and most is not None
    ]


def _finding(allocation: Allocation, naming: Naming) -> str:
    wanted = allocation.wanted
    rule = the_rule(allocation.rule)
    if wanted is None:
        return f"{rule[0].upper()}{rule[1:]} has no answer here"
    most = max(wanted.payoffs, key=lambda id_: wanted.payoffs[id_])
    if allocation.worth <= NOTHING or wanted.payoffs[most] <= 0:
        return f"{naming.money(allocation.worth)} split by {rule}"
    share = percent(round(wanted.payoffs[most] / allocation.worth, 2))
    return f"{naming.player(most)} gets {share} of {naming.money(allocation.worth)} by {rule}"


def _words(allocation: Allocation, wanted: str) -> str:
    marks = f"Diamond: {wanted}." if allocation.wanted else ""
    if len(allocation.splits) > 1:
        marks += " Strokes: other rules."
    if allocation.room:
        return f"{marks} Band: the room to negotiate in, over which nobody has reason to leave."
    if allocation.core_is_empty:
        return f"{marks} There is no room to negotiate in: whatever the split, somebody has reason to leave."
    return marks


def _view(players: int, wanted: str, rules: int, title: str) -> View:
    payoff = amount("payoff", title, scale={"zero": True})
    band: View = {
        "data": {"name": "room"},
        "mark": {"type": "bar", "height": {"band": 0.75}, "color": "@soft", "minBandSize": 3},
        "encoding": {"x": amount("least", title, scale={"zero": True}), "x2": {"field": "most"}},
    }
    others: View = {
        "data": {"name": "payoffs"},
        "mark": {"type": "tick", "color": "@accent", "thickness": 2, "height": 12},
        "encoding": {"x": payoff, "tooltip": [{"field": "rule"}, {"field": "payoff"}]},
    }
    diamond: View = {
        "data": {"name": "payoffs"},
        "transform": [{"filter": {"field": "rule", "equal": wanted}}],
        "mark": {
            "type": "point",
            "shape": "diamond",
            "filled": True,
            "size": 90,
            "color": "@strong",
            "opacity": 1,
        },
        "encoding": {"x": payoff},
    }
    return {
        "width": WIDTH,
        "height": max(2, players) * ROW,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "encoding": {"y": listing("player")},
        "layer": [band, others, diamond] if rules > 1 else [band, diamond],
    }
