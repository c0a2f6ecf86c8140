"""Changes of an instance whose effect on the optimum is known without knowing the optimum."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.driver import Termination
from tests.draw import documents
from tests.draws import draws

DRAWN = draws(16)

Document = dict[str, Any]

ENGAGEMENT_MONEY = ("revenue", "cost", "setup_cost", "exit_cost", "minimum_payoff", "coordination_cost")
MONEY = {
    "scenarios": ("benefit",),
    "risks": ("limit",),
    "partners": ENGAGEMENT_MONEY,
    "levels": ENGAGEMENT_MONEY,
    "applications": ENGAGEMENT_MONEY,
    "cash_flows": ("revenue", "cost"),
    "pairs": ("value",),
    "segments": ("demand",),
    "groups": ("entry_cost", "budget"),
    "outside": ("value",),
}
SECTION_MONEY = {
    "risk": ("limit",),
    "hub": ("minimum_payoff",),
    "objective": ("synergy_per_complementarity",),
    "limits": ("budget", "budget_by_period", "pair_overhead"),
}
REFERENCES = ("id", "partner", "application", "holder", "first", "second", "source")


def optimum(document: Document, **wishes: Any) -> float | None:
    """The proven optimum, None where there is no portfolio at all."""
    result = pf.solve(pf.Instance.from_document(document), **wishes)
    assert result.termination in (Termination.optimal, Termination.infeasible), result.message
    return result.objective


def close(amount: float | None) -> Any:
    return None if amount is None else pytest.approx(amount, rel=3e-6, abs=3e-6)


def at_least(more: float | None, less: float | None) -> bool:
    """Whether an optimum is no smaller than another one, None being the smallest."""
    if less is None or more is None:
        return less is None
    return more >= less - 3e-6 * max(1.0, abs(less))


def scaled(document: Document, factor: float) -> Document:
    def times(value: Any) -> Any:
        return [times(each) for each in value] if isinstance(value, list) else factor * value

    changed = copy.deepcopy(document)
    rows = [(row, columns) for table, columns in MONEY.items() for row in changed.get(table, [])]
    rows += [(changed.get(section, {}), columns) for section, columns in SECTION_MONEY.items()]
    for row, columns in rows:
        for column in columns:
            if row.get(column) is not None:
                row[column] = times(row[column])
    return changed


def renamed(document: Document, name: Callable[[str], str]) -> Document:
    """The same document with other ids of partners and applications."""
    elements = {row["id"] for table in ("partners", "applications") for row in document.get(table, [])}
    changed = copy.deepcopy(document)
    parts = [part.get("rows", []) if isinstance(part, dict) else part for part in changed.values()]
    tables = [rows for rows in parts if isinstance(rows, list)]
    for row in (row for rows in tables for row in rows):
        for column in REFERENCES:
            if row.get(column) in elements:
                row[column] = name(row[column])
        if "members" in row:
            row["members"] = ";".join(name(one) for one in row["members"].split(";"))
    return changed


def shuffled(document: Document, seed: int) -> Document:
    """The same document with its tables' rows in another order; level rows stay, their order has meaning."""
    rng = random.Random(seed)
    changed = copy.deepcopy(document)
    for table, rows in changed.items():
        if isinstance(rows, list) and table != "levels":
            rng.shuffle(rows)
    return changed


def with_partner(document: Document, **columns: Any) -> Document:
    changed = copy.deepcopy(document)
    changed["partners"].append({"id": "newcomer", "revenue": 0.0, "cost": 3.0} | columns)
    return changed


@pytest.mark.slow
@DRAWN
@given(documents(4_000), st.sampled_from([2.0, 0.5, 8.0]))
def test_scaling_all_money_scales_the_optimum(document: Document, factor: float) -> None:
    """Every rule compares money with money or scores with scores, so the same portfolios remain."""
    before = optimum(document)
    after = optimum(scaled(document, factor))
    assert after == close(None if before is None else factor * before)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "transport", "finance"])
def test_doubling_all_money_of_a_shipped_instance_doubles_the_optimum(name: str) -> None:
    document = pf.read(f"instances/{name}").to_document()
    before = optimum(document)
    assert before is not None
    assert optimum(scaled(document, 2.0)) == close(2.0 * before)


