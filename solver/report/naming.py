"""How players, coalitions, rules and money are called in a report about a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.games.allocate import GIVEN
from solver.report.amounts import listed, number, unit

if TYPE_CHECKING:
    from solver.instance.instance import Instance

RULES_IN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        GIVEN: "the payoffs given",
        "equal": "equal payoffs",
        "proportional": "proportional payoffs",
        "equal_profit": "equal profit method",
        "shapley": "Shapley value",
        "risk_corrected_shapley": "risk-corrected Shapley value",
        "nash": "Nash bargaining",
        "tau": "τ-value",
        "least_core": "least core",
        "nucleolus": "nucleolus",
        "per_capita_nucleolus": "per-capita nucleolus",
        "prenucleolus": "prenucleolus",
    }
)
MOST_NAMES = 8
MOST_ABSENT = 3


@dataclass(frozen=True)
class Naming:
    """How players and money are called in a report."""

    title: str
    players: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    @classmethod
    def of(cls, instance: Instance, players: Sequence[str]) -> Naming:
        """How an instance calls them."""
        return cls(instance.name, tuple(players), instance.labels, unit(instance))

    def player(self, id_: str) -> str:
        """A player's name."""
        return self.labels.get(id_, id_)

    def coalition(self, ids: Sequence[str]) -> str:
        """A coalition in words: who is in it, or who is not where that is shorter."""
        absent = [id_ for id_ in self.players if id_ not in ids]
        if len(absent) < min(MOST_ABSENT + 1, len(ids)):
            return f"all but {listed([self.player(id_) for id_ in absent])}"
        names = [self.player(id_) for id_ in ids[:MOST_NAMES]]
        more = len(ids) - len(names)
        return listed([*names, f"{more} more"] if more else names)

    def money(self, amount: float) -> str:
        """An amount with its unit."""
        return f"{number(amount)} {self.unit}".rstrip()

    def titled(self, title: str) -> str:
        """A title followed by the unit of its numbers."""
        return f"{title} ({self.unit})" if self.unit else title


def the_rule(rule: str) -> str:
    """A rule in a sentence."""
    words = RULES_IN_WORDS[rule]
    return words if words.endswith("payoffs") or words.startswith(("the ", "Nash")) else f"the {words}"
