"""Hypothesis strategies: valid instance documents with every rule and term on or off, and portfolios of them.

A document is the plain mapping of the JSON carrier. Every document is valid input; it may be infeasible.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.draw_portfolios import portfolios
from tests.draw_tables import (
    DIMENSIONS,
    Document,
    Draw,
    cash_flows,
    cost,
    evidence,
    groups,
    health,
    market,
    money,
    outside,
    pairs,
    part_of,
    resources,
    revenue,
    share,
    small,
    spend,
    technology,
)
from tests.oracle.facts import Facts

__all__ = ["documents", "portfolios"]

TEAM_LIMITS = ["budget", "retained_value", "satisfaction", "max_partners"]
LIMITS = [
    *TEAM_LIMITS,
    *("budget_by_period", "budget_carry", "effort", "min_partners", "ip_exposure", "min_match"),
    *("min_innovation", "max_share_of_benefit", "pair_overhead", "max_moves"),
]


@st.composite
def documents(draw: Draw, max_portfolios: int = 20_000) -> Document:
    """A valid document of 1–5 partners, 0–3 applications, at most 2 levels and 3 periods.

    The product over partners and applications of 1 + choices is at most `max_portfolios`. Two documents in
    five are about teams: lucrative applications and few other rules, so that assignments decide.
    """
    document = draw(frames())
    count = draw(st.sampled_from([1, 2, 3, 4, 5, 3, 4, 5]))
    document["partners"] = [draw(partners(f"p{n}", document)) for n in range(1, count + 1)]
    document["levels"] = [row for partner in document["partners"] for row in draw(levels(partner, document))]
    count = draw(st.sampled_from([0, 1, 1, 2, 2, 2, 3]))
    document["applications"] = [draw(applications(f"a{n}", document)) for n in range(1, count + 1)]
    trim(document, max_portfolios)
    for row in (*document["partners"], *document["applications"]):
        row.update(draw(history(row)))
    about_teams = draw(st.sampled_from([False, True, False, True, False]))
    for row in document["applications"] if about_teams else ():
        row["revenue"] += 25.0
    for add in (technology, pairs, outside):
        document.update(draw(add(document)))
    for add in () if about_teams else (cash_flows, market, groups, resources, evidence, health):
        document.update(draw(add(document)))
    document["limits"] = draw(limits(document, TEAM_LIMITS if about_teams else LIMITS))
    return {key: entry for key, entry in document.items() if entry not in ([], {})}


@st.composite
def frames(draw: Draw) -> Document:
    """The keys at the top, the hub and the objective."""
    optional = {
        "discount_rate": st.sampled_from([0.0, 0.05, 0.25]),
        "roi_rate": st.sampled_from([0.0, 0.25, 0.3, 1.0]),
        "objective": st.sampled_from(["alliance", "hub"]).map(lambda one: {"maximise": one}),
        "hub": st.fixed_dictionaries({}, optional={"id": st.just("枢纽"), "minimum_payoff": money}),
    }
    required = {"format": st.just(1), "periods": st.integers(1, 3)}
    return draw(st.fixed_dictionaries(required, optional=optional))


def windows(document: Document) -> dict[str, st.SearchStrategy[Any]]:
    """First and last start periods; an empty window is legal and offers no choice."""
    period = st.integers(1, document["periods"])
    return {"first_period": period, "last_period": period}


def shared_columns(document: Document) -> dict[str, st.SearchStrategy[Any]]:
    """The optional columns of partners, levels and applications alike."""
    return {
        "setup_cost": cost,
        "success": share,
        "effort": small,
        "innovation": small,
        "exit_cost": small,
        "industry": st.sampled_from(DIMENSIONS["industry"]),
        "region": st.sampled_from(DIMENSIONS["region"]),
    }


def partner_columns(document: Document) -> dict[str, st.SearchStrategy[Any]]:
    """The optional columns of partners and levels."""
    return shared_columns(document) | {
        "lead": st.sampled_from([0, 0, 1, 2]),
        "capacity": small,
        "minimum_payoff": small,
        "ip_exposure": small,
        "coordination_cost": small,
        "compatibility": st.sampled_from([0.0, 0.5, 0.8, 1.0, 1.2]),
        "overrun": st.sampled_from([0.0, 0.25, 1.0]),
    }


def history(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What a running one may have behind it."""
    optional = {"age": st.sampled_from([0, 1, 2]), "lead_left": st.sampled_from([0, 0, 1, 2])}
    return st.fixed_dictionaries({}, optional=optional if row.get("status") == "running" else {})


