"""Evidence: pilots and milestones update the success probability of a partner or application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.instance.tables import Evidence

CREDIBILITY = 0.95


@dataclass(frozen=True)
class Posterior:
    """What is believed about a success probability after the evidence: a Beta distribution.

    `alpha` and `beta` are its parameters; both count (weighted) trials.
    """

    alpha: float
    beta: float
    mean: float

    def interval(self) -> tuple[float, float] | None:
        """The central 95 % credible interval, or None where a parameter is zero."""
        if self.alpha <= 0 or self.beta <= 0:
            return None
        from scipy.stats import beta

        low, high = beta.interval(CREDIBILITY, self.alpha, self.beta)
        return float(low), float(high)


def posterior(success: float, prior_strength: float, rows: Sequence[Evidence] = ()) -> Posterior:
    """Update a prior belief with what pilots showed (Beta-binomial conjugacy, spec 4.4).

    The prior is Beta(s·p, s·(1 − p)); a row adds weight·successes and weight·(trials − successes).
    Without any evidence, or with no weight at all, the mean is `success` itself.

    >>> pilot = Evidence(partner="lab", trials=200, successes=170)
    >>> round(posterior(0.7, 10, [pilot]).mean, 6)
    0.842857
    """
    alpha = prior_strength * success + sum(row.weight * row.successes for row in rows)
    beta = prior_strength * (1 - success) + sum(row.weight * (row.trials - row.successes) for row in rows)
    known = alpha + beta > 0 and len(rows) > 0
    return Posterior(alpha, beta, alpha / (alpha + beta) if known else success)
