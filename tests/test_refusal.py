"""Rows that cut off what a back end's tolerance lets pass: each kind by itself, against an enumeration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import Row
from solver.model.build import build
from solver.model.draft import Draft
from solver.model.refusal import refusal_rows
from solver.portfolio.checker import check
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from tests.draw_near_limits import near_limit

COVER, SAME = "a cover", "not the same decisions"
# Roundings of the sum, 1e-12 each: twice what limits are drawn away from amounts.
ALMOST = 2e5
Values = dict[object, float]
LABELS = {
    "budget": COVER,
    "overruns": COVER,
    "ip_exposure": COVER,
    "min_innovation": COVER,
    "most use": COVER,
    "group share": COVER,
    "max_share_of_benefit": COVER,
    "workload": "workload of p1",
    "retained_value": SAME,
    "satisfaction": SAME,
    "cvar": SAME,
    "var": SAME,
}


def decided(kind: str, seed: int) -> tuple[Draft, list[tuple[Values, Selection]]]:
    """The draft of a drawn instance, and each decision that its columns can express, once."""
    document, portfolios = near_limit(kind, seed, 1.0)
    instance = pf.Instance.from_document(document)
    assessment = assess(instance)
    draft = build(pf.Formulation.of(instance), assessment)
    known: dict[object, tuple[Values, Selection]] = {}
    for one in portfolios:
        values = dict(draft.values(read_plan(assessment, one).selection))
        known[tuple(values.values())] = values, draft.selection(lambda column, at=values: at.get(column, 0.0))
    return draft, list(known.values())


def left(row: Row, values: Values) -> float:
    return sum(factor * values.get(column, 0.0) for column, factor in row.coefficients.items())


def refused(kind: str) -> Iterator[tuple[Draft, list[tuple[Values, Selection]], Values, list[Row]]]:
    """What is broken by no more than a back end tolerates, with the rows that cut it off."""
    for seed in range(12):
        draft, decisions = decided(kind, seed)
        for values, selection in decisions:
            readings = check(draft.formulation, selection).broken
            near = all(one.slack >= -ALMOST * one.room for one in readings)
            if readings and near:
                yield draft, decisions, values, refusal_rows(draft, lambda one, at=values: at.get(one, 0.0))
                return


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "label"), LABELS.items())
def test_what_only_a_tolerance_lets_pass_is_cut_off_and_nothing_that_keeps_the_rules(
    kind: str, label: str
) -> None:
    found = list(refused(kind))
    assert found, "nothing drawn is broken by so little"
    for draft, decisions, values, rows in found:
        assert rows
        assert all(label in row.label for row in rows), [row.label for row in rows]
        assert any(left(row, values) >= row.rhs + 1 for row in rows)
        kept = [one for one, selection in decisions if check(draft.formulation, selection).holds]
        assert kept
        for row in rows:
            assert row.sense == "<="
            assert set(row.coefficients.values()) <= {1.0, -1.0}
            assert all(left(row, one) <= row.rhs for one in kept), row.label


def pair(**limits: float) -> Draft:
    alike = {"revenue": 5, "cost": 1, "innovation": 0.1, "ip_exposure": 1}
    partners = [{"id": "one", **alike}, {"id": "two", **alike}]
    instance = pf.Instance.from_document({"partners": partners, "limits": limits})
    return build(pf.Formulation.of(instance), assess(instance))


def rows_at(draft: Draft, *chosen: int, tolerated: bool = False) -> list[Row]:
    values = {draft.options[option]: 1.0 for option in chosen}
    return refusal_rows(draft, lambda column: values.get(column, 0.0), tolerated)


def test_what_everybody_together_does_not_reach_leaves_nothing() -> None:
    (row,) = rows_at(pair(min_innovation=0.2 + 1e-8), 0, 1)
    assert row.rhs == -1.0
    assert "beyond reach" in row.label
    assert all(factor >= 0 for factor in row.coefficients.values())


def test_a_cover_names_as_few_as_it_takes_and_whoever_takes_as_much() -> None:
    draft = pair(ip_exposure=1 - 1e-8)
    (row,) = rows_at(draft, 0)
    assert {column.name for column, factor in row.coefficients.items() if factor} == {
        column.name for column in draft.options
    }
    assert row.rhs == 0.0


def test_what_is_broken_by_more_than_a_tolerance_is_not_cut_off_unless_a_row_is_broken_too() -> None:
    draft = pair(budget=1.5)
    assert rows_at(draft, 0, 1) == []
    assert rows_at(draft, 0, 1, tolerated=True)
    assert rows_at(draft, 0) == []


def test_a_dozen_that_cost_alike_take_one_cover() -> None:
    partners = [{"id": f"p{k}", "revenue": 2e8 + k, "cost": 1e8 + 0.01 * (k % 3)} for k in range(12)]
    instance = pf.Instance.from_document({"partners": partners, "limits": {"budget": 6e8 - 0.02}})
    draft = build(pf.Formulation.of(instance), assess(instance))
    (row,) = rows_at(draft, *range(6))
    assert set(row.coefficients) == set(draft.options)
    assert row.rhs == 5.0
    assert len(pf.solve(instance).portfolio.partners) == 5
