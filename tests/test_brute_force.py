"""The optimum of drawn instances equals that of an independent enumeration."""

from __future__ import annotations

import pytest
from hypothesis import given

import solver as pf
from tests.draw import documents
from tests.draws import draws
from tests.oracles import best, broken

DRAWN = draws(60)


@pytest.mark.slow
@DRAWN
@given(documents(max_portfolios=4_000))
def test_the_optimum_is_the_best_of_all_portfolios(document: dict) -> None:
    result = pf.solve(pf.Instance.from_document(document))
    found = best(document)
    if found is None:
        assert result.termination == "infeasible"
        assert not result.has_portfolio
        return
    objective, _ = found
    assert result.termination == "optimal", result.message
    assert result.verified
    assert result.objective == pytest.approx(objective, rel=1e-6, abs=1e-6)
    assert result.bound == pytest.approx(objective, rel=1e-6, abs=1e-6)
    assert not broken(document, result.portfolio.to_dict())
