"""Without any one of its parts the exact search still proves the same: parts are worth time, not truth."""

from __future__ import annotations

import pytest

import solver as pf
from benchmarks.ablation import PARTS, without

RISKY = ("risk.measure=cvar", "risk.level=0.8", "risk.weight=0.3", "risk.scenarios=64")
ALLIANCES = {
    "risky": pf.generate(partners=7, applications=3, periods=1, density=0.3, seed=5).with_(*RISKY),
    "dense": pf.generate(partners=9, applications=0, periods=1, density=0.8, seed=6),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALLIANCES)
def test_no_part_is_needed_for_the_proof(name: str) -> None:
    found = {}
    for part in PARTS:
        with without(part):
            result = pf.solve(ALLIANCES[name], split=False)
        assert (result.termination, result.verified) == ("optimal", True), part
        found[part] = result.objective
    assert found == pytest.approx(dict.fromkeys(PARTS, found["nothing"]), rel=2e-6)
