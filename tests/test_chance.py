"""The chance of a large loss as a rule: scenario binaries, their big-M, and CVaR as the safe stand-in."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import assess
from solver.model import chance_rows, provided_rows
from solver.model.build import build
from solver.model.chance_rows import largest_excesses, largest_losses
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import LossMeasure, losses
from solver.portfolio.rules import ChanceLimit, RiskLimit
from solver.portfolio.terms import AllianceValue
from solver.risk.measures import CVaR, VaR
from tests.carried import defects, only
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracle.risk import benefits
from tests.oracles import feasible_portfolios

Document = dict[str, Any]


@st.composite
def chance_documents(draw: st.DrawFn) -> Document:
    """Few risky partners and applications, and a limit on the chance of a loss."""
    document = draw(risky_documents(("worst_case",)))
    kept = {key: document["risk"][key] for key in ("scenarios", "seed", "copula")}
    risk = {
        "measure": "var",
        "level": draw(st.sampled_from([0.0, 0.5, 0.75, 0.9, 0.95, 1.0])),
        "limit": draw(st.sampled_from([-15.0, -8.0, -3.0, 0.0, 2.0])),
    }
    return document | {"risk": kept | risk}


@st.composite
def given_scenarios(draw: st.DrawFn) -> Document:
    """Three partners with a synergy, and the planner's own scenarios, of unequal probability."""
    parts = draw(st.lists(st.integers(0, 9), min_size=2, max_size=7).filter(any))
    benefit = st.integers(-20, 30).map(float)
    rows = [
        {"scenario": f"s{number}", "probability": part / sum(parts), "id": id_, "benefit": draw(benefit)}
        for number, part in enumerate(parts)
        for id_ in ("p1", "p2")
    ]
    return {
        "partners": [{"id": f"p{n}", "revenue": 4.0, "cost": 2.0} for n in (1, 2, 3)],
        "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": 3.0}],
        "scenarios": rows,
        "risk": {
            "measure": "var",
            "level": draw(st.sampled_from([0.25, 0.5, 0.8, 0.95, 1.0])),
            "limit": draw(st.sampled_from([-20.0, -5.0, 0.0, 8.0])),
        },
    }


def best(document: Document) -> float:
    """The best expectation of all portfolios that rarely enough lose more than the limit; −∞ for none."""
    assessment = assess(pf.Instance.from_document(document))
    probability = assessment.outlook.scenarios.probability
    limit, allowed = document["risk"]["limit"], 1.0 - document["risk"]["level"]
    found = -np.inf
    for portfolio in feasible_portfolios(document):
        gained = gains(document, portfolio, assessment)
        beyond = -gained > limit + 1e-6 * max(1.0, abs(limit))
        least = document["risk"]["level"] == 0.0 and beyond.all()
        if probability[beyond].sum() <= allowed + 1e-9 and not least:
            found = max(found, float(probability @ gained))
    return found


def gains(document: Document, portfolio: Document, assessment: Any) -> np.ndarray:
    if "scenarios" not in document:
        return benefits(document, portfolio, assessment)
    chosen = {row["id"] for row in portfolio["partners"]}
    possible = [row for row in document["scenarios"] if row["probability"] > 0]
    names = list(dict.fromkeys(row["scenario"] for row in possible))
    total = np.zeros(len(names))
    for row in possible:
        total[names.index(row["scenario"])] += row["benefit"] * (row["id"] in chosen)
    return total + 2.5 * ("p3" in chosen) + 3.0 * ({"p1", "p2"} <= chosen)


def agrees_with_brute_force(document: Document) -> None:
    result = pf.solve(pf.Instance.from_document(document))
    expected = best(document)
    if expected == -np.inf:
        assert result.termination == "infeasible"
        return
    assert result.termination == "optimal", result.message
    assert result.objective == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert result.verified
    assert result.risk.value <= document["risk"]["limit"] + 1e-6 * max(1.0, abs(document["risk"]["limit"]))


@pytest.mark.slow
@draws(12)
@given(chance_documents())
def test_the_optimum_under_a_chance_limit_is_the_best_of_all_portfolios(document: Document) -> None:
    agrees_with_brute_force(document)


@pytest.mark.slow
@draws(12)
@given(chance_documents())
def test_the_same_where_applications_earn_by_cuts_and_rows_are_made_on_demand(document: Document) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provided_rows, "FEWEST_TEAMS", -1)
        patch.setattr(chance_rows, "MOST_WRITTEN", 0)
        agrees_with_brute_force(document)


