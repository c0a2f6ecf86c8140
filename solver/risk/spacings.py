"""Fitting a margin between two unknown ends, where the likelihood has no maximum to offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bounds = tuple[float, float]

# How far an end may lie outside the sample, as logarithms of shares of the sample's range.
END_BOUNDS: Bounds = (-14.0, 5.0)
MOST_SIMPLEX_EVALUATIONS = 300


class Distribution(Protocol):
    """What is needed of a margin."""

    def cdf(self, amount: Floats) -> Floats:
        """The probabilities that amounts are not exceeded."""
        ...


Fitted = TypeVar("Fitted", bound=Distribution)


def fit_by_spacings(
    sample: Floats, member: Callable[[float, float, Floats], Fitted], shapes: Sequence[Bounds]
) -> Fitted:
    """The member of a bounded family whose distribution function spreads the sample most evenly.

    `member` makes one from its low end, high end and shape parameters, which lie within `shapes`; `sample`
    has shape (n,) and at least two different values. Maximum product of spacings (Cheng & Amin 1983;
    Ranneby 1984): consistent also where the likelihood grows without limit at an end.
    """
    from scipy.optimize import minimize

    ordered = np.sort(sample)
    first, last = float(ordered[0]), float(ordered[-1])
    span = last - first

    def built(parameters: Floats) -> Fitted:
        ends = span * np.exp(parameters[:2])
        return member(first - float(ends[0]), last + float(ends[1]), parameters[2:])

    def unevenness(parameters: Floats) -> float:
        reached = np.concatenate([[0.0], built(parameters).cdf(ordered), [1.0]])
        return -float(np.log(np.maximum(np.diff(reached), np.finfo(float).tiny)).mean())

    bounds = [END_BOUNDS, END_BOUNDS, *shapes]
    start = np.array([*[-np.log(len(sample))] * 2, *[0.0] * len(shapes)])
    simplex_options = {"maxfev": MOST_SIMPLEX_EVALUATIONS, "xatol": 1e-4, "fatol": 1e-8, "adaptive": True}
    gradients = partial(minimize, unevenness, bounds=bounds, method="SLSQP", options={"ftol": 1e-9})
    simplex = partial(minimize, unevenness, bounds=bounds, method="Nelder-Mead", options=simplex_options)
    # Gradients follow the flat ridge of Beta shapes; the simplex passes kinks where a mode meets an end.
    best, least = start, unevenness(start)
    for search in (gradients, simplex, gradients):
        found = search(best)
        if found.fun < least:
            best, least = np.asarray(found.x), float(found.fun)
    return built(best)