@pytest.mark.slow
@DRAWN
@given(documents(4_000), st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_raising_the_budget_never_lowers_the_optimum(document: Document, budget: float, more: float) -> None:
    """Only one rule reads `limits.budget`, and it forbids less: every portfolio of before remains."""
    limits = document.get("limits", {})
    before = optimum(document | {"limits": limits | {"budget": budget}})
    after = optimum(document | {"limits": limits | {"budget": budget + more}})
    unlimited = {key: value for key, value in limits.items() if key != "budget"}
    assert at_least(after, before)
    assert at_least(optimum(document | {"limits": unlimited}), after)


@pytest.mark.slow
@DRAWN
@given(documents(4_000), st.integers(0, 10**6))
def test_other_ids_and_another_order_of_rows_keep_the_optimum(document: Document, seed: int) -> None:
    """Ids carry no meaning and the order of rows carries none outside `levels`."""
    before = optimum(document)
    assert optimum(shuffled(document, seed)) == close(before)
    assert optimum(renamed(document, lambda id_: f"z{seed % 7}-{id_[::-1]} 号")) == close(before)


@pytest.mark.slow
@DRAWN
@given(documents(4_000), st.sampled_from([{}, {"revenue": 9.0}, {"ip_exposure": 2.0, "effort": 1.0}]))
def test_one_more_candidate_never_lowers_the_optimum(document: Document, columns: Document) -> None:
    """A free candidate may be left out, and then nothing has changed."""
    assert at_least(optimum(with_partner(document, **columns)), optimum(document))


@pytest.mark.slow
@DRAWN
@given(documents(4_000))
def test_one_more_candidate_who_may_not_be_chosen_changes_nothing(document: Document) -> None:
    assert optimum(with_partner(document, status="out", revenue=50.0)) == close(optimum(document))


@pytest.mark.slow
@DRAWN
@given(documents(4_000))
def test_a_candidate_who_only_costs_changes_nothing(document: Document) -> None:
    """Whoever only costs can be struck from any portfolio without loss, and left out of any.

    It earns nothing, provides nothing and belongs to no group, and with r ≤ 1 its benefit is at most 0.
    Striking it frees money, raises the mean match (its own is 0) and leaves max(0, E) of everybody alone.
    Two rules could need it, so they are taken out: a smallest number of partners, and shares of the total
    spend, of which it would enlarge the whole.
    """
    base = copy.deepcopy(document)
    base.get("limits", {}).pop("min_partners", None)
    for group in base.get("groups", []):
        group.pop("max_spend_share", None)
    assert optimum(with_partner(base)) == close(optimum(base))


@pytest.mark.slow
@DRAWN
@given(documents(4_000))
def test_locking_what_is_optimal_keeps_the_optimum(document: Document) -> None:
    """Locks only forbid, and the optimal portfolio obeys them all."""
    instance = pf.Instance.from_document(document)
    result = pf.solve(instance)
    if result.portfolio is None:
        return
    chosen = [row.id for row in (*result.portfolio.partners, *result.portfolio.applications)]
    rest = [row.id for row in (*instance.partners, *instance.applications) if row.id not in chosen]
    assert optimum(document, include=chosen, exclude=rest) == close(result.objective)


@pytest.mark.slow
@DRAWN
@given(documents(4_000), st.data())
def test_the_better_of_both_locks_is_the_optimum(document: Document, data: st.DataObject) -> None:
    """Locks override statuses, and every portfolio has an element or has it not."""
    free = [
        row["id"]
        for table in ("partners", "applications")
        for row in document.get(table, [])
        if row.get("status", "free") in ("free", "running")
    ]
    if not free:
        return
    element = data.draw(st.sampled_from(free))
    both = [optimum(document, include=[element]), optimum(document, exclude=[element])]
    best = max((one for one in both if one is not None), default=None)
    assert best == close(optimum(document))


@pytest.mark.slow
@DRAWN
@given(documents(4_000))
def test_the_hub_never_has_more_than_the_alliance(document: Document) -> None:
    """Both read the same rules, and the hub's value is the alliance's less amounts that are not negative."""
    hub = optimum(document | {"objective": {"maximise": "hub"}})
    alliance = optimum(document | {"objective": {"maximise": "alliance"}})
    assert at_least(alliance, hub)
    assert (alliance is None) == (hub is None)
