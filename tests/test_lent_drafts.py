"""A draft lent to a variant says what the variant's rules say of a portfolio, and afterwards what it did."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver import driver
from solver.assessment.assessment import assess
from solver.model.build import build, extended
from solver.model.draft import Draft
from solver.model.form import Form
from solver.portfolio.checker import keeps
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Quantity
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import BoundRule, Rule, Wish
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, EntryCosts, PartnerCount, Synergy
from solver.portfolio.tighter import further_rules, is_tighter, same_kind
from solver.run import Run
from solver.search.drafts import search_draft
from solver.search.problem import Problem
from tests.draw import documents
from tests.draw_risk import LINEAR, risky_documents
from tests.draws import unshrunk
from tests.test_study import moved, variants

FEW = unshrunk(5)
RISKY: dict[str, Any] = {
    "partners": [
        {"id": id_, "revenue": 3, "cost": 1, "success": chance}
        for id_, chance in (("a", 0.5), ("b", 0.9), ("c", 0.7))
    ],
    "applications": [{"id": "x", "revenue": 20, "cost": 2}],
    "capabilities": [{"holder": id_, "technology": "t", "level": 1.0} for id_ in "abc"],
    "requirements": [{"application": "x", "technology": "t", "level": 0.5}],
    "risk": {"scenarios": 32},
}
PAIRED: dict[str, Any] = {
    "partners": [{"id": id_, "revenue": 3, "cost": 1, "industry": "health"} for id_ in "ab"],
    "pairs": [{"first": "a", "second": "b", "kind": "synergy", "value": 4}],
    "groups": [{"dimension": "industry", "group": "health", "entry_cost": 2}],
}


def drawn_selections(draft: Draft, wanted: Formulation, seed: int, count: int = 6) -> list[Selection]:
    """Staffed choices of any options, as a draft reads them back."""
    problem, rng = Problem(draft.assessment, wanted), random.Random(seed)
    options, found = draft.assessment.options, []
    for _ in range(count):
        likely = rng.choice([0.2, 0.5, 0.9])
        elements = [e for e in range(len(draft.assessment.elements)) if rng.random() < likely]
        own = [list(options.of(element)) for element in elements]
        values = draft.values(problem.staffed([rng.choice(some) for some in own if some]))
        by_name = {column.name: value for column, value in values.items()}
        found.append(draft.selection(lambda column, by_name=by_name: by_name[column.name]))
    return found


def worth_in_rows(draft: Draft, selection: Selection) -> float | None:
    """What the rows of a draft make of a selection; None where they leave no room for it."""
    values = draft.values(selection)
    bounds = [(column, column.lowBound, column.upBound) for column in values]
    for column, value in values.items():
        column.lowBound = column.upBound = value
    outcome = driver.run(draft.problem, blocks=draft.blocks, lazies=draft.lazies)
    for column, low, high in bounds:
        column.lowBound, column.upBound = low, high
    return outcome.objective


def agrees(draft: Draft, wanted: Formulation, selection: Selection) -> bool:
    """Hold the rows of a draft against the checker; whether the selection keeps every rule."""
    worth, holds = worth_in_rows(draft, selection), keeps(wanted, selection)
    assert (worth is not None) == holds, (wanted, selection.portfolio())
    assert worth is None or worth == pytest.approx(wanted.maximise.amount(selection), abs=1e-6)
    return holds


@pytest.mark.slow
@pytest.mark.slow
def test_rows_of_a_lent_draft_and_plain_readings_agree() -> None:
    seen: Counter[tuple[str, bool]] = Counter()

    @FEW
    @given(documents(max_portfolios=500), st.integers(0, 10**6), st.sampled_from([0.5, 0.8, 1.5]))
    def hold(document: dict[str, Any], seed: int, factor: float) -> None:
        assessment = assess(pf.Instance.from_document(document))
        own = Formulation.of(assessment.instance)
        prepared = tuple(rule for rule in own.subject_to if isinstance(rule, BoundRule))
        rest = tuple(rule for rule in own.subject_to if rule not in prepared)
        base = Formulation(own.maximise, rest, own.structure)
        asked = tuple[Rule, ...](moved(rule, factor) for rule in prepared)
        variant = Formulation(own.maximise, (*rest, *asked), own.structure)
        draft = build(base, assessment, prepared=prepared)
        selections = drawn_selections(draft, base, seed)
        for again in range(2):
            seen.update(("base", agrees(draft, base, one)) for one in selections[again::2])
            with extended(draft, variant, asked, Run()):
                seen.update(("variant", agrees(draft, variant, one)) for one in selections[again::2])
        seen.update(("afterwards", agrees(draft, base, one)) for one in selections[:1])

    hold()
    assert len(seen) == 6, seen


@pytest.mark.slow
@pytest.mark.parametrize("term", [Synergy(), EntryCosts(), Synergy() + EntryCosts()], ids=str)
@pytest.mark.parametrize("as_prepared", [True, False])
def test_a_limit_holds_what_columns_stand_for_from_its_own_side(term: Quantity, as_prepared: bool) -> None:
    """The objective counts partners: nothing else holds the columns."""
    assessment = assess(pf.Instance.from_document(PAIRED))
    problem = Problem(assessment, Formulation(PartnerCount()))
    options = range(len(assessment.options))
    everything = [problem.staffed(some) for count in range(3) for some in combinations(options, count)]
    seen = set[bool]()
    for below in (True, False):
        loose, *tight = (Wish(term <= at if below else term >= at) for at in (0, -5, -1, 1, 3))
        draft = build(problem.formulation, assessment, prepared=[loose] if as_prepared else [])
        for rule in tight:
            variant = Formulation(PartnerCount(), (rule,))
            with extended(draft, variant, [rule], Run()):
                held = [agrees(draft, variant, selection) for selection in everything]
            seen.update(held)
    assert seen == {True, False}


@pytest.mark.slow
@FEW
@given(st.data())
def test_what_follows_by_rule_follows_for_every_portfolio(data: st.DataObject) -> None:
    instance = pf.Instance.from_document(data.draw(documents(max_portfolios=500)))
    assessment, wanted = assess(instance), data.draw(variants(instance))
    problem, rng = Problem(assessment, wanted[0]), random.Random(data.draw(st.integers(0, 10**6)))
    options = range(len(assessment.options))
    for selection in [problem.staffed([o for o in options if rng.random() < 0.4]) for _ in range(8)]:
        for one in wanted:
            for other in wanted:
                further = Formulation(one.maximise, further_rules(one, other, assessment), ())
                if keeps(other, selection) and keeps(further, selection):
                    assert keeps(one, selection)
                if is_tighter(one, other, assessment) and keeps(one, selection):
                    assert keeps(other, selection)


@FEW
@given(risky_documents(LINEAR))
def test_what_a_form_leaves_out_is_missed_by_no_best_portfolio(document: dict[str, Any]) -> None:
    assessment = assess(pf.Instance.from_document(document))
    wanted = Formulation.of(assessment.instance)
    lean, whole = build(wanted, assessment), build(wanted, assessment, form=Form())
    found, everything = (search_draft(draft, Run()) for draft in (lean, whole))
    assert whole.form.serves(whole.form)
    assert found.termination == everything.termination
    if found.objective is not None and everything.objective is not None:
        assert found.objective == pytest.approx(everything.objective, rel=1e-6, abs=1e-6)
        best = lean.selection(found.value)
        assert keeps(wanted, best)
        assert wanted.maximise.amount(best) == pytest.approx(found.objective, rel=1e-6, abs=1e-6)


def test_a_form_serves_whoever_tolerates_more() -> None:
    measure = LossMeasure(pf.measures.CVaR(0.9))
    strict, lax = Form(tolerated={measure: 3.0}), Form(tolerated={measure: 5.0})
    assert strict.serves(lax)
    assert not lax.serves(strict)
    assert Form().serves(strict)
    assert not strict.serves(Form())
    assert not Form(by_scenario=True).serves(Form())


def test_a_lent_draft_keeps_its_columns_and_gives_back_its_teams() -> None:
    assessment = assess(pf.Instance.from_document(RISKY))
    base = Formulation(PartnerCount(), Formulation.of(assessment.instance).subject_to)
    draft = build(base, assessment)
    columns, sizes = len(draft.columns), set[int]()
    for floor in (8.0, 12.0, 6.0):
        rule = Wish(AllianceValue() >= floor)
        variant = Formulation(base.maximise, (*base.subject_to, rule), base.structure)
        with extended(draft, variant, [rule], Run()):
            assert draft.teams
            assert search_draft(draft, Run()).objective == pytest.approx(3)
        assert not draft.teams
        sizes.add(len(draft.columns))
    assert sizes != {columns}
    assert len(sizes) == 1
    assert len({column.name for column in draft.columns}) == len(draft.columns)


def test_another_number_is_of_the_same_kind_and_another_rule_is_not() -> None:
    assessment = assess(pf.Instance.from_document(RISKY))
    three, five = (Wish(AllianceValue() >= floor) for floor in (3, 5))
    assert same_kind(three, five, assessment)
    assert not same_kind(three, Wish(AllianceValue() <= 3), assessment)
    assert not same_kind(three, Wish(PartnerCount() >= 3), assessment)
