"""Whose worth a pair is: shares that bring the bound of a knapsack of members close to the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.assessment.benefit import Floats
from solver.model.budgets import Budget


@dataclass(frozen=True)
class SharesEffort:
    """How long shares are improved; for `members` a pass takes some ten milliseconds, and square as long.

    For fewer than `members` halves are as good: rows on demand come to a better bound with them in time.
    A step aims at a bound that is `ambition` lower; it is halved after so many passes `in_vain`.
    """

    passes: int = 500
    members: int = 250
    ambition: float = 0.1
    in_vain: int = 12
    least_step: float = 1e-3


EFFORT = SharesEffort()


def shared(worth: Floats, alone: Floats, budget: Budget) -> Floats:
    """Shares of the worth of pairs, shape (M, M), which add up with their transpose to those given.

    `alone` is what members are worth by themselves.
    """
    if len(worth) < EFFORT.members:
        return worth
    return improved(worth, alone, budget, round(EFFORT.passes * (EFFORT.members / len(worth)) ** 2))


def improved(worth: Floats, alone: Floats, budget: Budget, passes: int) -> Floats:
    """The best shares of so many passes.

    Every member that is chosen fills a knapsack of its own with products, in which its shares count: the
    best of all these knapsacks together is a bound, the lower the better the shares (Caprara, Pisinger &
    Toth 1999, by subgradients).
    """
    shares, best, bound = worth, worth, np.inf
    step, vain = 1.0, 0
    for _ in range(passes):
        others, products = knapsacks(shares, budget.weights, budget.limit - budget.weights)
        (reached,), (chosen,) = knapsacks((alone + others)[None, :], budget.weights, np.array([budget.limit]))
        if reached < bound:
            vain = 0 if reached < bound * (1 - 1e-5) else vain + 1
            best, bound = shares, reached
        else:
            vain += 1
        if vain > EFFORT.in_vain:
            shares, step, vain = best, step / 2.0, 0
        uneven = products * chosen[:, None]
        uneven = uneven - uneven.T
        length = float((uneven * uneven).sum())
        if length == 0.0 or step < EFFORT.least_step:
            break
        shares = shares - step * EFFORT.ambition * abs(reached) / length * uneven
    return best


def knapsacks(worth: Floats, weights: Floats, room: Floats) -> tuple[Floats, Floats]:
    """Values and choices of fractional knapsacks, one for each row of `worth` (Dantzig 1957)."""
    gains = np.where(room[:, None] >= weights, np.maximum(worth, 0.0), 0.0)
    order = np.argsort(-gains / np.maximum(weights, 1e-12), axis=1, kind="stable")
    gains = np.take_along_axis(gains, order, axis=1)
    sizes = np.where(gains > 0, weights[order], 0.0)
    left = room[:, None] - (np.cumsum(sizes, axis=1) - sizes)
    parts = np.where(gains > 0, np.clip(left / np.where(sizes > 0, sizes, 1.0), 0.0, 1.0), 0.0)
    parts = np.where((gains > 0) & (sizes == 0), 1.0, parts)
    choices = np.zeros_like(worth)
    np.put_along_axis(choices, order, parts, axis=1)
    return np.asarray((gains * parts).sum(axis=1)), choices
