"""What a planner wants to know about a split: by which rules, and what a contract may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from solver.games.contract.clauses import Clauses
from solver.games.rules import RULES
from solver.instance.calling import by_id
from solver.instance.instance import Instance
from solver.instance.settings import Split


@dataclass(frozen=True)
class Wishes:
    """The rules, the wanted one first; what they go by; payoffs typed in; the clauses of a contract.

    `bargaining` weights and shares of the `risk` are by player; None stands for equal weights, and for the
    contributions to the instance's measure of risk. `basis` says what contract shares are of. Raises
    ValueError without a rule.
    """

    rules: tuple[str, ...] = ("nucleolus",)
    base: Literal["benefit", "cost"] = "benefit"
    bargaining: Mapping[str, float] | None = None
    risk: Mapping[str, float] | None = None
    payoffs: Mapping[str, float] | None = None
    clauses: Clauses = field(default_factory=Clauses)
    basis: Literal["total", "applications"] = "total"

    def __post_init__(self) -> None:
        if not self.rules:
            raise ValueError("at least one rule is needed")

    @classmethod
    def of(cls, instance: Instance) -> Self:
        """What the section `split` asks for; the nucleolus where there is none."""
        section = instance.split or Split()
        return cls(
            rules=(section.rule,),
            base=section.base,
            clauses=Clauses(section.tier, section.floor, section.cap, section.nearest),
            basis=section.basis,
        )

    def of_players(self, labels: Mapping[str, str]) -> Self:
        """The same with ids for names that only one player has; raises ValueError for names of several."""
        bargaining, risk, payoffs = (
            None if amounts is None else by_id(amounts, labels)
            for amounts in (self.bargaining, self.risk, self.payoffs)
        )
        return replace(self, bargaining=bargaining, risk=risk, payoffs=payoffs)

    @property
    def of_a_contract(self) -> bool:
        """Whether the clauses say anything that a split does not say by itself."""
        clauses = self.clauses
        return clauses.tier > 0 or clauses.floor > 0 or clauses.cap < 1 or self.basis != "total"

    @property
    def all_rules(self) -> tuple[str, ...]:
        """The wanted rule, then all others."""
        return tuple(dict.fromkeys((*self.rules, *RULES)))
