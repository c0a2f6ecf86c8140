"""Hypothesis strategies of portfolios for a drawn document: valid ones, broken ones and strange ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.oracle.facts import Document, Facts
from tests.oracle.rules import in_time
from tests.oracle.search import as_portfolio
from tests.oracle.worth import Plan

Draw = st.DrawFn


@st.composite
def portfolios(draw: Draw, document: Document, strange: bool = False) -> dict[str, Any]:
    """A portfolio of a document, valid or not, in the shape of the result's `portfolio` key.

    Choices are offered ones, assignments are of unmet requirements to holders of the technology, licences are
    of rows that have a price. With `strange` set, starts, levels and assignments may also be anything else.
    """
    facts = Facts(document)
    offered = [draw(st.sampled_from([None, *choices])) for choices in facts.choices.values()]
    plan = Plan({one.id: one for one in offered if one is not None}, (), ())
    assignments = []
    for need in facts.needs:
        proper = draw(st.sampled_from([True, True, True, False]))
        if proper and need.application not in plan.chosen:
            continue
        fit = in_time(facts, need, plan.chosen) if proper else list(need.holders)
        fewest = min(need.providers, len(fit)) if proper else 0
        most = min(need.most, len(fit)) if proper else len(fit)
        if fit:
            crew = draw(st.lists(st.sampled_from(fit), unique=True, min_size=fewest, max_size=most))
            assignments += [(need.application, need.technology, one) for one in crew]
    licences = [
        (one, two, where)
        for one, two, price, where in facts.pairs("ip_conflict")
        if price is not None and draw(st.booleans())
    ]
    portfolio = as_portfolio(plan.chosen, tuple(assignments), tuple(licences))
    return draw(oddities(facts, portfolio)) if strange else portfolio


@st.composite
def oddities(draw: Draw, facts: Facts, portfolio: dict[str, Any]) -> dict[str, Any]:
    """The portfolio changed so that it may name what the document does not offer."""
    for entry in (*portfolio["partners"], *portfolio["applications"]):
        if draw(st.integers(0, 3)) == 3:
            entry["start"] = draw(st.integers(1, facts.periods + 1))
    known = sorted({row["technology"] for row in facts.table("requirements")})
    astray = draw(st.booleans())
    if known and facts.applications and astray:
        row = {
            "application": draw(st.sampled_from(list(facts.applications))),
            "technology": draw(st.sampled_from(known)),
            "partner": draw(st.sampled_from(list(facts.partners))),
        }
        if row not in portfolio["assignments"]:
            portfolio["assignments"].append(row)
    return portfolio
