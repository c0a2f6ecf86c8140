"""How well a sample of scenarios knows a measure of risk."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from solver.risk.measures import Measure
from solver.risk.measures.base import Floats

BLOCKS = 8
WORST, OTHERS = 32, 16
"""How many losses are looked at singly for skewness, the worst, and in how many parts the others."""
MOST_SKEWED = 0.4
"""Beyond it Hall's cube runs away."""
SHUFFLES = 399


def interval(
    measure: Measure, losses: Floats, probability: Floats, level: float = 0.95
) -> tuple[float, float]:
    """A confidence interval (low, high) for a measure of the distribution that a sample was drawn from.

    Losses and probabilities have shape (S,), in the order in which they were drawn: eight blocks in that
    order, as probable as each other, are left out one at a time, and from what that changes follows the error
    of the whole (jackknife by groups with Student's t). A block of Sobol points is balanced in itself, so
    the interval is about as narrow as their balance makes it; with smaller blocks it would be too wide. What
    hangs on few large losses errs further upwards than downwards (Hall's cube of the skewness). Losses larger
    than any drawn stay unknown: for the worst case the interval says only how far the sample repeats itself.
    Raises ValueError unless 0 < level < 1.
    Sources: Tukey (1958); Busing, Meijer & van der Leeden (1999) for uneven blocks; Hall (1992).
    """
    from scipy.special import stdtrit

    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence between 0 and 1, not {level:g}")
    possible = probability > 0.0
    losses, probability = losses[possible], probability[possible] / probability[possible].sum()
    value = measure.value(losses, probability)
    middle = probability.cumsum() - probability / 2.0
    weight, pull = _pulls(measure, losses, probability, value, (BLOCKS * middle).astype(int))
    if len(pull) == 1:
        return value, value
    error = sqrt(float(np.mean((pull - pull.mean()) ** 2 * weight / (1.0 - weight))))
    skewness = _skewness(measure, losses, probability, value)
    most = float(stdtrit(len(pull) - 1, (1.0 + level) / 2.0))
    return value - error * _skewed(most, skewness), value - error * _skewed(-most, skewness)


def _pulls(
    measure: Measure, losses: Floats, probability: Floats, value: float, part: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """How probable each part of a sample is, and how far it pulls the measure from what it is without it.

    What each pulls is per unit of its probability; of a mean it is the part's own mean less that of all.
    """
    numbers, part = np.unique(part, return_inverse=True)
    weight = np.bincount(part, probability).astype(float)
    if len(numbers) == 1:
        return weight, np.zeros(1)
    without = np.array([_among(measure, losses, probability, part != one) for one in range(len(numbers))])
    return weight, (1.0 / weight - 1.0) * (value - without)


def _among(measure: Measure, losses: Floats, probability: Floats, kept: NDArray[np.bool_]) -> float:
    """The measure of a part of the sample."""
    chances = probability[kept]
    return measure.value(losses[kept], chances / chances.sum())


def _skewness(measure: Measure, losses: Floats, probability: Floats, value: float) -> float:
    """The third moment of a sample's error in standard errors, were its losses drawn independently."""
    part = np.empty(len(losses), dtype=np.int64)
    rank = np.arange(len(losses))
    part[np.argsort(-losses, kind="stable")] = np.where(
        rank < WORST, rank, WORST + (rank - WORST) * OTHERS // max(1, len(losses) - WORST)
    )
    weight, pull = _pulls(measure, losses, probability, value, part)
    pull = pull - weight @ pull
    spread = sqrt(float(weight @ pull**2))
    if spread <= 1e-12 * max(1.0, abs(value)):
        return 0.0
    return float(weight @ (pull / spread) ** 3) * sqrt(float(probability @ probability))


def _skewed(deviations: float, skewness: float) -> float:
    """The quantile of an error in standard errors: of a normal one it is `deviations` (Hall 1992)."""
    if abs(skewness) < 1e-6:
        return deviations
    skewness = max(-MOST_SKEWED, min(skewness, MOST_SKEWED))
    return 3.0 / skewness * float(np.cbrt(1.0 + skewness * (deviations - skewness / 6.0)) - 1.0)


def chance_of_difference(measure: Measure, first: Floats, second: Floats, seed: int = 0) -> float:
    """How often two samples of one distribution differ in a measure at least as much as these two.

    Losses of equal probability, shapes (S,) and (R,), are shuffled between the samples: both have an error,
    and the answer is exact for every measure and size (permutation test, Pitman 1937; Phipson & Smyth 2010).
    """
    both, count = np.concatenate([first, second]), len(first)
    random = np.random.default_rng(seed)

    def difference(losses: Floats) -> float:
        parts = losses[:count], losses[count:]
        one, other = (measure.value(part, np.full(len(part), 1.0 / len(part))) for part in parts)
        return abs(one - other)

    least = difference(both) * (1.0 - 1e-9)  # the same difference, summed up in another order
    as_large = sum(difference(random.permutation(both)) >= least for _ in range(SHUFFLES))
    return (1 + as_large) / (1 + SHUFFLES)
