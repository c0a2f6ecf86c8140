"""Hypothesis strategies: small documents whose applications, partners and licences hang on each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
Draw = st.DrawFn

signed = st.sampled_from([-6.0, -2.5, -1.0, 1.0, 2.5, 6.0])
price = st.sampled_from([None, 0.0, 0.5, 2.0])


@st.composite
def entangled_documents(
    draw: Draw, partners: int = 5, applications: int = 3, risky: bool = False
) -> Document:
    """Partners with capacities, applications that compete for them, and pairs of every kind between them."""
    names = [f"p{n}" for n in range(1, draw(st.integers(2, partners)) + 1)]
    launched = [f"a{n}" for n in range(1, draw(st.integers(1, applications)) + 1)]
    document: Document = {
        "periods": draw(st.sampled_from([1, 1, 2])),
        "partners": [draw(_partner(name)) for name in names],
        "applications": [draw(_engaged(name)) for name in launched],
        "capabilities": [
            {"holder": name, "technology": what, "level": 1.0}
            for name in names
            for what in ("nlp", "edge")
            if draw(st.sampled_from([True, True, False]))
        ],
        "requirements": [
            {"application": name, "technology": what, "level": 0.5} | draw(_requirement())
            for name in launched
            for what in draw(st.sampled_from([["nlp"], ["edge"], ["nlp", "edge"]]))
        ],
        "pairs": draw(_pairs(names, launched)),
        "groups": [
            {"dimension": "industry", "group": one} | draw(_group())
            for one in ("health", "finance")
            if draw(st.booleans())
        ],
        "limits": draw(_limits()),
    }
    document |= draw(_market(names + launched)) | draw(_resource(names + launched)) | draw(_outside(names))
    if risky:
        document["risk"] = {"scenarios": 8, "seed": draw(st.integers(0, 99))}
    return {key: part for key, part in document.items() if part != []}


@st.composite
def _engaged(draw: Draw, name: str) -> dict[str, Any]:
    optional = {
        "status": st.sampled_from(["free", "running"]),
        "exit_cost": st.sampled_from([1.0, 3.0]),
        "success": st.sampled_from([0.9, 0.6]),
        "industry": st.sampled_from(["health", "finance"]),
    }
    required = {"revenue": st.integers(0, 20).map(float), "cost": st.integers(0, 10).map(float)}
    return {"id": name, **draw(st.fixed_dictionaries(required, optional=optional))}


@st.composite
def _partner(draw: Draw, name: str) -> dict[str, Any]:
    optional = {
        "capacity": st.sampled_from([1.0, 2.0, 3.0]),
        "minimum_payoff": st.sampled_from([0.5, 2.0]),
        "coordination_cost": st.sampled_from([0.5, 2.0]),
    }
    return draw(_engaged(name)) | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def _requirement(draw: Draw) -> dict[str, Any]:
    providers, most = draw(st.sampled_from([(1, 1), (1, 2), (2, 2)]))
    workload = draw(st.sampled_from([0.0, 1.0, 2.0]))
    return {"providers": providers, "max_providers": most, "workload": workload}


@st.composite
def _group(draw: Draw) -> dict[str, Any]:
    optional = {"entry_cost": st.sampled_from([1.5, 4.0]), "max_spend_share": st.sampled_from([0.9, 0.6])}
    return draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def _pairs(draw: Draw, names: list[str], launched: list[str]) -> list[dict[str, Any]]:
    rows: dict[object, dict[str, Any]] = {}
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(
            st.sampled_from(["synergy", "synergy", "on site", "ip_conflict", "ip_conflict", "requires"])
        )
        among = names if kind in ("on site", "ip_conflict") else names + launched
        first, second = draw(st.lists(st.sampled_from(among), unique=True, min_size=2, max_size=2))
        row: dict[str, Any] = {"first": first, "second": second, "kind": kind}
        if kind == "on site":
            row |= {"kind": "synergy", "value": draw(signed), "application": draw(st.sampled_from(launched))}
        elif kind == "ip_conflict":
            row |= {"value": draw(price), "application": draw(st.sampled_from([None, None, *launched]))}
        elif kind == "synergy":
            row["value"] = draw(signed)
        key = (frozenset((first, second)), row["kind"], row.get("application"))
        rows.setdefault(key, {column: cell for column, cell in row.items() if cell is not None})
    return list(rows.values())


@st.composite
def _limits(draw: Draw) -> dict[str, Any]:
    optional = {"budget": st.sampled_from([15.0, 25.0, 40.0]), "pair_overhead": st.sampled_from([0.25, 1.0])}
    return draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def _market(draw: Draw, sources: list[str]) -> Document:
    attractive = draw(st.lists(st.sampled_from(sources), unique=True, max_size=3))
    return {
        "segments": [{"id": "care", "demand": 20.0, "rival_attraction": 2.0, "hub_attraction": 1.0}],
        "attractions": [{"source": one, "segment": "care", "attraction": 1.5} for one in attractive],
    }


@st.composite
def _resource(draw: Draw, users: list[str]) -> Document:
    if draw(st.booleans()):
        return {}
    using = draw(st.lists(st.sampled_from(users), unique=True, min_size=2, max_size=3))
    amount = st.sampled_from([-2.0, 1.0, 2.0])
    return {
        "resources": [{"id": "carbon", "max": 1.0}],
        "usage": [{"id": one, "resource": "carbon", "amount": draw(amount)} for one in using],
    }


@st.composite
def _outside(draw: Draw, names: list[str]) -> Document:
    groups = draw(st.lists(st.lists(st.sampled_from(names), unique=True, min_size=2, max_size=3), max_size=4))
    worth = st.sampled_from([2.0, 5.0, 9.0])
    return {"outside": [{"members": ";".join(group), "value": draw(worth)} for group in groups]}
