"""Soundings find good solutions soon, and change nothing of what is best."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pulp
import pytest

from solver.driver import Asked, Engine, Row, ValueOf, engine, sounding
from solver.driver.incumbent import Incumbent
from solver.driver.session import Vertex
from solver.driver.sounding import Soundings
from solver.run import Run, Termination

ITEMS, TYPES = 10, 2


@dataclass(frozen=True)
class Ball:
    """‖(size_i x_i)‖ ≤ radius, held by tangents: convex as a limit on risk is."""

    columns: list[pulp.LpVariable]
    sizes: list[float]
    radius: float

    def violated(self, value: ValueOf) -> Iterator[Row]:
        point = [value(column) for column in self.columns]
        length = math.hypot(*(size * x for size, x in zip(self.sizes, point, strict=True)))
        if length > self.radius * (1 + 1e-9):
            slopes = [size**2 * x / length for size, x in zip(self.sizes, point, strict=True)]
            yield Row(dict(zip(self.columns, slopes, strict=True)), "<=", self.radius, "ball")


def drawn(seed: int) -> tuple[pulp.LpProblem, Asked, float]:
    """Items to take or to leave within a weight and a ball, and the best worth by enumeration."""
    random = np.random.default_rng(seed)
    worth, weight, size = random.uniform(1, 10, (3, ITEMS)).round(2).tolist()
    problem = pulp.LpProblem("ball", pulp.LpMaximize)
    columns = [problem.add_variable(f"x{i}", 0, 1, "Binary") for i in range(ITEMS)]
    problem += pulp.lpDot(worth, columns)
    problem += pulp.lpDot(weight, columns) <= 0.5 * sum(weight)
    ball = Ball(columns, size, 0.6 * math.hypot(*size))
    asked = Asked(
        lazies=[ball],
        foremost=[columns[: ITEMS // TYPES], columns[ITEMS // TYPES :]],
        units=[[column] for column in columns],
    )
    choices = np.array(list(product((0, 1), repeat=ITEMS)))
    fits = choices @ weight <= 0.5 * sum(weight)
    fits &= np.linalg.norm(choices * size, axis=1) <= ball.radius
    return problem, asked, float((choices @ worth)[fits].max())


@pytest.mark.parametrize("share", [0.0, 0.4, 3.0])
@pytest.mark.parametrize("seed", range(2))
def test_the_best_is_proven_however_often_they_are_taken(
    seed: int, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounding, "EFFORT", replace(sounding.EFFORT, share=share, easy=0.0, free_at_first=3))
    problem, asked, best = drawn(seed)
    outcome = Engine(problem).solve(asked, Run())
    assert outcome.termination is Termination.optimal
    assert outcome.objective == pytest.approx(best)
    assert outcome.bound == pytest.approx(best)


def test_they_find_what_is_nearly_the_best_before_the_tree_splits(monkeypatch: pytest.MonkeyPatch) -> None:
    early: list[tuple[float, Incumbent]] = []

    class Watched(Soundings):
        """Soundings of which is known what they have found at the beginning."""

        def begin(self, root: Vertex) -> None:
            super().begin(root)
            early.append((self._incumbent.objective, self._incumbent))

    monkeypatch.setattr(engine, "Soundings", Watched)
    for seed in range(4):
        problem, asked, _ = drawn(seed)
        Engine(problem).solve(asked, Run())
    reached = [found / incumbent.objective for found, incumbent in early]
    assert min(reached) > 0.7
    assert np.mean(reached) > 0.85
