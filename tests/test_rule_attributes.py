"""What rules say of themselves is so: what more partners can mend, which risk is limited, what is logic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.portfolio.formulation import Formulation
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import KINDS, Reading
from solver.portfolio.selection import Selection
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws


def nested(assessment: Assessment, seed: int) -> list[Selection]:
    """Selections of which each chooses all that the one before does, and one element more."""
    options = np.random.default_rng(seed).permutation(len(assessment.options.element))
    first = {int(assessment.options.element[option]): int(option) for option in options}
    chosen = list(first.values())
    return [Selection(assessment, chosen[:count]) for count in range(len(chosen) + 1)]


def too_much(reading: Reading, kinds: dict[str, Any]) -> bool:
    """Whether a rule is broken by too much of something that more partners do not mend, as it says."""
    return not reading.holds and reading.sense == "<=" and not kinds[reading.rule].mended_by_more


@pytest.mark.slow
@given(documents(), st.integers(0, 2**20))
@draws(16)
def test_what_more_does_not_mend_stays_broken(document: dict[str, Any], seed: int) -> None:
    assessment = assess(pf.Instance.from_document(document))
    kinds = {kind.name: kind for kind in KINDS}
    limits = Formulation.of(assessment.instance).subject_to
    broken: set[tuple[str, str]] = set()
    for selection in nested(assessment, seed):
        readings = [reading for rule in limits for reading in rule.readings(selection)]
        now = {(one.rule, one.about) for one in readings if too_much(one, kinds)}
        assert broken <= now, f"more mended {broken - now} of {document}"
        broken = now


@pytest.mark.slow
@given(risky_documents(), st.integers(0, 2**20))
@draws(16)
def test_a_limit_on_risk_is_the_measure_of_the_loss(document: dict[str, Any], seed: int) -> None:
    assessment = assess(pf.Instance.from_document(document))
    for selection in nested(assessment, seed):
        for rule in Formulation.of(assessment.instance).subject_to:
            if rule.risk_limit is None:
                assert rule.name not in ("risk", "chance")
                continue
            measure, limit = rule.risk_limit
            loss = LossMeasure(measure).amount(selection)
            assert (loss <= limit + 1e-9) == all(reading.holds for reading in rule.readings(selection))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_logic_has_no_number(kind: Any) -> None:
    assert not (kind.logical and kind.numbers)
    assert not (kind.logical and kind.relative)
