"""How well a sample of scenarios knows a measure of risk."""

from __future__ import annotations

from math import sqrt

import numpy as np

from solver.risk.measures import Measure
from solver.risk.measures.base import Floats

RESAMPLES = 400
BOOTSTRAP_UP_TO = 5_000
BATCHES = 20
SHUFFLES = 399


def interval(
    measure: Measure, losses: Floats, probability: Floats, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """A confidence interval (low, high) for a measure of the distribution that a sample was drawn from.

    Losses and probabilities have shape (S,). Up to 5,000 scenarios are resampled (bias-corrected bootstrap),
    more are dealt into 20 batches whose spread is measured (batch means with Student's t). The same seed
    gives the same interval. Losses larger than any drawn stay unknown: for the worst case the interval
    says only how far the sample repeats itself. Raises ValueError unless 0 < level < 1.
    Sources: Efron (1981); Schmeiser (1982).
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence between 0 and 1, not {level:g}")
    random = np.random.default_rng(seed)
    possible = probability > 0.0
    losses, probability = losses[possible], probability[possible] / probability[possible].sum()
    if len(losses) <= BOOTSTRAP_UP_TO:
        return _bootstrap(measure, losses, probability, level, random)
    return _batch_means(measure, losses, probability, level, random)


def _bootstrap(
    measure: Measure, losses: Floats, probability: Floats, level: float, random: np.random.Generator
) -> tuple[float, float]:
    """Quantiles over samples drawn anew, each as large as the effective sample 1 / Σ p² (Kish 1965).

    A small sample understates a convex measure, and one drawn from it does so again: the quantiles move by
    twice the normal score of the place that the sample's own value has among the others.
    """
    from scipy.special import ndtr, ndtri

    size = max(1, round(1.0 / float(probability @ probability)))
    drawn = random.multinomial(size, probability, RESAMPLES) / size
    values = np.array([measure.value(losses, chances) for chances in drawn])
    middle = measure.value(losses, probability)
    place = (np.mean(values < middle) + np.mean(values <= middle)) / 2.0
    shift = 2.0 * ndtri(np.clip(place, 0.5 / RESAMPLES, 1.0 - 0.5 / RESAMPLES))
    half = ndtri((1.0 + level) / 2.0)
    low, high = np.quantile(values, ndtr([shift - half, shift + half]))
    return min(float(low), middle), max(float(high), middle)


def _batch_means(
    measure: Measure, losses: Floats, probability: Floats, level: float, random: np.random.Generator
) -> tuple[float, float]:
    """The sample's value ± Student's t quantile · the batches' deviation / √ batches."""
    from scipy.special import stdtrit

    batches = np.array_split(random.permutation(len(losses)), BATCHES)
    values = [
        measure.value(losses[batch], probability[batch] / probability[batch].sum()) for batch in batches
    ]
    middle = measure.value(losses, probability)
    half = float(stdtrit(BATCHES - 1, (1.0 + level) / 2.0)) * float(np.std(values, ddof=1)) / sqrt(BATCHES)
    return middle - half, middle + half


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
