"""Small inputs that once went wrong in choosing and in risk, with what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import solver as pf

CASES = Path(__file__).parent / "cases"


def chosen(result: pf.Result) -> list[str]:
    assert result.portfolio is not None
    return [row.id for row in result.portfolio.partners]


def test_a_partner_whose_mean_is_zero_is_part_of_a_program_with_a_chance_limit() -> None:
    result = pf.solve(pf.read(CASES / "chance_hedge.json"))
    assert (result.termination, chosen(result)) == (pf.Termination.optimal, ["a"])
    assert result.objective == pytest.approx(10.0)


def test_shares_of_benefit_are_those_of_the_planners_scenarios() -> None:
    instance = pf.read(CASES / "share_of_scenarios.json")
    result = pf.solve(instance)
    assert (result.termination, chosen(result)) == (pf.Termination.optimal, ["b", "c"])
    assert result.objective == pytest.approx(20.0)
    judged = pf.verify(instance, {"partners": ["a", "b", "c"]}).verdict
    assert [reading.about for reading in judged.broken] == [
        "benefit of a beyond 0.5 of all partners' benefit"
    ]
    assert result.stability is not None
    assert result.stability.herfindahl == pytest.approx(0.5)


def test_overruns_are_paid_with_the_version_of_highs_that_is_installed() -> None:
    result = pf.solve(pf.read(CASES / "overrun_presolve.json"))
    assert result.termination is pf.Termination.optimal
    assert result.objective == pytest.approx(35.6)


def licences_without(row: int) -> pf.Instance:
    document = json.loads((CASES / "two_licences.json").read_text(encoding="utf-8"))
    del document["pairs"][row]
    return pf.Instance.from_document(document)


def test_two_licences_for_one_pair_and_application_are_bad_input() -> None:
    with pytest.raises(pf.InputError, match="one row for the ip_conflict of this pair on any application"):
        pf.read(CASES / "two_licences.json")


def test_one_licence_is_paid_once_and_the_checker_agrees() -> None:
    instance = licences_without(1)
    result = pf.solve(instance)
    assert result.objective == pytest.approx(97.0)
    assert result.portfolio is not None
    judged = pf.verify(instance, result.portfolio)
    assert judged.verdict.holds
    assert judged.verdict.objective == pytest.approx(97.0)
