"""Hypothesis strategies of the tables that refer to partners and applications, and the numbers they use."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.oracle.facts import Facts

Document = dict[str, Any]
Draw = st.DrawFn

TECHNOLOGIES = ["nlp", "vision", "edge"]
DIMENSIONS = {"industry": ["health", "finance"], "region": ["east", "west"], "size": ["small", "large"]}
SHARES = [1.0, 0.9, 0.75, 0.5, 0.25, 0.0]

money = st.one_of(
    st.integers(0, 24).map(lambda number: number / 2),
    st.sampled_from([0.1, 3.33, 7.77, 12.34]),
)
signed = st.one_of(money, money, money.map(lambda amount: -amount))
share = st.one_of(st.sampled_from(SHARES), st.sampled_from([0.35, 0.6, 0.842]))
revenue = st.one_of(st.integers(0, 40).map(lambda number: number / 2), st.sampled_from([4.44, 15.15]))
cost = st.one_of(st.integers(0, 16).map(lambda number: number / 2), st.sampled_from([0.1, 3.33]))
asked = st.sampled_from([0.25, 0.25, 0.5, 0.75])
sometimes = st.sampled_from([False, True, True, True])
small = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3.0])


def ids(document: Document) -> list[str]:
    """Every partner and application."""
    return [row["id"] for table in ("partners", "applications") for row in document[table]]


def partner_ids(document: Document) -> list[str]:
    """Every partner."""
    return [row["id"] for row in document["partners"]]


def application_ids(document: Document) -> list[str]:
    """Every application."""
    return [row["id"] for row in document["applications"]]


def spend(document: Document) -> float:
    """The most that everything together may spend."""
    choices = Facts(document).choices.values()
    return sum(max((choice.spent for choice in some), default=0.0) for some in choices)


def part_of(most: float) -> st.SearchStrategy[float]:
    """A loose or a tight part of an amount, rounded to half units."""
    return st.sampled_from([1.0, 0.7, 0.5, 0.35, 0.2]).map(lambda part: round(2 * part * most) / 2)


@st.composite
def technology(draw: Draw, document: Document) -> Document:
    """Technologies, capabilities and requirements; without technologies their names are free."""
    known = TECHNOLOGIES[: draw(st.integers(0, 3))]
    optional = {"weight": st.sampled_from([0.0, 1.0, 2.0]), "target": share}
    rows = [{"id": one} | draw(st.fixed_dictionaries({}, optional=optional)) for one in known]
    hub = document.get("hub", {}).get("id", "hub")
    named = known or TECHNOLOGIES[:2]
    levels_held = st.sampled_from([None, 0.75, 0.5, 1.0, 0.25, 0.6])
    held = {(one, what): draw(levels_held) for one in partner_ids(document) for what in named}
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        held[hub, draw(st.sampled_from(named))] = draw(asked)
    return {
        "technologies": rows,
        "capabilities": [
            {"holder": one, "technology": what, "level": level}
            for (one, what), level in held.items()
            if level is not None
        ],
        "requirements": draw(requirements(document, named)) if draw(sometimes) else [],
    }


@st.composite
def requirements(draw: Draw, document: Document, known: list[str]) -> list[dict[str, Any]]:
    """Up to two requirements for each application."""
    rows = []
    for application in application_ids(document):
        for what in draw(st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=2)):
            row: dict[str, Any] = {"application": application, "technology": what, "level": draw(asked)}
            providers = draw(st.sampled_from([None, 1, 2, 2]))
            most = draw(st.sampled_from([None, 0, 0, 2]))
            if providers is not None:
                row["providers"] = providers
            if most is not None:
                row["max_providers"] = (providers or 1) + most
            rows.append(row | draw(st.fixed_dictionaries({}, optional={"workload": small})))
    return rows


@st.composite
def cash_flows(draw: Draw, document: Document) -> Document:
    """Cash flows by age of a few; their constant revenue and cost may then be absent."""
    cells = st.tuples(st.sampled_from(ids(document)), st.integers(0, document["periods"] - 1))
    rows = draw(st.lists(cells, unique=True, max_size=4)) if draw(st.booleans()) else []
    listed = {one for one, _ in rows}
    absent = draw(st.booleans())
    for row in (*document["partners"], *document["applications"]):
        if row["id"] in listed and absent:
            del row["revenue"], row["cost"]
    optional = {"revenue": revenue, "cost": cost}
    return {
        "cash_flows": [
            {"id": one, "age": age} | draw(st.fixed_dictionaries({}, optional=optional)) for one, age in rows
        ]
    }


@st.composite
def pairs(draw: Draw, document: Document) -> Document:
    """Pairs of every kind, any two once for each kind and application.

    Half of the synergies of an application come with an IP conflict of the same two: licences may pay.
    """
    rows: dict[object, dict[str, Any]] = {}
    everywhere = [None, "any", *application_ids(document), *application_ids(document)]
    for _ in range(draw(st.integers(0, 7)) if len(ids(document)) > 1 else 0):
        kind = draw(st.sampled_from(["synergy", "ip_conflict"] * 3 + ["requires", "conflict"]))
        where = draw(st.sampled_from(everywhere)) if kind in ("synergy", "ip_conflict") else None
        joint = kind == "ip_conflict" or where not in (None, "any")
        names = partner_ids(document) if joint else ids(document)
        if len(names) > 1:
            two = draw(st.lists(st.sampled_from(names), unique=True, min_size=2, max_size=2))
            add_pair(rows, two, kind, where, draw(pair_values(kind)))
            if joint and kind == "synergy" and draw(st.booleans()):
                add_pair(rows, two, "ip_conflict", where, draw(pair_values("ip_conflict")))
    for row in rows.values():
        if row["kind"] in ("synergy", "ip_conflict") and "value" in row and draw(st.integers(0, 5)) == 5:
            row["counted"] = True
    return {"pairs": list(rows.values())}


def pair_values(kind: str) -> st.SearchStrategy[float | None]:
    """A synergy of either sign, a licence price or none; the other kinds have no value."""
    if kind == "synergy":
        return signed
    return st.sampled_from([1.0, 0.5, 2.0, 0.0, None]) if kind == "ip_conflict" else st.none()


def add_pair(
    rows: dict[object, dict[str, Any]], two: list[str], kind: str, where: str | None, value: float | None
) -> None:
    """Add a row unless the two have one of this kind for the same application."""
    row = {"first": two[0], "second": two[1], "kind": kind, "value": value, "application": where}
    key = (frozenset(two), kind, None if where == "any" else where)
    rows.setdefault(key, {column: cell for column, cell in row.items() if cell is not None})


@st.composite
def market(draw: Draw, document: Document) -> Document:
    """Up to two segments and who is attractive there."""
    names = ["retail", "care"][: draw(st.integers(0, 2))]
    optional = {"margin": st.sampled_from([0.3, 0.5, 1.0]), "hub_attraction": small}
    required = {
        "demand": st.sampled_from([20.0, 55.5, 0.0]),
        "rival_attraction": st.sampled_from([1.0, 2.5, 10.0]),
    }
    segments = [{"id": one} | draw(st.fixed_dictionaries(required, optional=optional)) for one in names]
    cells = st.tuples(st.sampled_from(ids(document)), st.sampled_from(names)) if names else st.nothing()
    drawn = draw(st.lists(cells, unique=True, min_size=1, max_size=6)) if names else []
    attractions = [
        {"source": one, "segment": where, "attraction": draw(st.sampled_from([1.0, 2.0, 0.5, 3.3, 0.0]))}
        for one, where in drawn
    ]
    return {"segments": segments, "attractions": attractions}


@st.composite
def groups(draw: Draw, document: Document) -> Document:
    """Group rows by industry, region or the own column `size`, which exists only where a group names it."""
    cells = [(dimension, one) for dimension, names in DIMENSIONS.items() for one in names]
    drawn = draw(st.lists(st.sampled_from(cells), unique=True, max_size=4)) if draw(sometimes) else []
    optional = {
        "min": st.sampled_from([0, 0, 0, 1]),
        "max": st.integers(1, 3),
        "entry_cost": st.sampled_from([1.0, 2.5, 7.77, 0.0]),
        "budget": part_of(spend(document)),
        "max_spend_share": st.sampled_from([1.0, 0.7, 0.5]),
    }
    if any(dimension == "size" for dimension, _ in drawn):
        for row in (row for table in ("partners", "levels", "applications") for row in document[table]):
            if draw(st.booleans()):
                row["size"] = draw(st.sampled_from(DIMENSIONS["size"]))
    return {
        "groups": [
            {"dimension": dimension, "group": one} | draw(st.fixed_dictionaries({}, optional=optional))
            for dimension, one in drawn
        ]
    }


@st.composite
def resources(draw: Draw, document: Document) -> Document:
    """Up to two resources with a minimum, a maximum, both or neither."""
    names = ["heads", "carbon"][: draw(st.sampled_from([0, 0, 1, 2]))]
    cells = st.tuples(st.sampled_from(ids(document)), st.sampled_from(names)) if names else st.nothing()
    drawn = draw(st.lists(cells, unique=True, max_size=6)) if names else []
    optional = {"min": st.sampled_from([0.0, -1.0, 0.5, 1.0]), "max": st.sampled_from([1.5, 2.0, 3.5, 6.0])}
    amount = st.one_of(small, signed)
    return {
        "resources": [{"id": one} | draw(st.fixed_dictionaries({}, optional=optional)) for one in names],
        "usage": [{"id": one, "resource": what, "amount": draw(amount)} for one, what in drawn],
    }


@st.composite
def health(draw: Draw, document: Document) -> Document:
    """Indicators of some partners, perhaps counted as evidence of their success."""
    measured = st.tuples(st.sampled_from(partner_ids(document)), st.integers(0, 2), st.sampled_from("uv"))
    keys = draw(st.lists(measured, max_size=4, unique=True)) if draw(st.booleans()) else []
    columns = {"value": st.sampled_from([0.0, 0.5, 1.0, 3.0]), "target": st.sampled_from([0.5, 1.0, 2.0])}
    optional = {
        "weight": st.sampled_from([0.0, 0.5, 2.0]),
        "direction": st.sampled_from(["higher", "lower", "lower"]),
    }
    rows = [
        {"partner": one, "period": period, "indicator": indicator}
        | draw(st.fixed_dictionaries(columns, optional=optional))
        for one, period, indicator in keys
    ]
    return {"health": {"strength": draw(st.sampled_from([4.0, 0.0, 20.0])), "rows": rows} if rows else []}


@st.composite
def evidence(draw: Draw, document: Document) -> Document:
    """Evidence as a list of rows, or as an object with the strength of the prior and perhaps rows."""
    rows = []
    optional = {"weight": st.sampled_from([0.0, 0.5, 1.0])}
    for one in draw(st.lists(st.sampled_from(ids(document)), max_size=3)) if draw(st.booleans()) else []:
        trials = draw(st.sampled_from([0, 4, 10, 200]))
        row = {"partner" if one in partner_ids(document) else "application": one, "trials": trials}
        row["successes"] = draw(st.sampled_from([0.0, 0.5, 0.85, 1.0])) * trials
        rows.append(row | draw(st.fixed_dictionaries({}, optional=optional)))
    if not draw(st.booleans()):
        return {"evidence": rows}
    section: dict[str, Any] = {"rows": rows} if rows else {}
    return {"evidence": section | {"prior_strength": draw(st.sampled_from([10.0, 0.0, 5.0, 40.0]))}}


@st.composite
def outside(draw: Draw, document: Document) -> Document:
    """What groups of at least two partners could earn without the hub."""
    names = partner_ids(document)
    if len(names) < 2 or draw(st.booleans()):
        return {}
    drawn = draw(st.lists(st.lists(st.sampled_from(names), unique=True, min_size=2, max_size=3), max_size=3))
    return {"outside": [{"members": ";".join(members), "value": draw(money)} for members in drawn]}