@pytest.mark.slow
@draws(12)
@given(given_scenarios())
def test_the_same_where_scenarios_are_not_equally_probable(document: Document) -> None:
    agrees_with_brute_force(document)


@pytest.mark.slow
@draws(8)
@given(chance_documents())
def test_the_expected_shortfall_is_a_safe_stand_in(document: Document) -> None:
    instance = pf.Instance.from_document(document)
    level, limit = document["risk"]["level"], document["risk"]["limit"]
    safe = pf.solve(instance, Formulation(AllianceValue(), [RiskLimit(CVaR(level), limit)]))
    if not safe.has_portfolio:
        return
    chance = Formulation(AllianceValue(), [ChanceLimit(level, limit)])
    assert pf.verify(instance, safe.portfolio, chance).verdict.holds
    exact = pf.solve(instance, chance)
    assert exact.objective >= safe.objective - 1e-6 * max(1.0, abs(safe.objective))


@pytest.mark.slow
@draws(8)
@given(chance_documents(), st.booleans())
def test_the_reading_is_the_value_at_risk(document: Document, twice: bool) -> None:
    instance = pf.Instance.from_document(document)
    level = document["risk"]["level"]
    rules = [ChanceLimit(level, 3.0), *([ChanceLimit(0.5, 1.0)] if twice else [])]
    result = pf.solve(instance, Formulation(AllianceValue(), rules))
    if not result.has_portfolio:
        return
    assessment = assess(instance)
    selection = read_plan(assessment, result.portfolio.to_dict()).selection
    lost = losses(selection, assessment.outlook)
    for rule, reading in zip(rules, rules_read(result), strict=True):
        value = VaR(rule.level).value(lost, assessment.outlook.scenarios.probability)
        assert reading.value == pytest.approx(value)
        assert reading.limit == rule.limit
        assert (lost > value).mean() <= 1 - rule.level + 1e-9


def rules_read(result: pf.Result) -> list[Any]:
    return [reading for reading in result.readings if reading.rule == "chance"]


# The big-M


def points(groups: list[list[int]], columns: int) -> np.ndarray:
    """Every 0/1 point with at most one 1 in each group."""
    found = []
    for picks in product(*([None, *group] for group in groups)):
        point = np.zeros(columns)
        point[[pick for pick in picks if pick is not None]] = 1.0
        found.append(point)
    return np.array(found)


