"""What a rule is: something a portfolio obeys or breaks, and by how much."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from solver.portfolio.quantities import Sense
from solver.portfolio.selection import Selection

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Reading:
    """One rule held against one portfolio: an amount, its limit, and what is left.

    `about` says in words what is measured, e.g. "spending in period 2".
    """

    rule: str
    about: str
    value: float
    sense: Sense
    limit: float

    @property
    def slack(self) -> float:
        """How far the limit is; negative when the rule is broken."""
        return self.limit - self.value if self.sense == "<=" else self.value - self.limit

    @property
    def holds(self) -> bool:
        """Whether the rule holds within 1e-6 · max(1, |limit|)."""
        return self.slack >= -TOLERANCE * max(1.0, abs(self.limit))

    @property
    def binds(self) -> bool:
        """Whether the rule holds with nothing to spare."""
        return self.holds and abs(self.slack) <= TOLERANCE * max(1.0, abs(self.limit))

    @property
    def sentence(self) -> str:
        """The reading in words."""
        must = "at most" if self.sense == "<=" else "at least"
        return f"{self.about}: {self.value:.6g}, must be {must} {self.limit:.6g}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "rule": self.rule,
            "about": self.about,
            "value": float(self.value),
            "sense": self.sense,
            "limit": float(self.limit),
            "slack": float(self.slack),
            "holds": bool(self.holds),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Reading:
        """The inverse of `to_dict`."""
        return cls(*(document[key] for key in ("rule", "about", "value", "sense", "limit")))


class Rule(ABC):
    """Something every portfolio has to obey; subclasses are frozen dataclasses."""

    name: ClassVar[str]

    @abstractmethod
    def readings(self, selection: Selection) -> Iterator[Reading]:
        """The rule held against a portfolio, computed without an optimiser."""
