"""Products of very many pairs: the block says what the single rows say."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.driver.handover import Program, hand_over
from solver.model import synergy_rows
from solver.model.build import build
from solver.model.draft import Draft, Side
from solver.model.pair_block import block_of_products
from solver.model.products import both_chosen
from solver.portfolio.formulation import Formulation

PAIRS = [(0, 1), (2, 1), (3, 0), (2, 3)]


def instance() -> pf.Instance:
    ids = "abcdefgh"
    return pf.Instance.from_document(
        {
            "partners": [{"id": id_, "revenue": 1.0, "cost": 1.0 + n} for n, id_ in enumerate(ids)],
            "pairs": [
                {"first": first, "second": second, "kind": "synergy", "value": float(1 + n % 5)}
                for n, (first, second) in enumerate(combinations(ids, 2))
            ],
            "limits": {"budget": 14.0},
        }
    )


def said(program: Program) -> set[frozenset[tuple[str, float]]]:
    """The rows of two entries that may not exceed 0, by the names of their columns."""
    rows, names = program.rows, program.columns.names
    entries = [
        list(zip(rows.indices[begin:end], rows.data[begin:end], strict=True))
        for begin, end in pairwise(rows.indptr)
    ]
    return {
        frozenset((names[column], float(factor)) for column, factor in row)
        for row, upper in zip(entries, rows.upper, strict=True)
        if len(row) == 2 and upper == 0.0
    }


def test_the_block_says_what_single_rows_say() -> None:
    single, block = Draft(assess(instance())), Draft(assess(instance()))
    columns = [both_chosen(single, *pair, Side.ABOVE) for pair in PAIRS]
    products = block_of_products(block, PAIRS)
    assert [column.name for column in products] == [column.name for column in columns]
    rows = said(hand_over(block.problem, block.blocks))
    assert rows == said(hand_over(single.problem))
    assert len(rows) == 2 * len(PAIRS)


def test_pairs_that_are_known_already_get_no_rows_again() -> None:
    draft = Draft(assess(instance()))
    both_chosen(draft, *PAIRS[0], Side.ABOVE)
    block_of_products(draft, PAIRS)
    block_of_products(draft, PAIRS)
    assert [len(block.upper) for block in draft.blocks] == [2 * (len(PAIRS) - 1)]


@pytest.mark.parametrize("very_many", [1, 10**6])
def test_wanted_pairs_share_a_block_only_where_they_are_very_many(
    monkeypatch: pytest.MonkeyPatch, very_many: int
) -> None:
    monkeypatch.setattr(synergy_rows, "VERY_MANY_PAIRS", very_many)
    monkeypatch.setattr(synergy_rows, "pays", lambda draft, pairs: False)
    draft = build(Formulation.of(instance()), assess(instance()))
    wanted = sum(pair.value > 0 for pair in draft.assessment.pairs)
    in_blocks = sum(len(block.upper) for block in draft.blocks)
    assert in_blocks == (2 * wanted if very_many == 1 else 0)


def test_the_best_portfolio_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pf.solve(instance())
    monkeypatch.setattr(synergy_rows, "VERY_MANY_PAIRS", 1)
    monkeypatch.setattr(synergy_rows, "pays", lambda draft, pairs: False)
    block = pf.solve(instance())
    assert block.termination == "optimal"
    assert block.objective == pytest.approx(whole.objective)