def program(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[list[int]], float]:
    """Losses of six columns in three groups over up to nine scenarios of unequal probability.

    The losses, and between what they are known to lie.
    """
    random = np.random.default_rng(seed)
    scenarios = int(random.integers(2, 10))
    matrix = random.normal(size=(scenarios, 6)).round(2) * 10
    probability = random.dirichlet(np.ones(scenarios)) if seed % 2 else np.full(scenarios, 1 / scenarios)
    unknown = np.where(random.random(matrix.shape) < 0.3, random.random(matrix.shape) * 5, 0.0)
    low, high = (matrix, matrix) if seed % 4 < 2 else (matrix - unknown, matrix + unknown.round(1))
    return (
        matrix,
        low,
        high,
        probability,
        [[0, 1, 2], [3], [4, 5]],
        float(random.random()),
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_portfolio_within_the_limit_loses_more_than_its_big_m(seed: int) -> None:
    matrix, low, high, probability, groups, chance = program(seed)
    most = largest_excesses(low, high, probability, groups, chance)
    lost = points(groups, 6) @ matrix.T
    # A portfolio's own VaR is the smallest limit it is within, where it exceeds the limit most.
    limits = np.array([VaR(1.0 - chance).value(row, probability) for row in lost])
    assert np.all(lost - limits[:, None] <= most + 1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_the_big_m_is_no_looser_than_the_largest_difference(seed: int) -> None:
    matrix, low, high, probability, groups, chance = program(seed)
    most = largest_excesses(low, high, probability, groups, chance)
    lost, least = points(groups, 6) @ high.T, points(groups, 6) @ low.T
    plain = np.array([(lost[:, [s]] - least).max() for s in range(len(matrix))])
    assert np.all(most <= plain + 1e-9)
    assert np.all(most >= 0)
    rarer = largest_excesses(low, high, probability, groups, chance / 2)
    assert np.all(rarer <= most + 1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_where_scenarios_are_very_many_some_are_enough_for_a_big_m(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, low, high, probability, groups, chance = program(seed)
    against_all = largest_excesses(low, high, probability, groups, chance)
    monkeypatch.setattr(chance_rows, "MOST_COMPARED", 2)
    assert np.all(largest_excesses(low, high, probability, groups, chance) >= against_all - 1e-9)


def test_a_big_m_by_hand() -> None:
    # Losses −10x, 0, 30x and 50x, of which one may be given up. Where 30x is, 50x is not, and then neither
    # exceeds the limit; where 50x is, 30x is within the limit and 20x is what is beyond.
    matrix = np.array([[-10.0], [0.0], [30.0], [50.0]])
    most = largest_excesses(matrix, matrix, np.full(4, 0.25), [[0]], 0.25 + 1e-9)
    assert most == pytest.approx([0.0, 0.0, 0.0, 20.0])


def test_the_largest_losses_are_those_of_the_columns_bounds() -> None:
    problem = pulp.LpProblem()
    bounds = [(0, 1), (0, 1), (0, 5), (-2, None), (None, 3)]
    columns = [problem.add_variable(f"x{k}", low, high) for k, (low, high) in enumerate(bounds)]
    matrix = np.array([[4.0, 6.0, 2.0, 0.0, 0.0], [-1.0, 0.0, -1.0, -3.0, 2.0], [0.0, 0.0, 0.0, 1.0, 0.0]])
    found = largest_losses(matrix, 1.0, [[0, 1], [2], [3], [4]], columns)
    assert found.tolist() == [17.0, 13.0, np.inf]


def big_m(document: Document, assessment: Any) -> np.ndarray:
    """M of every scenario as the program has it, shape (S,)."""
    rule = ChanceLimit(document["risk"]["level"], document["risk"]["limit"])
    draft = build(Formulation(AllianceValue(), [rule]), assessment)
    for lazy in draft.lazies:
        if isinstance(lazy, chance_rows.ChanceCuts):
            return lazy.most
    block = draft.blocks[-1]
    most = np.zeros(len(block.lower))
    for row, (first, last) in enumerate(pairwise(block.indptr)):
        for place in range(first, last):
            if block.variables[block.indices[place]].name.startswith("beyond"):
                most[row] = block.data[place]
    return most


@draws(8)
@given(given_scenarios(), st.booleans())
def test_the_program_takes_the_tighter_big_m(document: Document, on_demand: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chance_rows, "MOST_WRITTEN", 0 if on_demand else 1000)
        the_tighter_big_m_is_taken(document)


def the_tighter_big_m_is_taken(document: Document) -> None:
    assessment = assess(pf.Instance.from_document(document))
    most, probability = big_m(document, assessment), assessment.outlook.scenarios.probability
    limit, allowed = document["risk"]["limit"], 1.0 - document["risk"]["level"]
    lost = -np.array([gains(document, plan, assessment) for plan in feasible_portfolios(document)])
    alone = -np.array([gains(document, {"partners": [{"id": id_}]}, assessment) for id_ in ("p1", "p2")])
    assert np.all(most <= np.maximum(np.maximum(alone, 0.0).sum(axis=0) - limit, 0.0) + 1e-9)
    within = lost[(lost > limit) @ probability <= allowed + 1e-9]
    assert np.all(within - limit <= most + 1e-9)


# What is refused


def test_a_weight_on_the_value_at_risk_is_refused() -> None:
    document = {
        "partners": [{"id": "p1", "revenue": 2, "cost": 1}],
        "risk": {"measure": "var", "weight": 0.5},
    }
    defect = only(defects(lambda: pf.Instance.from_document(document)))
    assert (defect.place, defect.column, defect.value) == ("risk", "weight", 0.5)
    instance = pf.Instance.from_document(document | {"risk": {"measure": "var", "scenarios": 8}})
    wanted = Formulation(AllianceValue() - 0.5 * LossMeasure(VaR(0.9)))
    with pytest.raises(pf.FormulationError, match="not convex"):
        pf.solve(instance, wanted)


def test_a_chance_limit_needs_scenarios() -> None:
    instance = pf.Instance.from_document({"partners": [{"id": "p1", "revenue": 2, "cost": 1}]})
    with pytest.raises(pf.FormulationError, match="section \\[risk\\]"):
        pf.solve(instance, Formulation(AllianceValue(), [ChanceLimit(0.9, 1.0)]))
