"""Synergies of both signs: rows around cycles hold for every portfolio and bring the relaxation closer."""

from __future__ import annotations

import numpy as np
import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import run
from solver.model.build import build
from solver.model.cycle_cuts import CycleCuts
from solver.model.draft import Draft
from solver.portfolio.formulation import Formulation

MEMBERS = 12


def drawn(seed: int) -> pf.Instance:
    """Partners of whom every third pair has a synergy, half of them below 0, and a limit on their number."""
    rng = np.random.default_rng(seed)
    ids = [f"p{number}" for number in range(MEMBERS)]
    pairs = [(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :] if rng.random() < 0.35]
    document = {
        "partners": [{"id": id_, "revenue": float(rng.integers(0, 10)), "cost": 0.0} for id_ in ids],
        "pairs": [
            {
                "first": a,
                "second": b,
                "kind": "synergy",
                "value": float(rng.choice([-1, 1]) * rng.integers(1, 20)),
            }
            for a, b in pairs
        ],
        "limits": {"max_partners": 8},
    }
    return pf.Instance.from_document(document)


def cuts_of(draft: Draft) -> CycleCuts:
    (cuts,) = draft.tightenings
    assert isinstance(cuts, CycleCuts)
    return cuts


def draft_of(instance: pf.Instance) -> Draft:
    return build(Formulation.of(instance), assess(instance))


def subsets(members: int) -> np.ndarray:
    return (np.arange(2**members)[:, None] >> np.arange(members) & 1).astype(float)


@pytest.mark.parametrize("seed", range(6))
def test_no_portfolio_breaks_a_cut(seed: int) -> None:
    cuts = cuts_of(draft_of(drawn(seed)))
    chosen = subsets(len(cuts.chosen))
    products = chosen[:, cuts.ends[:, 0]] * chosen[:, cuts.ends[:, 1]]
    points = np.hstack([chosen, products])
    # Half of everybody: what is wanted is then had in full, and what is not wanted not at all.
    fractional = np.concatenate([np.full(len(cuts.chosen), 0.5), np.where(cuts.unwanted, 0.0, 0.5)])
    rows = cuts.violated_at(fractional)
    assert len(rows)
    block = np.zeros((len(rows), points.shape[1]))
    block[rows.owner, rows.indices] = rows.data
    assert (points @ block.T <= rows.upper + 1e-9).all()
    assert (block @ fractional > rows.upper).all()
    assert not len(cuts.violated_at(points[-1]))


@pytest.mark.parametrize("seed", range(6))
def test_the_relaxation_comes_closer_to_an_optimum_that_stays(seed: int) -> None:
    instance = drawn(seed)
    pairs = {(row.first, row.second): row.value or 0.0 for row in instance.pairs}
    ids = [partner.id for partner in instance.partners]
    chosen = subsets(MEMBERS)
    chosen = chosen[chosen.sum(axis=1) <= 8]
    values = chosen @ [partner.revenue or 0.0 for partner in instance.partners]
    for (first, second), worth in pairs.items():
        values = values + worth * chosen[:, ids.index(first)] * chosen[:, ids.index(second)]
    best = float(values.max())
    result = pf.solve(instance)
    assert result.termination == pf.Termination.optimal
    assert result.objective == pytest.approx(best)

    draft = draft_of(instance)
    for column in draft.options:
        column.cat = "Continuous"
    loose = run(draft.problem, blocks=draft.blocks).objective
    tight = run(draft.problem, blocks=draft.blocks, tightenings=draft.tightenings).objective
    assert loose is not None
    assert tight is not None
    assert best - 1e-6 <= tight <= loose + 1e-6
    assert tight < loose or loose == pytest.approx(best)


def test_synergies_of_one_sign_need_no_cycles() -> None:
    document = drawn(0).to_document()
    for pair in document["pairs"]:
        pair["value"] = abs(pair["value"])
    assert not draft_of(pf.Instance.from_document(document)).tightenings
