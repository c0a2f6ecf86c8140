"""Limits on risk with recourse, on drawn workbooks: how soon is the best portfolio proven?

    python -m benchmarks.risk_limits [--seeds 21 23] [--partners 12 18 40] [--measures cvar] [--seconds 60]

A limit lies some way from the risk of the portfolio that is best without one to the least risk there is. One
line per drawn alliance, measure and limit, as JSON. Constants of the search are set on seeds 1 to 20.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

import solver as pf
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Quantity
from solver.portfolio.risks import LossMeasure, watched_risks
from solver.risk.measures import CVaR
from solver.run import Run
from solver.study.study import Study

SETTINGS = {
    "cvar": ("risk.measure=cvar", "risk.level=0.95"),
    "evar": ("risk.measure=evar", "risk.level=0.9"),
    "semideviation": ("risk.measure=mean_semideviation", "risk.kappa=1"),
    "chance": ("risk.measure=var", "risk.level=0.95"),
}
SHARES = (0.2, 0.4, 0.6)
APPLICATIONS_PER_PARTNER = 0.4


def workbook(partners: int, measure: str, scenarios: int, seed: int) -> pf.Instance:
    """A drawn alliance of four periods whose partners can fail, with a measure that is not limited yet."""
    applications = max(5, round(APPLICATIONS_PER_PARTNER * partners))
    drawn = pf.generate(partners=partners, applications=applications, periods=4, seed=seed)
    return drawn.with_(*SETTINGS[measure], f"risk.scenarios={scenarios}")


def limited(instance: pf.Instance, seconds: float) -> Iterator[tuple[float, pf.Instance]]:
    """The same at every share of the way from the risk of the best portfolio to the least that is found.

    Where a measure is not convex, the least is that of the portfolio with the least expected shortfall.
    """
    study = Study(instance)
    rules, measure = study.formulation, next(watched_risks(instance)).measure
    risk = LossMeasure(measure)
    convex = risk if measure.convex else LossMeasure(CVaR(0.95))

    def at_best(maximise: Quantity) -> float:
        asked = study.asking(Formulation(maximise, rules.subject_to, rules.structure))
        found = asked.best(Run(pf.SearchLimits(seconds=seconds, gap=0.01))).selection
        return risk.amount(found) if found else 0.0

    free, least = at_best(rules.maximise), at_best(-convex)
    for share in SHARES:
        yield share, instance.with_(f"risk.limit={free + share * (least - free)!r}")


def row(instance: pf.Instance, seconds: float) -> dict[str, Any]:
    """How a search with a limit on its seconds ends."""
    began = time.process_time()
    result = pf.solve(instance, limits=pf.SearchLimits(seconds=seconds), split=False)
    spent = round(time.process_time() - began, 1)
    return {"objective": result.objective, "bound": result.bound, "gap": result.gap, "processor": spent}


def main() -> None:
    """Draw, limit, solve, and print a line each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs=2, default=(21, 23), metavar=("FIRST", "LAST"))
    parser.add_argument("--partners", type=int, nargs="+", default=[12, 18, 40])
    parser.add_argument("--measures", nargs="+", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument("--scenarios", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    for seed in range(asked.seeds[0], asked.seeds[1] + 1):
        for partners in asked.partners:
            for measure in asked.measures:
                drawn = workbook(partners, measure, asked.scenarios, seed)
                for share, instance in limited(drawn, asked.seconds):
                    name = {"seed": seed, "partners": partners, "measure": measure, "share": share}
                    print(json.dumps({**name, **row(instance, asked.seconds)}), flush=True)


if __name__ == "__main__":
    main()
