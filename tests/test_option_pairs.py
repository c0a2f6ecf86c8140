"""What pairs of options are worth: as a matrix written out says, in space that grows with options alone."""

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.model import term_rows
from solver.portfolio.option_pairs import OptionPairs
from solver.portfolio.selection import Selection
from solver.portfolio.terms import PairOverhead, Synergy

WEIGHTS = ((1.0, 0.2), (0.5, 0.0), (0.0, 0.3), (1.0, -0.1))


def alliance(partners: int, running: int = 0, **limits: float) -> Assessment:
    """Partners at two levels and four starts, every other one in a synergy; one with an application.

    The first `running` of them run.
    """
    ids = [f"p{k}" for k in range(partners)]
    levels = [{"partner": id_, "level": level} for id_ in ids for level in ("slow", "fast")]
    pairs = [
        {"first": one, "second": two, "kind": "synergy", "value": value}
        for one, two, value in zip(ids[::2], ids[1::2], np.linspace(-1, 2, partners // 2), strict=True)
    ]
    return assess(
        pf.Instance(
            periods=4,
            partners=[
                {"id": id_, "revenue": 3, "cost": 1, "status": "running" if k < running else "free"}
                for k, id_ in enumerate(ids)
            ],
            levels=levels,
            applications=[{"id": "a", "revenue": 2, "cost": 1}],
            pairs=[*pairs, {"first": "p0", "second": "a", "kind": "synergy", "value": 0.7}],
            limits=limits,
        )
    )


def written_out(assessment: Assessment, synergies: float, overhead: float) -> np.ndarray:
    element, partner = assessment.options.element, assessment.partner_options
    matrix = -overhead * np.outer(partner, partner) * (element[:, None] != element)
    runs = assessment.running[element] & partner
    matrix[np.ix_(runs, runs)] = 0.0
    for row in assessment.pairs:
        for one, two in ((row.first, row.second), (row.second, row.first)):
            matrix[np.ix_(element == one, element == two)] += synergies * row.value
    return np.asarray(matrix)


@pytest.mark.parametrize("running", [0, 1, 3])
def test_every_reading_is_that_of_the_matrix(running: int) -> None:
    assessment, draw = alliance(8, running), np.random.default_rng(1)
    for weights in WEIGHTS:
        pairs, matrix = OptionPairs.of(assessment, *weights), written_out(assessment, *weights)
        everything = np.arange(len(matrix))
        some, others = everything[3:9], everything[::5]
        assert len(matrix) > 40
        np.testing.assert_allclose(pairs.between(everything, everything), matrix, atol=1e-12)
        np.testing.assert_allclose(pairs.between(some, others), matrix[3:9, ::5], atol=1e-12)
        choice = draw.random(len(matrix)) < 0.5
        np.testing.assert_allclose(pairs @ choice, matrix @ choice, atol=1e-12)
        np.testing.assert_allclose(pairs.size, np.abs(matrix).sum(), atol=1e-9)
        for option in everything[::7]:
            amounts = draw.random(len(matrix))
            expected = amounts - matrix[:, option]
            pairs.add_column(amounts, int(option), -1.0)
            np.testing.assert_allclose(amounts, expected, atol=1e-12)


def test_an_overhead_of_every_two_partners_takes_no_room_for_every_two() -> None:
    few, many = (OptionPairs.of(alliance(count), 1.0, 0.2) for count in (10, 100))
    assert many.listed.nnz < 11 * few.listed.nnz


@pytest.mark.parametrize("weights", WEIGHTS)
def test_what_pairs_are_worth_is_what_the_terms_say_of_a_portfolio(weights: tuple[float, float]) -> None:
    """Each pair is in the matrix twice, the overhead as a cost of its own weight."""
    assessment, draw = alliance(6, pair_overhead=0.25), np.random.default_rng(2)
    synergies, overhead = weights
    pairs = OptionPairs.of(assessment, synergies, overhead * 0.25)
    element = assessment.options.element
    for likely in (0.3, 0.6, 0.9):
        own = [
            np.flatnonzero(element == e) for e in range(len(assessment.elements)) if draw.random() < likely
        ]
        selection = Selection(assessment, tuple(int(draw.choice(options)) for options in own))
        choice = np.isin(np.arange(len(element)), selection.options).astype(float)
        counted = (synergies * Synergy() + overhead * PairOverhead()).amount(selection)
        np.testing.assert_allclose(choice @ (pairs @ choice) / 2, counted, atol=1e-12)


@pytest.mark.parametrize("overhead", [0.1, 0.4, 0.9])
def test_pairs_that_run_are_worth_the_same_by_columns_and_by_steps(
    overhead: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = alliance(8, running=5, pair_overhead=overhead, max_partners=6).instance
    by_columns = pf.solve(instance)
    monkeypatch.setattr(term_rows, "MOST_PAIRED", 1)
    by_steps = pf.solve(instance)
    assert by_steps.termination is pf.Termination.optimal
    assert by_steps.objective == pytest.approx(by_columns.objective, abs=1e-6)
