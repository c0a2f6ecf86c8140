"""Synergies: rows closer to the truth and a good start against a column per pair alone, in one run.

    python -m benchmarks.synergies [--seconds 60] [--seeds 2] [FILE …]

Draws quadratic knapsacks as Billionnet & Soutif (2004) do, by size and density, and portfolios with few
synergies of both signs; FILEs are quadratic knapsacks in their format. `pairs` writes a column with rows by
sign for every pair and begins with nothing; `exact` is what `solve` does. A ratio above 1 says how many times
sooner `exact` proved the optimum; where `pairs` was cut short, it is at least that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import click
import numpy as np

import solver as pf
from solver.assessment.assessment import assess
from solver.driver import SearchLimits, relative_gap, run
from solver.instance.libraries import read_library
from solver.model.draft import Draft, Side
from solver.model.rule_rows import rule_rows
from solver.model.term_rows import quantity_rows
from solver.portfolio.formulation import Formulation

DENSE = ((100, 0.25), (100, 0.5), (100, 0.75), (100, 1.0))
SPARSE = ((500, 5),)


@dataclass(frozen=True)
class Answer:
    """What one way made of one instance; value and bound are infinite where there is none."""

    seconds: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The relative gap that is left."""
        return relative_gap(self.value, self.bound)


def quadratic_knapsack(size: int, density: float, seed: int) -> pf.Instance:
    """Profits of 1 to 100 for items and pairs, with the given chance, and a capacity of any tightness."""
    rng = np.random.default_rng(seed)
    profit = np.where(rng.random((size, size)) < density, rng.integers(1, 101, (size, size)), 0)
    weights = rng.integers(1, 51, size)
    pairs = [(i, j, float(profit[i, j])) for i in range(size) for j in range(i + 1, size) if profit[i, j]]
    return _instance(np.diag(profit), pairs, weights, float(rng.integers(50, weights.sum())))


def two_signs(size: int, per_member: int, seed: int) -> pf.Instance:
    """Some synergies between −50 and 50 for every member, and room for three in ten."""
    rng = np.random.default_rng(seed)
    pairs = {}
    for member in range(size):
        for other in rng.choice(size, per_member, replace=False):
            if other != member:
                low, high = sorted((member, int(other)))
                pairs[low, high] = float(rng.choice([-1, 1]) * rng.integers(1, 51))
    weights = rng.integers(10, 61, size)
    room = float(np.round(0.3 * weights.sum()))
    return _instance(rng.integers(10, 101, size), [(*p, v) for p, v in pairs.items()], weights, room)


def _instance(
    profits: np.ndarray, pairs: list[tuple[int, int, float]], weights: np.ndarray, room: float
) -> pf.Instance:
    return pf.Instance.from_document(
        {
            "partners": [{"id": f"p{m}", "revenue": float(v), "cost": 0.0} for m, v in enumerate(profits)],
            "pairs": [
                {"first": f"p{i}", "second": f"p{j}", "kind": "synergy", "value": value}
                for i, j, value in pairs
            ],
            "resources": [{"id": "room", "max": room}],
            "usage": [{"id": f"p{m}", "resource": "room", "amount": float(w)} for m, w in enumerate(weights)],
        }
    )


def by_pairs(instance: pf.Instance, limits: SearchLimits) -> Answer:
    """A column for every pair, rows by sign, no start."""
    began = time.perf_counter()
    formulation = Formulation.of(instance)
    draft = Draft(assess(instance), by_scenario=True)
    for rule in formulation.rules:
        rule_rows(rule, draft)
    draft.maximise(quantity_rows(formulation.maximise, draft, Side.ABOVE))
    outcome = run(draft.problem, limits=limits.after(time.perf_counter() - began))
    return _answer(began, outcome.objective, outcome.bound)


def exactly(instance: pf.Instance, limits: SearchLimits) -> Answer:
    """What `solve` does."""
    began = time.perf_counter()
    result = pf.solve(instance, limits=limits)
    return _answer(began, result.objective, result.bound)


def _answer(began: float, value: float | None, bound: float | None) -> Answer:
    seconds = time.perf_counter() - began
    return Answer(seconds, -np.inf if value is None else value, np.inf if bound is None else bound)


def instances(seeds: int, files: tuple[str, ...]) -> Iterator[tuple[str, pf.Instance]]:
    """The instances, each with a name."""
    for seed in range(1, seeds + 1):
        for size, density in DENSE:
            yield f"dense {size} {density:.0%} {seed}", quadratic_knapsack(size, density, seed)
        for size, per_member in SPARSE:
            yield f"two signs {size} {per_member} {seed}", two_signs(size, per_member, seed)
    for file in files:
        yield file.rsplit("/", 1)[-1], read_library(file, "qkp")


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="Seconds for each way and instance.")
@click.option("--seeds", default=2, show_default=True, help="Draws of every kind.")
@click.argument("files", nargs=-1)
def main(seconds: float, seeds: int, files: tuple[str, ...]) -> None:
    """Compare the two ways on every instance."""
    limits, ratios = SearchLimits(seconds=seconds), []
    click.echo(f"{'instance':24}{'exact':>9}{'gap':>9}{'pairs':>9}{'gap':>9}{'ratio':>8}")
    for name, instance in instances(seeds, files):
        new, old = exactly(instance, limits), by_pairs(instance, limits)
        ratios.append(old.seconds / new.seconds)
        cut = "≥" if old.gap > limits.gap else ""
        click.echo(
            f"{name:24}{new.seconds:8.1f}s{new.gap:9.3%}{old.seconds:8.1f}s{old.gap:9.3%}{cut:>2}{ratios[-1]:6.1f}"
        )
    click.echo(f"geometric mean of the ratios: {np.exp(np.mean(np.log(ratios))):.1f}")


if __name__ == "__main__":
    main()
