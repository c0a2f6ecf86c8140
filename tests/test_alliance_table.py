"""The game of a portfolio in bulk equals that of an enumeration of all parts of the portfolio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import solver as pf
from solver.agreement.members import Members
from solver.agreement.table import tabled
from solver.allocation.coalitions import members as players_of
from solver.allocation.game import Game
from solver.assessment.assessment import Assessment, assess
from solver.assessment.benefit import Floats
from solver.instance.instance import Instance
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.quantities import LinearTerm
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.oracle.coalitions import worths

Document = dict[str, Any]


def drawn(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
    )


@dataclass(frozen=True)
class Size(LinearTerm):
    """How many partners and applications are chosen."""

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.ones(len(assessment.options))


def portfolios(instance: Instance) -> Iterator[dict[str, Any]]:
    """The best portfolio and a largest one."""
    for wanted in (None, Size()):
        rules = Formulation.of(instance)
        result = pf.solve(instance, rules if wanted is None else Formulation(wanted, rules.subject_to))
        if result.portfolio is not None:
            yield result.portfolio.to_dict()


def game_of(instance: Instance, portfolio: dict[str, Any]) -> Game | None:
    selection = read_plan(assess(instance), portfolio, "plan").selection
    return tabled(Members(selection), Formulation.of(instance))


def assert_worths(game: Game, expected: dict[frozenset[str], float], whole: float) -> None:
    for mask in range(1 << game.n):
        names = frozenset(game.players[player] for player in players_of(mask))
        wanted = whole if len(names) == game.n else expected[names]
        assert game.worth(mask) == pytest.approx(wanted, rel=1e-9, abs=1e-6), (names, wanted)


COUNTS = {"none": 0, "some": 0}


@drawn(300)
@given(documents(max_portfolios=5_000))
def test_every_coalition_is_worth_the_best_of_all_parts(document: Document) -> None:
    instance = Instance.from_document(document)
    for portfolio in portfolios(instance):
        game = game_of(instance, portfolio)
        COUNTS["none" if game is None else "some"] += 1
        if game is not None:
            whole = pf.verify(instance, portfolio).verdict.value
            assert_worths(game, worths(document, portfolio), whole)


@drawn(100)
@given(risky_documents())
def test_coalitions_are_worth_what_is_expected_over_the_scenarios(document: Document) -> None:
    document = document | {"risk": document["risk"] | {"scenarios": 8}}
    document["risk"].pop("limit", None)
    instance = Instance.from_document(document)
    assessment = assess(instance)
    for portfolio in portfolios(instance):
        game = game_of(instance, portfolio)
        COUNTS["none" if game is None else "some"] += 1
        assert game is not None
        whole = pf.verify(instance, portfolio).verdict.value
        assert_worths(game, worths(document, portfolio, assessment), whole)


def test_counts():
    print(COUNTS)
    assert 0, COUNTS
