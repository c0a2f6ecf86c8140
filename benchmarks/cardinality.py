"""Exactly k of n assets in equal parts with the least shortfall: `python -m benchmarks.cardinality`.

What portfolio codes can do of what this package does: Riskfolio-Lib and skfolio bound the number of assets
and, with weights of at most 1/k, choose between nothing and an equal part; both write the extensive form
(Rockafellar and Uryasev 2000). Here every asset is a partner whose benefits are the planner's own scenarios.
Returns are drawn: a common factor, one of eight industries, and noise with fat tails. Whoever is asked runs
in a process of its own, one thread; what each chose is measured in numpy. Codes that are not installed are
left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

import solver as pf
from solver.portfolio.risks import LossMeasure
from solver.risk.measures.tail import CVaR

LEVEL = 0.95
INDUSTRIES = 8
FREEDOM = 4  # of Student's t: daily returns of stocks
SIZES = ((20, 250), (50, 250), (50, 1000), (100, 1000), (200, 1000))
Floats = NDArray[np.float64]


def returns(assets: int, days: int, seed: int) -> Floats:
    """Drawn returns in per cent, shape (days, assets)."""
    random = np.random.default_rng([seed, assets, days])
    market, industry = random.standard_t(FREEDOM, (days, 1)), random.standard_t(FREEDOM, (days, INDUSTRIES))
    beta, of_industry = random.uniform(0.3, 1.2, assets), random.uniform(0.0, 0.8, assets)
    noise = random.uniform(0.4, 1.6, assets) * random.standard_t(FREEDOM, (days, assets))
    own = of_industry * industry[:, random.integers(0, INDUSTRIES, assets)]
    return random.uniform(0.0, 0.1, assets) + beta * market + own + noise


def by_partnerfolio(drawn: Floats, count: int, seconds: float) -> tuple[list[int], float | None]:
    """The choice of `exact`, and what it proves the expected shortfall to be at least."""
    days, assets = drawn.shape
    names = [f"a{asset:03}" for asset in range(assets)]
    document = {
        "partners": [{"id": name, "revenue": 1, "cost": 0} for name in names],
        "limits": {"min_partners": count, "max_partners": count},
        "risk": {"measure": "cvar", "level": LEVEL},
        "scenarios": [
            {"scenario": f"d{day}", "probability": 1 / days, "id": name, "benefit": float(drawn[day, asset])}
            for day in range(days)
            for asset, name in enumerate(names)
        ],
    }
    instance = pf.Instance.from_document(document)
    least_risk = pf.Formulation(-LossMeasure(CVaR(LEVEL)), pf.Formulation.of(instance).subject_to)
    limits = pf.SearchLimits(seconds=seconds)
    found = pf.solve(instance, least_risk, limits=limits, split=False)
    chosen = [] if found.portfolio is None else [names.index(row.id) for row in found.portfolio.partners]
    return chosen, None if found.bound is None else -found.bound / count


def by_riskfolio(drawn: Floats, count: int, seconds: float) -> tuple[list[int], float | None]:
    """The choice of Riskfolio-Lib, which says nothing of a bound."""
    import pandas as pd
    import riskfolio

    assets = riskfolio.Portfolio(returns=pd.DataFrame(drawn / 100), alpha=1 - LEVEL, card=count)
    assets.upperlng = 1 / count
    assets.solvers = ["SCIP"]
    assets.sol_params = {"SCIP": {"scip_params": {"limits/time": seconds, "parallel/maxnthreads": 1}}}
    assets.assets_stats(method_mu="hist", method_cov="hist")
    weights = assets.optimization(model="Classic", rm="CVaR", obj="MinRisk", hist=True)
    return [] if weights is None else _heaviest(weights["weights"].to_numpy(), count), None


def by_skfolio(drawn: Floats, count: int, seconds: float) -> tuple[list[int], float | None]:
    """The choice of skfolio, which says nothing of a bound."""
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk

    model = MeanRisk(
        risk_measure=RiskMeasure.CVAR,
        cvar_beta=LEVEL,
        cardinality=count,
        max_weights=1 / count,
        solver="SCIP",
        solver_params={"scip_params": {"limits/time": seconds, "parallel/maxnthreads": 1}},
    )
    return _heaviest(np.asarray(model.fit(drawn / 100).weights_), count), None


def _heaviest(weights: Floats, count: int) -> list[int]:
    return sorted(np.argsort(-weights, kind="stable")[:count].tolist())


WAYS: dict[str, tuple[str, Callable[[Floats, int, float], tuple[list[int], float | None]]]] = {
    "partnerfolio": ("solver", by_partnerfolio),
    "riskfolio": ("riskfolio", by_riskfolio),
    "skfolio": ("skfolio", by_skfolio),
}


def measured(way: str, assets: int, days: int, seed: int, seconds: float) -> dict[str, Any]:
    """A row: what was chosen, its expected shortfall in per cent, the bound, and the seconds."""
    drawn, count = returns(assets, days, seed), max(5, assets // 10)
    row: dict[str, Any] = {"way": way, "assets": assets, "days": days, "seed": seed, "chosen": count}
    began = time.perf_counter()
    try:
        chosen, bound = WAYS[way][1](drawn, count, seconds)
    except Exception as error:  # a peer may fail as it likes: the row says so
        return {**row, "error": f"{type(error).__name__}: {error}"[:120]}
    row["seconds"] = round(time.perf_counter() - began, 2)
    if len(chosen) == count:
        loss = -drawn[:, chosen].mean(axis=1)
        row["shortfall"] = round(CVaR(LEVEL).value(loss, np.full(days, 1 / days)), 6)
    return {**row, "bound": None if bound is None else round(bound, 6)}


def main() -> None:
    """Print a line of JSON for each size, draw and way."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", metavar="ASSETSxDAYS", default=[f"{n}x{t}" for n, t in SIZES])
    parser.add_argument("--seeds", type=int, nargs="+", default=[21])
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--row", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.row:
        way, *numbers, seconds = asked.row
        print(json.dumps(measured(way, *map(int, numbers), float(seconds))))
        return
    ways = [way for way in asked.ways if find_spec(WAYS[way][0])]
    for assets, days in (size.split("x") for size in asked.sizes):
        for seed in asked.seeds:
            for way in ways:
                row = ["--row", way, assets, days, str(seed), str(asked.seconds)]
                subprocess.run([sys.executable, "-m", "benchmarks.cardinality", *row], check=True)


if __name__ == "__main__":
    main()
