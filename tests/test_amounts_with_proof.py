"""Amounts that carry their proof: what two of them come to, and how they are said."""

from __future__ import annotations

import pytest

from solver.answers.answer import UNKNOWN, Amount, enclosed, exactly
from solver.report.amounts import known


@pytest.mark.parametrize(
    ("amount", "sign", "words"),
    [
        (exactly(62.5), "=", "62.5 EUR"),
        (enclosed(3.0, 3.0, 3.0000001, proven=True), "=", "3 EUR"),
        (enclosed(3.0, 3.0, None), "≥", "at least 3 EUR"),
        (enclosed(None, None, 4.0), "≤", "at most 4 EUR"),
        (enclosed(3.0, 3.0, 4.0), "between", "between 3 and 4 EUR"),
        (UNKNOWN, "unknown", "not known"),
    ],
)
def test_an_amount_is_said_with_its_proof(amount: Amount, sign: str, words: str) -> None:
    assert (amount.sign, known(amount, "EUR")) == (sign, words)
    assert Amount.from_dict(amount.to_dict()) == amount


def test_a_difference_is_as_well_known_as_both() -> None:
    whole, part = enclosed(10.0, 10.0, 11.0), enclosed(6.0, 6.0, 6.5)
    assert whole - part == Amount("between", 4.0, 3.5, 5.0)
    assert exactly(10.0) - part == Amount("between", 4.0, 3.5, 4.0)
    assert exactly(10.0) - enclosed(6.0, 6.0, None) == Amount("≤", 4.0, None, 4.0)
    assert enclosed(10.0, 10.0, None) - exactly(6.0) == Amount("≥", 4.0, 4.0, None)
    assert exactly(10.0) - exactly(6.0) == exactly(4.0)
    assert -enclosed(None, None, 4.0) == Amount("≥", None, -4.0, None)
    assert (exactly(1.0) - UNKNOWN).sign == "unknown"
