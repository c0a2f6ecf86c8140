"""What each part of the exact search is worth: families of drawn alliances, with every part and without each.

    python -m benchmarks.ablation [FAMILY ...] [--seeds 101 104] [--seconds 30]

One line per family and part left out, as JSON: how many seeds were proven, the shifted geometric mean of the
processor seconds until the search ended, and the mean gap that was left. The seeds set no constant.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import solver as pf
from solver.driver import cutting, engine, relaxations
from solver.model import market_rows, pair_value_rows, synergy_rows
from solver.model.draft import Draft
from solver.search import exact
from solver.search.opening import Opening

SHIFT = 1.0
PRICED = ("risk.measure=cvar", "risk.level=0.9", "risk.weight=0.2", "risk.scenarios=1000")
LIMITED = ("risk.measure=cvar", "risk.level=0.9", "risk.limit=0", "risk.scenarios=500")
FAMILIES: dict[str, Callable[[int], pf.Instance]] = {
    "sparse": lambda seed: pf.generate(partners=50, applications=20, density=0.05, seed=seed),
    "dense": lambda seed: pf.generate(partners=60, applications=0, periods=1, density=0.3, seed=seed),
    "tight": lambda seed: pf.generate(partners=50, applications=20, tightness=0.2, seed=seed),
    "priced": lambda seed: pf.generate(partners=40, applications=10, density=0.05, seed=seed).with_(*PRICED),
    "limited": lambda seed: pf.generate(partners=12, applications=5, density=0.1, seed=seed).with_(*LIMITED),
}


class NoTree:
    """A tree that does not grow."""

    def __init__(self, *_: Any) -> None:
        pass

    def grow(self) -> None:
        """Nothing: the rounds of the back end do all."""


@contextmanager
def without(part: str) -> Iterator[None]:
    """Searches within the block do without a part; with `nothing` left out they are as always."""
    changes: dict[str, list[tuple[Any, str, Any]]] = {
        "nothing": [],
        "tree": [(engine, "Tree", NoTree)],
        "who first": [(Draft, "foremost", [])],
        "rows at every node": [(relaxations, "EAGER", relaxations.SPARING)],
        "sifting": [(engine, "pays", lambda program, deciding: False)],
        "faithful rounds": [(cutting, "EFFORT", replace(cutting.EFFORT, negligible_excess=-1.0))],
        "dense tangents": [(market_rows, "FIRST_TANGENTS", 12)],
        "kernel": [(engine, "search_kernel", lambda *_: None)],
        "opening": [(exact, "opening", lambda problem, program, run, known=None: Opening(known, {}))],
        "tightening": [(engine, "tightened", lambda program, closer, incumbent, run: program)],
        "relaxation first": [(cutting, "EFFORT", replace(cutting.EFFORT, relaxation_rounds=0))],
        "bounds on pair values": [(pair_value_rows, "PAIRS_PER_ELEMENT", math.inf)],
        "products as blocks": [(synergy_rows, "VERY_MANY_PAIRS", math.inf)],
    }
    with ExitStack() as stack:
        for place, name, value in changes[part]:
            stack.enter_context(patch.object(place, name, value))
        yield


PARTS = (
    "nothing",
    "tree",
    "who first",
    "rows at every node",
    "sifting",
    "faithful rounds",
    "dense tangents",
    "kernel",
    "opening",
    "tightening",
    "relaxation first",
    "bounds on pair values",
    "products as blocks",
)


def measured(instances: list[pf.Instance], part: str, seconds: float) -> dict[str, Any]:
    """All seeds of a family without a part."""
    spent, gaps = [], []
    for instance in instances:
        began = time.process_time()
        with without(part):
            result = pf.solve(instance, limits=pf.SearchLimits(seconds=seconds), split=False)
        spent.append(time.process_time() - began)
        gaps.append(1.0 if result.gap is None else result.gap)
    mean = math.exp(sum(math.log(one + SHIFT) for one in spent) / len(spent)) - SHIFT
    return {
        "without": part,
        "proven": sum(gap <= 1e-6 for gap in gaps),
        "of": len(gaps),
        "seconds": round(mean, 2),
        "gap": round(sum(gaps) / len(gaps), 5),
    }


def main() -> None:
    """Measure every part on every family."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--seeds", type=int, nargs=2, default=(101, 104), metavar=("FIRST", "LAST"))
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    first, last = asked.seeds
    for family in asked.families:
        instances = [FAMILIES[family](seed) for seed in range(first, last + 1)]
        for part in PARTS:
            row = measured(instances, part, asked.seconds)
            print(json.dumps({"family": family, **row}), flush=True)


if __name__ == "__main__":
    main()
