"""The outline says of a choice what terms and rules say of the portfolio, where they are linear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.portfolio.formulation import Formulation
from solver.portfolio.outline import FEASIBLE, Outline
from solver.portfolio.plan import read_plan
from solver.portfolio.quantities import Quantity
from solver.portfolio.rules import Lock
from solver.portfolio.selection import Selection
from solver.portfolio.terms import (
    ApplicationBenefit,
    CoordinationCost,
    ExitCosts,
    Innovation,
    MarketValue,
    MinimumPayoffs,
    PairOverhead,
    PartnerBenefit,
    PartnerCount,
    Spending,
    Synergy,
)
from solver.sharing.pair_moves import PairMoves
from tests.draw import documents
from tests.draw_portfolios import portfolios
from tests.draws import draws

DRAWN = draws(12)
WANTED = 0.5 * PartnerBenefit() + 2.0 * ApplicationBenefit() + 3.0 * Synergy() + 0.25 * PairOverhead()
LINEAR = CoordinationCost() - 0.5 * MinimumPayoffs() + ExitCosts()


def choice_of(selection: Selection) -> np.ndarray:
    return np.isin(np.arange(len(selection.assessment.options)), selection.options)


def worth(outline: Outline, choice: np.ndarray) -> float:
    """What the outline says a choice is worth, less what there is without any."""
    return float(outline.values @ choice + choice @ (outline.pairs @ choice.astype(float)) / 2)


def drawn(data: st.DataObject) -> tuple[Assessment, Selection]:
    document = data.draw(documents())
    assessment = assess(pf.Instance.from_document(document))
    plan = read_plan(assessment, data.draw(portfolios(document)), "portfolio")
    assume(not plan.problems)
    return assessment, plan.selection


def of_elements(quantity: Quantity, selection: Selection) -> float:
    """The amount where nobody provides: the outline sees no pairs that have to meet at an application."""
    return quantity.amount(Selection(selection.assessment, selection.options))


@pytest.mark.slow
@DRAWN
@given(st.data())
def test_values_are_the_amounts_of_the_terms(data: st.DataObject) -> None:
    assessment, selection = drawn(data)
    outline = Outline.of(Formulation(WANTED + LINEAR), assessment)
    nothing = (WANTED + LINEAR).amount(Selection(assessment, ()))
    expected = of_elements(WANTED + LINEAR, selection) - nothing
    assert worth(outline, choice_of(selection)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
@DRAWN
@given(st.data())
def test_markets_are_worth_no_more_than_their_tangent_says(data: st.DataObject) -> None:
    assessment, selection = drawn(data)
    wanted = Formulation(2.0 * MarketValue())
    here = Outline.of(wanted, assessment).around(wanted, selection)
    for option in range(len(assessment.options)):
        element = int(assessment.options.element[option])
        if not selection.chosen[element]:
            more = Selection(assessment, tuple(sorted((*selection.options, option))))
            gain = wanted.maximise.amount(more) - wanted.maximise.amount(selection)
            assert gain <= here.gains(choice_of(selection))[option] + 1e-9
            assert (gain > 0) == (here.values[option] > 0)


@pytest.mark.slow
@DRAWN
@given(st.data())
def test_rows_of_bounds_are_their_amounts(data: st.DataObject) -> None:
    assessment, selection = drawn(data)
    formulation = Formulation(subject_to=[*Formulation.of(assessment.instance).subject_to, Innovation() >= 2])
    outline = Outline.of(formulation, assessment).around(formulation, selection)
    used, row = outline.rows @ choice_of(selection), 0
    for rule in formulation.rules:
        for bound in rule.bounds(assessment):
            over = bound.quantity.amount(selection) - bound.limit
            expected = over if bound.sense == "<=" else -over
            assert used[row] - outline.limits[row] == pytest.approx(expected, abs=1e-6)
            row += 1
    assert row


@pytest.mark.slow
@DRAWN
@given(st.data())
def test_what_keeps_the_structure_keeps_its_rows(data: st.DataObject) -> None:
    assessment, selection = drawn(data)
    formulation = Formulation()
    outline, choice = Outline.of(formulation, assessment), choice_of(selection)
    holds = all(reading.holds for rule in formulation.structure for reading in rule.readings(selection))
    kept = (outline.rows @ choice <= outline.limits + FEASIBLE).all() and outline.open[choice].all()
    assert kept or not holds


def test_what_is_demanded_and_barred_is_what_the_rules_of_the_formulation_say() -> None:
    rows = [{"id": id_, "revenue": 3, "cost": 1} for id_ in "abc"]
    rows[0] |= {"status": "in"}
    rows[1] |= {"status": "out"}
    assessment = assess(pf.Instance(partners=rows))
    none, some = Formulation(structure=()), Formulation().locked(exclude=["c"])
    assert Outline.of(none, assessment).open.all()
    assert Outline.of(some, assessment).open.tolist() == [True, False, False]
    assert Outline.of(none, assessment).excess(np.zeros(3, dtype=bool)) == 0.0
    assert Outline.of(some, assessment).excess(np.zeros(3, dtype=bool)) == pytest.approx(1.0)
    assert [rule.demanded(assessment) for rule in (Lock("b", True), Lock("b", False))] == [[1], []]


def test_moves_change_two_at_once_within_all_rows() -> None:
    """A pair that only pays together, within a budget for two."""
    rows = [{"id": id_, "revenue": 1, "cost": 4} for id_ in "abc"]
    pairs = [{"first": "a", "second": "b", "kind": "synergy", "value": 9.0}]
    assessment = assess(pf.Instance(partners=rows, pairs=pairs))
    formulation = Formulation(subject_to=[Spending() <= 8, PartnerCount() <= 3])
    outline = Outline.of(formulation, assessment)
    free = np.zeros(3)
    moves = PairMoves.of(outline, assessment, most_partners=2)
    assert moves.improved(np.zeros(3, dtype=bool), free).tolist() == [True, True, False]
    assert not moves.improved(np.zeros(3, dtype=bool), np.array([3.0, 3.0, 0.0])).any()
    alone = PairMoves.of(outline, assessment, most_partners=1)
    assert not alone.improved(np.zeros(3, dtype=bool), free).any()
