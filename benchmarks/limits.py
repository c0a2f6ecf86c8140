"""How long after its limit each verb ends, on drawn instances that take longer.

    python -m benchmarks.limits --partners 200 --partners 1000 --seconds 2

One line per verb and size, as JSON: the seconds over the limit, and what the verb had when it ended.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import solver as pf
from solver.answers.risk_report import risk_report
from solver.answers.stability import stability
from solver.errors import PartnerfolioError
from solver.games.game import UnprovenError

EMPTY: dict[str, list[str]] = {"partners": [], "applications": []}
VERBS: dict[str, Callable[[pf.Instance, pf.SearchLimits], Any]] = {
    "solve": lambda instance, limits: pf.solve(instance, limits=limits),
    "verify": lambda instance, limits: pf.verify(instance, EMPTY, limits=limits),
    "allocate": lambda instance, limits: pf.allocate(instance, limits=limits),
    "select_stably": lambda instance, limits: pf.select_stably(instance, pf.Clauses(), limits=limits),
    "risk_report": lambda instance, limits: risk_report(instance, EMPTY, limits=limits),
    "stability": lambda instance, limits: list(stability(instance, limits=limits)),
}


def measured(verb: str, instance: pf.Instance, seconds: float) -> dict[str, Any]:
    """One verb with a limit: how much later it ended, and what it had."""
    began = time.monotonic()
    try:
        had = _words(VERBS[verb](instance, pf.SearchLimits(seconds=seconds)))
    except (PartnerfolioError, UnprovenError) as error:
        had = str(error)
    return {"verb": verb, "over": round(time.monotonic() - began - seconds, 2), "had": had}


def _words(found: Any) -> str:
    if isinstance(found, pf.Result):
        return f"{found.termination}, {'nothing' if found.objective is None else f'{found.objective:g}'}"
    return _words(found.result) if hasattr(found, "result") else type(found).__name__


def main() -> None:
    """Measure every verb on every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--partners", type=int, action="append", help="Repeatable; 200 if not given.")
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    for partners in asked.partners or [200]:
        instance = pf.generate(partners=partners, applications=partners // 4, seed=11).with_(
            "risk.measure=cvar", "risk.level=0.9", "risk.scenarios=2000"
        )
        for verb in VERBS:
            print(json.dumps({"partners": partners, **measured(verb, instance, asked.seconds)}), flush=True)


if __name__ == "__main__":
    main()
