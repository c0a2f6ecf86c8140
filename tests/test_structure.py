"""What rules and terms say of themselves, to whoever does not dispatch on their classes, is so."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.rules import Conflicts, Coverage, Lock, OneOption, Requires, Rule
from solver.portfolio.selection import Selection
from tests.draw import documents
from tests.draw_portfolios import portfolios
from tests.draws import draws
from tests.test_two_readings import every_term

DRAWN = draws(32)


@pytest.mark.slow
@DRAWN
@given(document=documents(max_portfolios=3000), seed=st.integers(0, 1000))
def test_rows_over_choices_hold_where_the_rules_do(document: dict[str, Any], seed: int) -> None:
    assessment = assess(pf.Instance.from_document(document))
    choice = np.random.default_rng(seed).random(len(assessment.options)) < 0.5
    selection = Selection(assessment, tuple(np.flatnonzero(choice).tolist()))
    rules = (OneOption(), Conflicts(), Requires())
    kept = all(reading.holds for rule in rules for reading in rule.readings(selection))
    rows = [row for rule in rules for row in rule.choice_rows(assessment)]
    assert all(row.holds(choice) for row in rows) == kept


@pytest.mark.slow
@DRAWN
@given(document=documents(max_portfolios=3000), seed=st.integers(0, 1000))
def test_an_application_is_covered_where_enough_able_partners_are_ready(
    document: dict[str, Any], seed: int
) -> None:
    assessment = assess(pf.Instance.from_document(document))
    options = assessment.options
    choice = np.random.default_rng(seed).random(len(options)) < 0.5
    chosen = np.flatnonzero(choice).tolist()
    covered = all(
        not choice[launch]
        or need.requirement.providers
        <= sum(
            int(options.element[o]) in need.capable and options.ready[o] <= options.start[launch]
            for o in chosen
        )
        for need in assessment.needs
        for launch in options.of(need.application)
    )
    assert all(row.holds(choice) for row in Coverage().choice_rows(assessment)) == covered


@pytest.mark.slow
@draws(16)
@given(st.data())
def test_what_terms_and_rules_say_of_themselves_is_so(data: st.DataObject) -> None:
    """A portfolio, a part of it, and the same without providers and licences."""
    document = data.draw(documents(max_portfolios=3000))
    assessment = assess(pf.Instance.from_document(document))
    plan = read_plan(assessment, data.draw(portfolios(document)), "portfolio")
    assume(not plan.problems)
    whole, bare = plan.selection, Selection(assessment, plan.selection.options)
    kept = data.draw(st.sets(st.sampled_from(whole.options)) if whole.options else st.just(set()))
    part = part_of(whole, kept)
    for term in every_term(assessment):
        amount = term.amount(whole)
        assert amount * term.sign >= 0.0, term
        assert (amount - term.amount(part)) * term.trend(assessment) >= 0.0, term
        assert not term.hangs_on_options or term.amount(bare) == amount, term
    lock = Lock(assessment.elements[data.draw(numbers(assessment))], data.draw(st.booleans()))
    for rule in (*Formulation.of(assessment.instance).rules, lock):
        holds = kept_by(rule, whole)
        assert not rule.hangs_on_options(assessment) or kept_by(rule, bare) == holds, rule
        if holds:
            assert rule.broken_by_less(assessment) or kept_by(rule, part), rule
            assert whole.chosen[rule.demanded(assessment)].all(), rule
            assert not whole.chosen[rule.barred(assessment)].any(), rule
            choice = np.isin(np.arange(len(assessment.options)), whole.options)
            assert all(row.holds(choice) for row in rule.choice_rows(assessment)), rule


def numbers(assessment: Assessment) -> st.SearchStrategy[int]:
    return st.integers(0, len(assessment.elements) - 1)


def kept_by(rule: Rule, selection: Selection) -> bool:
    return all(reading.holds for reading in rule.readings(selection))


def part_of(whole: Selection, options: set[int]) -> Selection:
    """Some of the options, with those providers and licences that are still of use."""
    bare = Selection(whole.assessment, tuple(sorted(options)))
    needs = whole.assessment.needs
    assigned = {(n, p) for n, p in whole.assigned if bare.chosen[needs[n].application] and bare.chosen[p]}
    part = Selection(whole.assessment, bare.options, frozenset(assigned), whole.licences)
    return part.without_idle_licences()
