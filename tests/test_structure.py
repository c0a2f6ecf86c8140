"""The structure of an alliance as rows over its options says what the rules say of a portfolio."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import assess
from solver.portfolio.rules import Conflicts, OneOption, Requires
from solver.portfolio.selection import Selection
from solver.portfolio.structure import choices, coverage
from tests.draw import documents
from tests.draws import draws

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
    assert all(left @ choice <= limit for left, limit in choices(assessment)) == kept


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
    assert all(left @ choice <= limit for left, limit in coverage(assessment)) == covered
