"""Figures are said to disagree out of sample where choosing made them too good, and hardly ever by chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.portfolio.risk_figures import CHANCE, risk_figures
from solver.portfolio.risks import WatchedRisk
from solver.portfolio.selection import Selection
from solver.risk.interval import SHUFFLES, chance_of_difference
from solver.risk.measures import CVaR, EntropicVaR, Measure, WorstCase

MEASURES = (CVaR(0.99), CVaR(0.9), EntropicVaR(0.9), WorstCase())


def test_the_chance_is_that_of_all_ways_to_deal_the_losses() -> None:
    first, second = np.array([9.0, 7.0, 6.0]), np.array([1.0, 2.0, 8.0])
    both = np.concatenate([first, second])
    dealt = [abs(np.mean(way[:3]) - np.mean(way[3:])) for way in permutations(both)]
    exact = np.mean(np.array(dealt) >= abs(first.mean() - second.mean()) - 1e-9)
    found = chance_of_difference(CVaR(0.0), first, second)
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / SHUFFLES))


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_two_samples_of_one_distribution_hardly_ever_disagree(measure: Measure) -> None:
    rng = np.random.default_rng(1)
    samples = [rng.standard_t(3, size=(2, 128)) for _ in range(25)]
    wrong = sum(chance_of_difference(measure, *pair, seed) <= CHANCE for seed, pair in enumerate(samples))
    assert wrong <= 3  # of 25 with a chance of 2.5 % each: more once in 300 times


@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_what_was_chosen_for_its_luck_is_found_out(measure: Measure) -> None:
    """The luckiest two of five hundred partners in sample are ordinary ones on fresh scenarios."""
    rng = np.random.default_rng(2)
    losses = rng.exponential(size=(500, 128)) ** 2
    lucky = np.argsort([measure.value(row, np.full(128, 1 / 128)) for row in losses])[:2]
    fresh = rng.exponential(size=(2, 128)) ** 2
    assert chance_of_difference(measure, losses[lucky].sum(axis=0), fresh.sum(axis=0)) <= CHANCE


@pytest.mark.slow
def test_portfolios_that_nobody_chose_for_their_scenarios_agree() -> None:
    partners = [
        {"id": f"p{n}", "revenue": 20 + 3 * n, "cost": 9, "success": 0.6 + 0.05 * n, "revenue_cv": 0.4}
        for n in range(7)
    ]
    wrong = 0
    for seed in range(10):
        risk = {"measure": "cvar", "level": 0.99, "scenarios": 128, "seed": seed}
        assessment = assess(pf.Instance.from_document({"partners": partners, "risk": risk}))
        watched = WatchedRisk(CVaR(0.99), None, 0.0)
        (row,) = risk_figures(Selection(assessment, tuple(range(7))), (watched,))
        assert row.out_of_sample is not None
        wrong += not row.out_of_sample.agrees
    assert wrong <= 1
