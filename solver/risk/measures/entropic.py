"""Measures by exponential tilting: the entropic risk and the entropic value at risk."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log1p
from typing import ClassVar

from solver.risk.measures.base import Floats, Measure, check_level
from solver.risk.measures.tilting import Scaled

# A tail confidence below this leaves the mean, within 2e-12 standard deviations.
NO_CONFIDENCE = 1e-24


@dataclass(frozen=True)
class EntropicRisk(Measure):
    """(1 / theta) · log E exp(theta · L): what a planner of constant risk aversion theta would pay.

    `theta` is per unit of loss: small theta is near the mean, large near the worst case.
    Raises ValueError unless theta > 0. Source: Föllmer & Schied (2002).
    """

    name: ClassVar[str] = "entropic"
    theta: float = 1.0

    def __post_init__(self) -> None:
        if not self.theta > 0.0:
            raise ValueError(f"a risk aversion theta above 0, not {self.theta:g}")

    def value(self, losses: Floats, probability: Floats) -> float:
        scaled = Scaled.of(losses, probability)
        return scaled.worst + scaled.tilted(self.theta * scaled.range).log_mean / self.theta

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        scaled = Scaled.of(losses, probability)
        return scaled.tilted(self.theta * scaled.range).weights

    @property
    def homogeneous(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"entropic risk with theta {self.theta:.12g}"


@dataclass(frozen=True)
class EntropicVaR(Measure):
    """min over t > 0 of (log E exp(t L) − log(1 − level)) / t: the tightest exponential bound of VaR.

    Level 0 is the mean, level 1 the worst case. Its weights are the worst probabilities whose relative
    entropy is at most −log(1 − level). Raises ValueError for a level outside [0, 1].
    Source: Ahmadi-Javid (2012).
    """

    name: ClassVar[str] = "evar"
    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)

    def value(self, losses: Floats, probability: Floats) -> float:
        scaled = Scaled.of(losses, probability)
        t = self._tilt(scaled)
        if t == 0.0:
            return float(probability @ losses)
        if t == inf:
            return scaled.worst
        return scaled.worst + scaled.range * (scaled.tilted(t).log_mean - log1p(-self.level)) / t

    def weights(self, losses: Floats, probability: Floats) -> Floats:
        scaled = Scaled.of(losses, probability)
        t = self._tilt(scaled)
        return scaled.at_worst() if t == inf else scaled.tilted(t).weights

    @property
    def precision(self) -> float:
        return 1e-9

    def _tilt(self, scaled: Scaled) -> float:
        """The minimising t: the tilted probabilities use up the entropy; 0 for the mean, ∞ for the worst."""
        if self.level < NO_CONFIDENCE:
            return 0.0
        if scaled.at_worst_chance() >= (1.0 - self.level) * (1.0 - 1e-12):
            return inf
        return scaled.tilt_of(-log1p(-self.level))

    def __str__(self) -> str:
        return f"EVaR at {self.level:.12g}"