def statuses() -> st.SearchStrategy[str]:
    """Mostly free."""
    return st.sampled_from(["free"] * 7 + ["running", "running", "in", "out"])


@st.composite
def rarely(draw: Draw, columns: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """The columns, in one row out of four."""
    wanted = draw(st.integers(0, 3)) == 3
    return draw(st.fixed_dictionaries({}, optional=columns)) if wanted else {}


@st.composite
def partners(draw: Draw, name: str, document: Document) -> dict[str, Any]:
    """One partner."""
    required = {"id": st.just(name), "revenue": revenue, "cost": cost}
    row = draw(st.fixed_dictionaries(required, optional=partner_columns(document) | {"status": statuses()}))
    return row | draw(rarely(windows(document)))


@st.composite
def levels(draw: Draw, partner: dict[str, Any], document: Document) -> list[dict[str, Any]]:
    """No level rows, one or two; a running partner may name the one it runs at."""
    names = ["light", "deep"][: draw(st.integers(0, 2))]
    columns = partner_columns(document) | {"revenue": revenue, "cost": cost}
    rows = [
        {"partner": partner["id"], "level": one}
        | draw(st.fixed_dictionaries({}, optional=columns))
        | draw(rarely(windows(document)))
        for one in names
    ]
    if names and partner.get("status") == "running" and draw(st.booleans()):
        partner["running_level"] = draw(st.sampled_from(names))
    return rows


@st.composite
def applications(draw: Draw, name: str, document: Document) -> dict[str, Any]:
    """One application."""
    required = {"id": st.just(name), "revenue": revenue, "cost": cost}
    row = draw(st.fixed_dictionaries(required, optional=shared_columns(document) | {"status": statuses()}))
    return row | draw(rarely(windows(document)))


def trim(document: Document, max_portfolios: int) -> None:
    """Narrow start windows, then drop levels, applications and partners until the choices are few enough."""
    tables = ("levels", "partners", "applications")
    for row in (row for table in tables for row in document[table]):
        if Facts(document).portfolios() <= max_portfolios:
            return
        row["last_period"] = row["first_period"] = min(row.get("first_period", 1), document["periods"])
    for table in tables:
        while Facts(document).portfolios() > max_portfolios and len(document[table]) > (table == "partners"):
            dropped = document[table].pop()
            if table == "levels":
                owner = next(row for row in document["partners"] if row["id"] == dropped["partner"])
                owner.pop("running_level", None)


@st.composite
def limits(draw: Draw, document: Document, names: list[str]) -> dict[str, Any]:
    """Any set of the named limits, loose or tight against what everything together would take."""
    facts, periods, count = Facts(document), document["periods"], len(document["partners"])
    choices = list(facts.choices.values())
    effort = sum(max((sum(choice.effort) for choice in some), default=0.0) for some in choices)
    exposure = sum(max((choice.ip_exposure for choice in some), default=0.0) for some in choices)
    novelty = sum(max((choice.row["innovation"] for choice in some), default=0.0) for some in choices)
    each = part_of(spend(document) / periods)
    fewest = draw(st.sampled_from([0, 0, 1, 2]))
    available: dict[str, st.SearchStrategy[Any]] = {
        "budget": part_of(spend(document)),
        "budget_by_period": st.one_of(st.lists(each, min_size=periods, max_size=periods), st.just([]), each),
        "budget_carry": st.booleans(),
        "effort": st.one_of(st.lists(part_of(effort), min_size=periods, max_size=periods), part_of(effort)),
        "min_partners": st.just(min(fewest, count)),
        "max_partners": st.integers(max(fewest, 1), max(count, fewest, 1)),
        "ip_exposure": part_of(exposure),
        "min_match": st.sampled_from([0.1, 0.25, 0.4]),
        "min_innovation": part_of(novelty * 0.6),
        "max_share_of_benefit": st.sampled_from([1.0, 0.75, 0.6, 0.5, 0.4]),
        "satisfaction": st.booleans(),
        "retained_value": st.sampled_from([1.0, 0.75, 0.5]),
        "pair_overhead": st.sampled_from([0.5, 1.0, 2.5]),
        "max_moves": st.integers(0, 4),
    }
    wanted = [name for name in names if draw(st.sampled_from([False, False, False, True]))]
    return {name: draw(available[name]) for name in wanted}
