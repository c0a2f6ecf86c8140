"""Searching the cheap columns first changes when solutions are found, not which one is the best."""

from __future__ import annotations

import pytest

import solver as pf
from solver.bench.sources import changed
from solver.driver import kernel
from solver.instance.generator import generate

RISK = ["risk.measure=cvar", "risk.weight=0.2", "risk.scenarios=64"]


@pytest.mark.slow
@pytest.mark.parametrize("risk", [[], RISK], ids=["certain", "risky"])
@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_stays(risk: list[str], seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = changed(generate(partners=9, applications=4, periods=2, tightness=0.5, seed=seed), risk)
    monkeypatch.setattr(kernel, "EFFORT", kernel.KernelEffort(fewest_columns=0))
    with_kernel = pf.solve(instance)
    monkeypatch.setattr(kernel, "EFFORT", kernel.KernelEffort(fewest_columns=10**9))
    without = pf.solve(instance)
    assert with_kernel.objective == pytest.approx(without.objective, rel=2e-6)
