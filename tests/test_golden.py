"""The shipped instances keep their proven optima: both bounds, both ways, and with a second back end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import solver as pf
from benchmarks.prove_shipped import BEGIN, CROSS_CHECK, END, shipped, table
from solver.driver.backends import available

INSTANCES = Path(__file__).parent.parent / "instances"
RECORDED: dict[str, Any] = json.loads((INSTANCES / "best_known.json").read_text(encoding="utf-8"))
BEST_KNOWN: dict[str, Any] = RECORDED["instances"]
HARD = "ecosystem"
LONG = (HARD, "ecosystem_running")
SMALL = [name for name in shipped() if name not in LONG]
# Each of two solves may stay 1e-6 below the optimum.
TOLERANCE = 2e-6
PATIENCE = 5.0
PROVEN_TWICE = [name for name in SMALL if BEST_KNOWN[name]["cross_check"]["termination"] == "optimal"]


def close(amount: float) -> Any:
    return pytest.approx(amount, rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize("name", shipped())
def test_the_recorded_portfolio_is_worth_what_is_recorded(name: str) -> None:
    instance, known = pf.read(INSTANCES / name), BEST_KNOWN[name]
    judgement = pf.verify(instance, known["portfolio"])
    assert instance.fingerprint == known["fingerprint"]
    assert judgement.verdict.broken == ()
    assert not judgement.completed
    assert judgement.verdict.objective == pytest.approx(known["objective"], rel=1e-9)
    assert known["objective"] <= known["bound"] <= known["objective"] * (1 + 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_the_optimum_is_proven_again(name: str) -> None:
    result = pf.solve(pf.read(INSTANCES / name))
    assert (result.termination, result.verified) == ("optimal", True)
    assert result.objective == close(BEST_KNOWN[name]["objective"])
    assert result.bound == close(BEST_KNOWN[name]["objective"])


@pytest.mark.slow
@pytest.mark.skipif(CROSS_CHECK not in available(), reason=f"{CROSS_CHECK} is not installed")
@pytest.mark.parametrize("name", PROVEN_TWICE)
def test_a_second_back_end_agrees(name: str) -> None:
    """Where it finishes in time it proves the same; where it does not, it contradicts nothing."""
    limits = pf.SearchLimits(backend=CROSS_CHECK, seconds=PATIENCE)
    result = pf.solve(pf.read(INSTANCES / name), limits=limits)
    known = BEST_KNOWN[name]["objective"]
    assert result.termination in ("optimal", "time_limit"), result.message
    if result.termination == "optimal":
        assert result.objective == close(known)
    assert result.objective is None or result.objective <= known * (1 + TOLERANCE)
    assert result.bound is None or result.bound >= known * (1 - TOLERANCE)


@pytest.mark.slow
def test_no_bound_of_the_hard_one_falls_below_its_optimum() -> None:
    known = BEST_KNOWN[HARD]
    limits = pf.SearchLimits(seconds=12)
    result = pf.solve(pf.read(INSTANCES / HARD), start=known["portfolio"], limits=limits)
    # A bound below the portfolio it began with ends as an error, without a bound.
    assert result.termination in ("optimal", "time_limit"), result.message
    assert result.objective == close(known["objective"])
    assert result.bound is not None
    assert result.bound >= known["objective"] * (1 - TOLERANCE)


def test_the_table_of_optima_is_that_of_the_record() -> None:
    text = (INSTANCES / "README.md").read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == table(BEST_KNOWN)
